// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import dev.ffmverbs.spi.constants.AccessFlags;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;

/**
 * All registered memory of a device, by key.
 *
 * <p>Guarded by the dispatch lock of the device. A lookup does not allocate.
 */
public final class MemoryTable {

    private static final int NEEDS_LOCAL_WRITE = AccessFlags.REMOTE_WRITE | AccessFlags.REMOTE_ATOMIC;

    private final RandomKeyTable<RegisteredMemory> byKey;
    private final WindowTable windows;
    private final WordCopy copy = new WordCopy();

    /**
     * Creates an empty table.
     *
     * @param random source of keys. Must be secure, except in tests.
     */
    public MemoryTable(final RandomGenerator random) {
        byKey = new RandomKeyTable<>(random, 1, -1);
        windows = new WindowTable(random, byKey);
    }

    /**
     * Registers memory.
     *
     * @param memory           native memory of at least one byte that any thread may access. It must outlive its
     *                         registration, or accesses fail.
     * @param iova             address of its first byte for work requests and peers.
     * @param rights           flags of {@link AccessFlags}. Others are ignored.
     * @param protectionDomain number of the domain.
     * @return the registered memory, under a random key.
     * @throws IllegalArgumentException if the memory is not native, is empty, wraps around at this iova, is read-only
     *     although the rights include writes, is writable by peers but not by the device itself, or is to be persistent
     *     and not mapped to a file.
     */
    public RegisteredMemory register(
        final MemorySegment memory, final long iova, final int rights, final int protectionDomain) {
        requireRegistrable(memory, iova, rights);
        int key = byKey.draw();
        while (windows.owns(key)) {
            key = byKey.draw();
        }
        final RegisteredMemory registered =
            new RegisteredMemory(key, protectionDomain, memory, iova, rights, copy);
        byKey.put(key, registered);
        return registered;
    }

    private static void requireRegistrable(final MemorySegment memory, final long iova, final int rights) {
        final long bytes = memory.byteSize();
        if (!memory.isNative() || bytes == 0) {
            throw new IllegalArgumentException("memory to register must be native and must not be empty: " + memory);
        }
        if (Long.compareUnsigned(iova + (bytes - 1), iova) < 0) {
            throw new IllegalArgumentException(
                bytes + " bytes at iova 0x" + Long.toHexString(iova) + " wrap around the end of the address space");
        }
        if ((rights & NEEDS_LOCAL_WRITE) != 0 && (rights & AccessFlags.LOCAL_WRITE) == 0) {
            throw new IllegalArgumentException("access " + AccessFlags.describe(rights)
                + ": remote write and remote atomic need local write as well");
        }
        if ((rights & AccessFlags.FLUSH_PERSISTENT) != 0 && !memory.isMapped()) {
            throw new IllegalArgumentException("access " + AccessFlags.describe(rights) + ": only memory that a file is"
                + " mapped to is persistent, see FileChannel.map, and this is " + memory);
        }
        if ((rights & AccessFlags.LOCAL_WRITE) != 0 && memory.isReadOnly()) {
            throw new IllegalArgumentException("memory to be written must not be read-only: " + memory);
        }
    }

    /**
     * Changes a registration, which keeps its key. Accesses that follow find the new one only.
     *
     * @param former           registered memory of this table.
     * @param memory           its new memory, as for {@link #register}.
     * @param iova             its new address for work requests and peers.
     * @param rights           its new rights, flags of {@link AccessFlags}.
     * @param protectionDomain number of its new domain.
     * @return the registered memory that replaces the former.
     * @throws IllegalArgumentException as for {@link #register}. Nothing has changed then.
     * @throws IllegalStateException    if {@linkplain RegisteredMemory#windows() windows} are bound to it.
     */
    public RegisteredMemory change(
        final RegisteredMemory former, final MemorySegment memory, final long iova, final int rights,
        final int protectionDomain) {
        requireRegistrable(memory, iova, rights);
        deregister(former);
        final RegisteredMemory changed =
            new RegisteredMemory(former.key(), protectionDomain, memory, iova, rights, copy);
        byKey.put(changed.key(), changed);
        return changed;
    }

    /**
     * Returns the memory windows.
     *
     * @return the windows over memory of this table. Guarded like the table.
     */
    public WindowTable windows() {
        return windows;
    }

    /**
     * Removes a registration. Nobody can access the memory through it afterwards.
     *
     * @param registered memory from this table. Has no effect if it is already removed.
     * @throws IllegalStateException if {@linkplain RegisteredMemory#windows() windows} are bound to it.
     */
    public void deregister(final RegisteredMemory registered) {
        if (registered.windows() > 0) {
            throw new IllegalStateException(registered.windows() + " windows are bound to " + registered);
        }
        if (byKey.get(registered.key()) == registered) {
            byKey.remove(registered.key());
        }
    }

    /**
     * Finds the memory for an access by a request of this device.
     *
     * @param key              lkey.
     * @param protectionDomain domain of the queue pair that requests the access.
     * @param rights           rights that the access needs, flags of {@link AccessFlags}. 0 for a local read.
     * @param address          first address of the access.
     * @param bytes            length of the access.
     * @return the memory. Null if the key names no region in this domain with these rights, or the range is not within
     *     it.
     */
    public RegisteredMemory find(
        final int key, final int protectionDomain, final int rights, final long address, final long bytes) {
        final RegisteredMemory memory = byKey.get(key);
        final boolean granted = memory != null && memory.isRegion() && isGranted(
            memory, protectionDomain, rights, address, bytes);
        return granted ? memory : null;
    }

    /**
     * Finds the memory for an access by a peer.
     *
     * @param key              rkey.
     * @param protectionDomain domain of the queue pair that the request arrived at.
     * @param queuePair        number of that queue pair.
     * @param rights           rights that the access needs, flags of {@link AccessFlags}.
     * @param address          first address of the access.
     * @param bytes            length of the access.
     * @return the memory. Null if the key names neither a region nor a window in this domain with these rights, if the
     *     window belongs to another queue pair, or if the range is not within that memory.
     */
    public RegisteredMemory findForPeer(
        final int key, final int protectionDomain, final int queuePair, final int rights, final long address,
        final long bytes) {
        final RegisteredMemory memory = byKey.get(key);
        final boolean granted = memory != null && memory.isOpenTo(queuePair) && isGranted(
            memory, protectionDomain, rights, address, bytes);
        return granted ? memory : null;
    }

    /**
     * Finds the whole memory that a key opens to a peer.
     *
     * @param key              rkey.
     * @param protectionDomain domain of the queue pair that the request arrived at.
     * @param queuePair        number of that queue pair.
     * @param rights           rights that the access needs, flags of {@link AccessFlags}.
     * @return the memory; null as for {@link #findForPeer}.
     */
    public RegisteredMemory findWholeForPeer(
        final int key, final int protectionDomain, final int queuePair, final int rights) {
        final RegisteredMemory memory = byKey.get(key);
        return memory == null ? null
            : findForPeer(key, protectionDomain, queuePair, rights, memory.iova(), memory.lengthBytes());
    }

    private static boolean isGranted(
        final RegisteredMemory memory, final int protectionDomain, final int rights, final long address,
        final long bytes) {
        return memory.protectionDomain() == protectionDomain && memory.allows(rights) && memory.covers(address, bytes);
    }

    /**
     * Returns the number of registered regions and bound windows.
     *
     * @return number of keys in use.
     */
    public int size() {
        return byKey.size();
    }
}
