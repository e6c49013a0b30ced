// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.RdmaHeader;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The slots of a send queue. Each has the fields of one request, and its elements or inline data.
 *
 * <p>The poster fills a slot that it has claimed, and the queue pair reads it once it is posted. Nothing is allocated
 * after construction.
 */
abstract sealed class RequestSlots permits SendQueue {

    /** Status of a request that the device has executed itself, until its turn to complete. */
    static final int EXECUTED = -1;

    /** Size of a scatter / gather element in a slot, in bytes. The element is a {@code struct ibv_sge}. */
    public static final int ELEMENT_BYTES = (int) ScatterGatherElementLayout.BYTES;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private static final long WORK_REQUEST_ID = 0;
    private static final long OPERATION = 8;
    private static final long FLAGS = 12;
    private static final long IMMEDIATE = 16;
    private static final long ELEMENTS = 20;
    private static final long REMOTE_ADDRESS = 24;
    private static final long LENGTH = 32;
    private static final long COMPARE_OR_ADD = 40;
    private static final long SWAP = 48;
    /** Of a FLUSH only, in place of the operands of an atomic. An ATOMIC WRITE has one operand. */
    private static final long FLUSH_BYTES = 40;
    private static final long PLACEMENT = 48;
    private static final long SELECTION = 52;
    /** Of a bind only, in place of the operands of an atomic. */
    private static final long BIND_BYTES = 40;
    private static final long REGION_KEY = 48;
    private static final long WINDOW_RIGHTS = 52;
    private static final long RKEY = 56;
    private static final long STATUS = 60;
    private static final long FIRST_PSN = 64;
    private static final long PACKETS = 68;
    private static final long DATA = 72;

    private final MemorySegment slots;
    private final long slotBytes;
    private final int capacity;
    private final int maxElements;
    private final int maxInlineBytes;
    private final int operations;
    private final DatagramDestinations destinations;

    RequestSlots(
        final Arena arena, final int requests, final int maxElements, final int maxInlineBytes, final int operations) {
        this.capacity = Math.max(1, Integer.highestOneBit(Math.max(1, requests) * 2 - 1));
        this.maxElements = maxElements;
        this.maxInlineBytes = Math.max(maxInlineBytes, maxElements * ELEMENT_BYTES);
        this.slotBytes = DATA + this.maxInlineBytes + Long.BYTES - 1 & -Long.BYTES;
        this.slots = arena.allocate(slotBytes * capacity, Long.BYTES);
        this.operations = operations;
        this.destinations = new DatagramDestinations(operations == RequestPackets.OF_DATAGRAMS ? capacity : 0);
    }

    /**
     * Returns how many requests can be posted and not yet complete.
     *
     * @return a power of two.
     */
    public final int capacity() {
        return capacity;
    }

    /**
     * Returns how many scatter / gather elements a request can have.
     *
     * @return elements.
     */
    public final int maxElements() {
        return maxElements;
    }

    /**
     * Returns how many bytes of inline data a request can have.
     *
     * @return bytes.
     */
    public final int maxInlineBytes() {
        return maxInlineBytes;
    }

    /**
     * Returns whether requests may have an operation.
     *
     * @param operation any value.
     * @return true for an operation of the transport service that this device supports.
     */
    public final boolean supports(final int operation) {
        return operation >= 0 && operation < Integer.SIZE && (operations >>> operation & 1) != 0;
    }

    /**
     * Starts the description of a request, without data.
     *
     * @param slot          slot from {@link SendQueue#claim()}.
     * @param workRequestId identifier that its completion carries.
     * @param operation     one of {@link WorkRequestOpcodes} that the queue {@linkplain #supports supports}.
     * @param flags         any of {@link SendFlags}.
     * @param immediate     immediate data as a big-endian number, the key to invalidate, or the window to bind.
     */
    public final void request(
        final long slot, final long workRequestId, final int operation, final int flags, final int immediate) {
        slots.set(LONG, slot + WORK_REQUEST_ID, workRequestId);
        slots.set(INT, slot + OPERATION, operation);
        slots.set(INT, slot + FLAGS, flags);
        slots.set(INT, slot + IMMEDIATE, immediate);
        slots.set(INT, slot + ELEMENTS, 0);
        slots.set(LONG, slot + LENGTH, 0);
        slots.set(INT, slot + STATUS, CompletionStatuses.SUCCESS);
    }

