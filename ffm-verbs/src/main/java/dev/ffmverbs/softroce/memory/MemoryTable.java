// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import dev.ffmverbs.spi.constants.AccessFlags;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/**
 * All registered memory of a device, by key.
 *
 * <p>Guarded by the device's dispatch lock; looking up allocates nothing.
 */
public final class MemoryTable {

    private static final int NEEDS_LOCAL_WRITE = AccessFlags.REMOTE_WRITE | AccessFlags.REMOTE_ATOMIC;

    private final RandomKeyTable<RegisteredMemory> byKey;
    private final WordCopy copy = new WordCopy();

    /**
     * Creates an empty table.
     *
     * @param random source of keys; a secure one, except in tests.
     */
    public MemoryTable(final RandomGenerator random) {
        byKey = new RandomKeyTable<>(random, 1, -1);
    }

    /**
     * Registers memory.
     *
     * @param memory           native memory of at least one byte that any thread may access; it must outlive its
     *                         registration, else accesses fail.
     * @param iova             address of its first byte for work requests and peers.
     * @param rights           flags of {@link AccessFlags}; others are ignored.
     * @param protectionDomain number of the domain.
     * @return the registered memory, under a random key.
     * @throws IllegalArgumentException when the memory is not native, has no byte, wraps around at this iova, is
     *     read-only but to be written, or is writable to peers but not to the device itself.
     */
    public RegisteredMemory register(
        final MemorySegment memory, final long iova, final int rights, final int protectionDomain) {
        final long bytes = memory.byteSize();
        if (!memory.isNative() || bytes == 0) {
            throw new IllegalArgumentException("memory to register must be native and have a byte at least: " + memory);
        }
        if (Long.compareUnsigned(iova + (bytes - 1), iova) < 0) {
            throw new IllegalArgumentException(
                bytes + " bytes at iova 0x" + Long.toHexString(iova) + " wrap around the end of the address space");
        }
        if ((rights & NEEDS_LOCAL_WRITE) != 0 && (rights & AccessFlags.LOCAL_WRITE) == 0) {
            throw new IllegalArgumentException("access " + AccessFlags.describe(rights)
                + ": remote write and remote atomic need local write as well");
        }
        if ((rights & AccessFlags.LOCAL_WRITE) != 0 && memory.isReadOnly()) {
            throw new IllegalArgumentException("memory to be written must not be read-only: " + memory);
        }
        final RegisteredMemory registered =
            new RegisteredMemory(byKey.draw(), protectionDomain, memory, iova, rights, copy);
        byKey.put(registered.key(), registered);
        return registered;
    }

    /**
     * Takes memory out of everybody's reach, for good.
     *
     * @param registered memory of this table; a second time does nothing.
     */
    public void deregister(final RegisteredMemory registered) {
        if (byKey.get(registered.key()) == registered) {
            byKey.remove(registered.key());
        }
    }

    /**
     * Finds the memory for an access.
     *
     * @param key              lkey or rkey.
     * @param protectionDomain domain of the queue pair that asks.
     * @param rights           rights the access needs, flags of {@link AccessFlags}; 0 for a local read.
     * @param address          first address of the access.
     * @param bytes            length of the access.
     * @return the memory, or null when the key names none, or not in this domain, or without these rights, or when the
     *     range does not lie within it.
     */
    public RegisteredMemory find(
        final int key, final int protectionDomain, final int rights, final long address, final long bytes) {
        final RegisteredMemory memory = byKey.get(key);
        final boolean granted = memory != null && memory.protectionDomain() == protectionDomain
            && memory.allows(rights) && memory.covers(address, bytes);
        return granted ? memory : null;
    }

    /**
     * How many regions are registered.
     *
     * @return number of keys in use.
     */
    public int size() {
        return byKey.size();
    }
}
