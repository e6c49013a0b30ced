// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import dev.ffmverbs.spi.constants.AccessFlags;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Memory that a key names: a region with the addresses and rights of its registration, or the part of a region that a
 * memory window opens to peers.
 *
 * <p>Callers check {@link #covers} before an access. An access fails without harm if the user freed the memory while it
 * was registered, or truncated the file behind it. The JDK reports the latter as {@link InternalError}.
 */
public final class RegisteredMemory {

    /** Value of {@link #user} for a region, which the device itself uses as well as every peer. */
    private static final int REGION = -1;
    /** Value of {@link #user} for a window that the peer of any queue pair may use. */
    private static final int WINDOW_OF_ANY_QUEUE_PAIR = -2;

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final int key;
    private final int protectionDomain;
    private final MemorySegment memory;
    private final long iova;
    private final long lengthBytes;
    private final int rights;
    private final WordCopy copy;

    /** {@link #REGION}, {@link #WINDOW_OF_ANY_QUEUE_PAIR}, or the number of the only queue pair of a window. */
    private final int user;

    /** How many windows are bound to this region. Guarded by the dispatch lock. */
    private int windows;

    /** Describes a region. */
    RegisteredMemory(
        final int key, final int protectionDomain, final MemorySegment memory, final long iova, final int rights,
        final WordCopy copy) {
        this(key, protectionDomain, memory, iova, rights, copy, REGION);
    }

    private RegisteredMemory(
        final int key, final int protectionDomain, final MemorySegment memory, final long iova, final int rights,
        final WordCopy copy, final int user) {
        this.user = user;
        this.key = key;
        this.protectionDomain = protectionDomain;
        this.memory = memory;
        this.iova = iova;
        this.lengthBytes = memory.byteSize();
        this.rights = rights;
        this.copy = copy;
    }

    /** Describes what a window opens of this region, under a key, to the peer of any queue pair. */
    RegisteredMemory open(final int windowKey, final long address, final long bytes, final int windowRights) {
        return open(windowKey, address, bytes, windowRights, WINDOW_OF_ANY_QUEUE_PAIR);
    }

    /** Describes what a window opens of this region, under a key, to the peer of one queue pair. */
    RegisteredMemory open(
        final int windowKey, final long address, final long bytes, final int windowRights, final int queuePair) {
        return new RegisteredMemory(windowKey, protectionDomain, memory.asSlice(address - iova, bytes), address,
            windowRights, copy, queuePair);
    }

    boolean isRegion() {
        return user == REGION;
    }

    /** Returns whether the peer of a queue pair may use this memory. */
    boolean isOpenTo(final int queuePair) {
        return user < 0 || user == queuePair;
    }

    /** Records that a window was bound to this region. */
    void addWindow() {
        windows++;
    }

    /** Records that a window is no longer bound to this region. */
    void removeWindow() {
        windows--;
    }

    /**
     * Returns how many memory windows are bound to this region. It must not be deregistered before all are closed,
     * invalidated or bound to other memory.
     *
     * @return number of windows.
     */
    public int windows() {
        return windows;
    }

    /**
     * Returns the key of this memory. Local work requests (lkey) and peers (rkey) use the same key of a region. A
     * window has a key for peers only.
     *
     * @return 32 random bits, or the index of a window and eight bits that its user chooses.
     */
    public int key() {
        return key;
    }

    /**
     * Returns the protection domain of this memory.
     *
     * @return number of the domain.
     */
    public int protectionDomain() {
        return protectionDomain;
    }

    /**
     * Returns the address of the first byte that work requests and peers use.
     *
     * @return the input / output virtual address.
     */
    public long iova() {
        return iova;
    }

    /**
     * Returns the size of this memory.
     *
     * @return bytes.
     */
    public long lengthBytes() {
        return lengthBytes;
    }

    /**
     * Returns the memory itself.
     *
     * @return the segment that was registered, or the part of it that a window opens.
     */
    public MemorySegment segment() {
        return memory;
    }

    /**
     * Returns what the device and peers may do.
     *
     * @return flags of {@link AccessFlags}.
     */
    public int rights() {
        return rights;
    }

    /**
     * Returns whether all requested rights were granted.
     *
     * @param asked flags of {@link AccessFlags}.
     * @return true if none is missing.
     */
    public boolean allows(final int asked) {
        return (rights & asked) == asked;
    }

    /**
     * Returns whether a range lies within this memory.
     *
     * @param address first address of the range, unsigned.
     * @param bytes   length of the range, unsigned.
     * @return true if every byte is within this memory. A range that wraps around never is.
     */
    public boolean covers(final long address, final long bytes) {
        final long offset = address - iova;
        return Long.compareUnsigned(bytes, lengthBytes) <= 0
            && Long.compareUnsigned(offset, lengthBytes - bytes) <= 0;
    }

    /**
     * Copies from this memory into a packet.
     *
     * @param address      first address to read. The range must be {@linkplain #covers covered}.
     * @param packet       memory of the packet.
     * @param packetOffset offset in the packet.
     * @param bytes        number of bytes, at most the payload of one packet.
     * @return false if the memory is no longer alive. The bytes in the packet are then undefined.
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
     * @param packetOffset offset in the packet.
     * @param address      first address to write. The range must be {@linkplain #covers covered}.
     * @param bytes        number of bytes, at most the payload of one packet.
     * @return false if the memory is no longer alive.
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
     * Returns whether eight bytes at an address form one word, so that an atomic can operate on them.
     *
     * @param address address of eight bytes that are {@linkplain #covers covered}.
     * @return true if the address and its position in memory are both multiples of eight.
     */
    public boolean isWord(final long address) {
        return (address & Long.BYTES - 1) == 0 && (memory.address() + (address - iova) & Long.BYTES - 1) == 0;
    }

    /**
     * Adds to eight bytes. The operation is atomic with respect to peers and to threads of this JVM.
     *
     * @param address address, {@linkplain #isWord a word} that is {@linkplain #covers covered}.
     * @param value   value to add.
     * @return the previous value.
     * @throws IllegalStateException if the memory is no longer alive.
     * @throws InternalError if the file behind the memory was truncated.
     */
    public long fetchAdd(final long address, final long value) {
        return (long) WORD.getAndAdd(memory, address - iova, value);
    }

    /**
     * Replaces eight bytes if they have an expected value. The operation is atomic with respect to peers and to threads
     * of this JVM.
     *
     * @param address  address, {@linkplain #isWord a word} that is {@linkplain #covers covered}.
     * @param expected value to compare with.
     * @param value    new value if both are equal.
     * @return the previous value.
     * @throws IllegalStateException if the memory is no longer alive.
     * @throws InternalError if the file behind the memory was truncated.
     */
    public long compareSwap(final long address, final long expected, final long value) {
        return (long) WORD.compareAndExchange(memory, address - iova, expected, value);
    }

    /**
     * Writes eight bytes, so that peers and threads of this JVM see all of them or none.
     *
     * @param address address, {@linkplain #isWord a word} that is {@linkplain #covers covered}.
     * @param value   the bytes, in native order.
     * @throws IllegalStateException if the memory is no longer alive.
     * @throws InternalError if the file behind the memory was truncated.
     */
    public void setWord(final long address, final long value) {
        WORD.setVolatile(memory, address - iova, value);
    }

    /**
     * Writes what was changed to the file behind the memory. This may take as long as the storage takes.
     *
     * @param address first address. The range must be {@linkplain #covers covered}.
     * @param bytes   length of the range.
     * @throws UnsupportedOperationException if the memory is not mapped to a file.
     * @throws UncheckedIOException          if the storage fails.
     * @throws IllegalStateException         if the memory is no longer alive.
     */
    public void force(final long address, final long bytes) {
        memory.asSlice(address - iova, bytes).force();
    }

    @Override
    public String toString() {
        return "RegisteredMemory[key=0x" + Integer.toHexString(key) + ", protectionDomain=" + protectionDomain
            + ", iova=0x" + Long.toHexString(iova) + ", lengthBytes=" + lengthBytes + ", rights=0x"
            + Integer.toHexString(rights) + "]";
    }
}