    /**
     * Sets the remote memory of a WRITE, READ or atomic.
     *
     * @param slot    slot from {@link SendQueue#claim()}.
     * @param address remote address.
     * @param rkey    remote key.
     */
    public final void remote(final long slot, final long address, final int rkey) {
        slots.set(LONG, slot + REMOTE_ADDRESS, address);
        slots.set(INT, slot + RKEY, rkey);
    }

    /**
     * Sets or clears the destination of a datagram. Only in a queue for datagrams.
     *
     * @param slot      slot from {@link SendQueue#claim()}.
     * @param path      path to the port of the destination, or null if it is not known yet.
     * @param queuePair number of the queue pair there. Only the lower 24 bits are sent.
     * @param queueKey  key of the queue pair.
     */
    public final void destination(final long slot, final UdpPath path, final int queuePair, final int queueKey) {
        destinations.set((int) (slot / slotBytes), path, queuePair, queueKey);
    }

    /**
     * Sets the operands of an atomic.
     *
     * @param slot         slot from {@link SendQueue#claim()}.
     * @param compareOrAdd value to compare with, or to add.
     * @param swap         what to swap in.
     */
    public final void atomic(final long slot, final long compareOrAdd, final long swap) {
        slots.set(LONG, slot + COMPARE_OR_ADD, compareOrAdd);
        slots.set(LONG, slot + SWAP, swap);
    }

    /**
     * Sets what a FLUSH concerns, in addition to the key and the address.
     *
     * @param slot      slot from {@link SendQueue#claim()}.
     * @param bytes     length of the range.
     * @param placement flags of {@link dev.ffmverbs.spi.constants.FlushPlacements}.
     * @param selection one of {@link dev.ffmverbs.spi.constants.FlushSelections}.
     */
    public final void flush(final long slot, final long bytes, final int placement, final int selection) {
        slots.set(LONG, slot + FLUSH_BYTES, bytes);
        slots.set(INT, slot + PLACEMENT, placement);
        slots.set(INT, slot + SELECTION, selection);
    }

    /**
     * Sets what a bind of a memory window binds it to. The request's immediate data is the index of the window.
     *
     * @param slot      slot from {@link SendQueue#claim()}.
     * @param newKey    new key of the window.
     * @param regionKey local key of the region.
     * @param address   first address of the part that the window opens.
     * @param bytes     length of that part.
     * @param rights    what peers may do through the window.
     */
    public final void bind(
        final long slot, final int newKey, final int regionKey, final long address, final long bytes,
        final int rights) {
        remote(slot, address, newKey);
        slots.set(LONG, slot + BIND_BYTES, bytes);
        slots.set(INT, slot + REGION_KEY, regionKey);
        slots.set(INT, slot + WINDOW_RIGHTS, rights);
    }

    /**
     * Drops the data of a request, so that other data can be given. The request is no longer inline.
     *
     * @param slot slot from {@link SendQueue#claim()}.
     */
    public final void clearData(final long slot) {
        slots.set(INT, slot + FLAGS, slots.get(INT, slot + FLAGS) & ~SendFlags.INLINE);
        slots.set(INT, slot + ELEMENTS, 0);
        slots.set(LONG, slot + LENGTH, 0);
    }

    /**
     * Turns a request without data into one with inline data, still of length 0.
     *
     * @param slot slot from {@link SendQueue#claim()}.
     */
    public final void makeInline(final long slot) {
        clearData(slot);
        slots.set(INT, slot + FLAGS, slots.get(INT, slot + FLAGS) | SendFlags.INLINE);
    }

    /**
     * Appends a scatter / gather element. Not for inline requests.
     *
     * @param slot    slot from {@link SendQueue#claim()}.
     * @param address address in the memory that the key names.
     * @param bytes   length, as an unsigned number.
     * @param lkey    local key.
     * @return false if the request has no room for another element.
     */
    public final boolean addElement(final long slot, final long address, final int bytes, final int lkey) {
        final int elements = slots.get(INT, slot + ELEMENTS);
        if (elements == maxElements) {
            return false;
        }
        ScatterGather.setElement(slots, slot + DATA + (long) elements * ELEMENT_BYTES, address, bytes, lkey);
        slots.set(INT, slot + ELEMENTS, elements + 1);
        slots.set(LONG, slot + LENGTH, length(slot) + Integer.toUnsignedLong(bytes));
        return true;
    }

