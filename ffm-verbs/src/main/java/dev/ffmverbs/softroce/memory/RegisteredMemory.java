// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import dev.ffmverbs.spi.constants.AccessFlags;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Memory that a key names, with the addresses and rights it was registered with.
 *
 * <p>Accesses expect {@link #covers} to have been asked. They fail, without harm, when the user freed the memory while
 * it was registered, or cut off the file behind it, which the JDK reports as {@link InternalError}.
 */
public final class RegisteredMemory {

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final int key;
    private final int protectionDomain;
    private final MemorySegment memory;
    private final long iova;
    private final long lengthBytes;
    private final int rights;
    private final WordCopy copy;

    RegisteredMemory(
        final int key, final int protectionDomain, final MemorySegment memory, final long iova, final int rights,
        final WordCopy copy) {
        this.key = key;
        this.protectionDomain = protectionDomain;
        this.memory = memory;
        this.iova = iova;
        this.lengthBytes = memory.byteSize();
        this.rights = rights;
        this.copy = copy;
    }

    /**
     * The key that names this memory, to local work requests (lkey) and to peers (rkey) alike.
     *
     * @return 32 random bits.
     */
    public int key() {
        return key;
    }

    /**
     * The protection domain it belongs to.
     *
     * @return number of the domain.
     */
    public int protectionDomain() {
        return protectionDomain;
    }

    /**
     * Address of its first byte, as work requests and peers name it.
     *
     * @return the input / output virtual address.
     */
    public long iova() {
        return iova;
    }

    /**
     * Its size.
     *
     * @return bytes.
     */
    public long lengthBytes() {
        return lengthBytes;
    }

    /**
     * Whether all rights asked for were given.
     *
     * @param asked flags of {@link AccessFlags}.
     * @return true when none is missing.
     */
    public boolean allows(final int asked) {
        return (rights & asked) == asked;
    }

    /**
     * Whether a range lies within this memory.
     *
     * @param address first address of the range, unsigned.
     * @param bytes   length of the range, unsigned.
     * @return true when every byte of it does; a range that wraps around never does.
     */
    public boolean covers(final long address, final long bytes) {
        final long offset = address - iova;
        return Long.compareUnsigned(bytes, lengthBytes) <= 0
            && Long.compareUnsigned(offset, lengthBytes - bytes) <= 0;
    }

    /**
     * Copies from this memory into a packet.
     *
     * @param address      first address to read; the range must be {@linkplain #covers covered}.
     * @param packet       memory of the packet.
     * @param packetOffset where in the packet.
     * @param bytes        how much, at most one packet's payload.
     * @return false when the memory is no longer alive; the packet's bytes are undefined then.
     */
    public boolean read(final long address, final MemorySegment packet, final long packetOffset, final int bytes) {
        try {
            copy.read(memory, address - iova, packet, packetOffset, bytes);
            return true;
        } catch (final IllegalStateException | WrongThreadException | InternalError e) {
            return false;
        }
    }

    /**
     * Copies from a packet into this memory.
     *
     * @param packet       memory of the packet.
     * @param packetOffset where in the packet.
     * @param address      first address to write; the range must be {@linkplain #covers covered}.
     * @param bytes        how much, at most one packet's payload.
     * @return false when the memory is no longer alive.
     */
    public boolean write(final MemorySegment packet, final long packetOffset, final long address, final int bytes) {
        try {
            copy.write(packet, packetOffset, memory, address - iova, bytes);
            return true;
        } catch (final IllegalStateException | WrongThreadException | InternalError e) {
            return false;
        }
    }

    /**
     * Whether eight bytes at an address are one word, so that an atomic can work on them.
     *
     * @param address address whose eight bytes are {@linkplain #covers covered}.
     * @return true when the address, and where it is in memory, are both multiples of eight.
     */
    public boolean isWord(final long address) {
        return (address & Long.BYTES - 1) == 0 && (memory.address() + (address - iova) & Long.BYTES - 1) == 0;
    }

    /**
     * Adds to eight bytes, atomically for peers and for threads of this JVM alike.
     *
     * @param address address, {@linkplain #isWord a word} that is {@linkplain #covers covered}.
     * @param value   what to add.
     * @return the value before.
     * @throws IllegalStateException when the memory is no longer alive.
     * @throws InternalError         when the file behind the memory was cut off.
     */
    public long fetchAdd(final long address, final long value) {
        return (long) WORD.getAndAdd(memory, address - iova, value);
    }

    /**
     * Replaces eight bytes when they have an expected value, atomically for peers and for threads of this JVM alike.
     *
     * @param address  address, {@linkplain #isWord a word} that is {@linkplain #covers covered}.
     * @param expected the value to compare with.
     * @param value    the value to put there when both are equal.
     * @return the value before.
     * @throws IllegalStateException when the memory is no longer alive.
     * @throws InternalError         when the file behind the memory was cut off.
     */
    public long compareSwap(final long address, final long expected, final long value) {
        return (long) WORD.compareAndExchange(memory, address - iova, expected, value);
    }

    @Override
    public String toString() {
        return "RegisteredMemory[key=0x" + Integer.toHexString(key) + ", protectionDomain=" + protectionDomain
            + ", iova=0x" + Long.toHexString(iova) + ", lengthBytes=" + lengthBytes + ", rights=0x"
            + Integer.toHexString(rights) + "]";
    }
}