    /**
     * Appends inline data. Only for requests with {@link SendFlags#INLINE}.
     *
     * @param slot   slot from {@link SendQueue#claim()}.
     * @param source segment that contains the data.
     * @param offset offset of the data in the segment.
     * @param bytes  length of the data, not negative.
     * @return false if it does not fit.
     */
    public final boolean addInline(final long slot, final MemorySegment source, final long offset, final long bytes) {
        final long length = length(slot);
        if (bytes > maxInlineBytes - length) {
            return false;
        }
        MemorySegment.copy(source, offset, slots, slot + DATA + length, bytes);
        slots.set(LONG, slot + LENGTH, length + bytes);
        return true;
    }

    /**
     * Returns whether the request described in a claimed slot can be posted.
     *
     * @param slot slot from {@link SendQueue#claim()}.
     * @return false if the operation is not supported, the message is longer than 2^31 bytes, a READ or atomic has
     *     inline data, the data of an atomic is not eight bytes long, a FLUSH or ATOMIC WRITE names local memory, or a
     *     datagram has no destination.
     */
    public final boolean isValid(final long slot) {
        final int operation = operation(slot);
        final long length = length(slot);
        return supports(operation)
            && length <= RdmaHeader.MAX_DMA_LENGTH_BYTES
            && !(RequestPackets.isAnswered(operation) && isFlagged(slot, SendFlags.INLINE))
            && !(RequestPackets.isAtomic(operation) && length != Long.BYTES)
            && !(RequestPackets.needsBatch(operation) && length != 0)
            && !(operations == RequestPackets.OF_DATAGRAMS && !destinations.isSet((int) (slot / slotBytes)));
    }

    /** Returns the slot of a request. */
    final long offset(final long sequence) {
        return (sequence & capacity - 1) * slotBytes;
    }

    final DatagramDestinations destinations() {
        return destinations;
    }

    final MemorySegment memory() {
        return slots;
    }

    /** Returns the offset in {@link #memory()} at which the elements, or the inline data, of a request start. */
    final long data(final long slot) {
        return slot + DATA;
    }

    final long workRequestId(final long slot) {
        return slots.get(LONG, slot + WORK_REQUEST_ID);
    }

    final int operation(final long slot) {
        return slots.get(INT, slot + OPERATION);
    }

    final boolean isFlagged(final long slot, final int flag) {
        return (slots.get(INT, slot + FLAGS) & flag) != 0;
    }

    final int immediate(final long slot) {
        return slots.get(INT, slot + IMMEDIATE);
    }

    final int elements(final long slot) {
        return slots.get(INT, slot + ELEMENTS);
    }

    final long remoteAddress(final long slot) {
        return slots.get(LONG, slot + REMOTE_ADDRESS);
    }

    final int rkey(final long slot) {
        return slots.get(INT, slot + RKEY);
    }

    final long length(final long slot) {
        return slots.get(LONG, slot + LENGTH);
    }

    final long compareOrAdd(final long slot) {
        return slots.get(LONG, slot + COMPARE_OR_ADD);
    }

    final long swap(final long slot) {
        return slots.get(LONG, slot + SWAP);
    }

    final long flushBytes(final long slot) {
        return slots.get(LONG, slot + FLUSH_BYTES);
    }

    final int placement(final long slot) {
        return slots.get(INT, slot + PLACEMENT);
    }

    final int selection(final long slot) {
        return slots.get(INT, slot + SELECTION);
    }

    final long bindBytes(final long slot) {
        return slots.get(LONG, slot + BIND_BYTES);
    }

    final int regionKey(final long slot) {
        return slots.get(INT, slot + REGION_KEY);
    }

    final int windowRights(final long slot) {
        return slots.get(INT, slot + WINDOW_RIGHTS);
    }

    /** Returns the error found in the request before its turn to complete, {@link #EXECUTED}, or success. */
    final int status(final long slot) {
        return slots.get(INT, slot + STATUS);
    }

    final void status(final long slot, final int status) {
        slots.set(INT, slot + STATUS, status);
    }

    final int firstPsn(final long slot) {
        return slots.get(INT, slot + FIRST_PSN);
    }

    final int packets(final long slot) {
        return slots.get(INT, slot + PACKETS);
    }

    /** Records which packets carry the request. */
    final void assign(final long slot, final int firstPsn, final int packets) {
        slots.set(INT, slot + FIRST_PSN, firstPsn);
        slots.set(INT, slot + PACKETS, packets);
    }
}
