// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.RdmaHeader;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import dev.ffmverbs.spi.layout.ScatterGatherElementLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Posted send requests, in a ring of slots in native memory. One poster fills the ring, and one connection empties it.
 *
 * <p>To post a request, {@link #claim()} a slot, describe the request in it, and {@link #publish} it. Everything is
 * then copied, and the user may reuse its structures and inline data. A slot is in use until its request completes.
 *
 * <p>Posters serialize themselves with a lock. The connection runs under the dispatch lock. The two sides share only
 * two counters. Nothing is allocated after construction.
 */
public final class SendQueue {

    /** Result of {@link #claim()} if every slot is in use. */
    public static final long FULL = -1;

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
    private static final long RKEY = 56;
    private static final long STATUS = 60;
    private static final long FIRST_PSN = 64;
    private static final long PACKETS = 68;
    private static final long DATA = 72;

    private static final VarHandle POSTED;
    private static final VarHandle RETIRED;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            POSTED = lookup.findVarHandle(SendQueue.class, "posted", long.class).withInvokeExactBehavior();
            RETIRED = lookup.findVarHandle(SendQueue.class, "retired", long.class).withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemorySegment slots;
    private final long slotBytes;
    private final int capacity;
    private final int maxElements;
    private final int maxInlineBytes;

    private long posted;
    /** Accessed through {@link #RETIRED} only. */
    @SuppressWarnings("unused")
    private long retired;

    /**
     * Creates an empty queue.
     *
     * @param arena          provides the memory of the ring. Must outlive the queue.
     * @param requests       minimum capacity in requests. Rounded up to a power of two.
     * @param maxElements    scatter / gather elements per request.
     * @param maxInlineBytes minimum capacity for inline data per request, in bytes.
     */
    public SendQueue(final Arena arena, final int requests, final int maxElements, final int maxInlineBytes) {
        this.capacity = Math.max(1, Integer.highestOneBit(Math.max(1, requests) * 2 - 1));
        this.maxElements = maxElements;
        this.maxInlineBytes = Math.max(maxInlineBytes, maxElements * ELEMENT_BYTES);
        this.slotBytes = DATA + this.maxInlineBytes + Long.BYTES - 1 & -Long.BYTES;
        this.slots = arena.allocate(slotBytes * capacity, Long.BYTES);
    }

    /**
     * Returns how many requests can be posted and not yet complete.
     *
     * @return a power of two.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Returns how many scatter / gather elements a request can have.
     *
     * @return elements.
     */
    public int maxElements() {
        return maxElements;
    }

    /**
     * Returns how many bytes of inline data a request can have.
     *
     * @return bytes.
     */
    public int maxInlineBytes() {
        return maxInlineBytes;
    }

    /**
     * Returns a slot for the next request. The slot stays the same until {@link #publish}.
     *
     * @return the slot, or {@link #FULL}.
     */
    public long claim() {
        return claim(0);
    }

    /**
     * Returns a slot for a request that is published together with earlier ones.
     *
     * @param ahead how many requests are claimed before it and not yet published.
     * @return the slot, or {@link #FULL}.
     */
    public long claim(final int ahead) {
        final long sequence = posted + ahead;
        return sequence - (long) RETIRED.getAcquire(this) < capacity ? offset(sequence) : FULL;
    }

    /**
     * Starts the description of a request, without data.
     *
     * @param slot          slot from {@link #claim()}.
     * @param workRequestId identifier that its completion carries.
     * @param operation     one of {@link WorkRequestOpcodes} that the device {@linkplain RequestPackets supports}.
     * @param flags         any of {@link SendFlags}.
     * @param immediate     immediate data as a big-endian number, or the key to invalidate.
     */
    public void request(
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
     * @param slot    slot from {@link #claim()}.
     * @param address remote address.
     * @param rkey    remote key.
     */
    public void remote(final long slot, final long address, final int rkey) {
        slots.set(LONG, slot + REMOTE_ADDRESS, address);
        slots.set(INT, slot + RKEY, rkey);
    }

    /**
     * Sets the operands of an atomic.
     *
     * @param slot         slot from {@link #claim()}.
     * @param compareOrAdd value to compare with, or to add.
     * @param swap         what to swap in.
     */
    public void atomic(final long slot, final long compareOrAdd, final long swap) {
        slots.set(LONG, slot + COMPARE_OR_ADD, compareOrAdd);
        slots.set(LONG, slot + SWAP, swap);
    }

    /**
     * Drops the data of a request, so that other data can be given. The request is no longer inline.
     *
     * @param slot slot from {@link #claim()}.
     */
    public void clearData(final long slot) {
        slots.set(INT, slot + FLAGS, slots.get(INT, slot + FLAGS) & ~SendFlags.INLINE);
        slots.set(INT, slot + ELEMENTS, 0);
        slots.set(LONG, slot + LENGTH, 0);
    }

    /**
     * Turns a request without data into one with inline data, still of length 0.
     *
     * @param slot slot from {@link #claim()}.
     */
    public void makeInline(final long slot) {
        clearData(slot);
        slots.set(INT, slot + FLAGS, slots.get(INT, slot + FLAGS) | SendFlags.INLINE);
    }

    /**
     * Appends a scatter / gather element. Not for inline requests.
     *
     * @param slot    slot from {@link #claim()}.
     * @param address address in the memory that the key names.
     * @param bytes   length, as an unsigned number.
     * @param lkey    local key.
     * @return false if the request has no room for another element.
     */
    public boolean addElement(final long slot, final long address, final int bytes, final int lkey) {
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
     * @param slot   slot from {@link #claim()}.
     * @param source segment that contains the data.
     * @param offset offset of the data in the segment.
     * @param bytes  length of the data, not negative.
     * @return false if it does not fit.
     */
    public boolean addInline(final long slot, final MemorySegment source, final long offset, final long bytes) {
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
     * @param slot slot from {@link #claim()}.
     * @return false if the operation is not supported, the message is longer than 2^31 bytes, a READ or atomic has
     *     inline data, or the data of an atomic is not eight bytes long.
     */
    public boolean isValid(final long slot) {
        final int operation = operation(slot);
        final long length = length(slot);
        return RequestPackets.isSupported(operation)
            && length <= RdmaHeader.MAX_DMA_LENGTH_BYTES
            && !(RequestPackets.isAnswered(operation) && isFlagged(slot, SendFlags.INLINE))
            && !(RequestPackets.isAtomic(operation) && length != Long.BYTES);
    }

    /**
     * Posts the request described in the claimed slot, if it is {@linkplain #isValid valid}.
     *
     * @param slot slot from {@link #claim()}.
     * @return false, with nothing posted, if it is not.
     */
    public boolean publish(final long slot) {
        final boolean valid = isValid(slot);
        if (valid) {
            publishClaimed(1);
        }
        return valid;
    }

    /**
     * Posts claimed requests, all of them {@linkplain #isValid valid}, at once.
     *
     * @param requests how many are claimed, not negative.
     */
    public void publishClaimed(final int requests) {
        POSTED.setRelease(this, posted + requests);
    }

    /** Returns the sequence number of the next request to be posted. Earlier requests are visible to the caller. */
    long postedCount() {
        return (long) POSTED.getAcquire(this);
    }

    /** Returns slots to the poster: those of all requests before a sequence number. */
    void retire(final long sequence) {
        RETIRED.setRelease(this, sequence);
    }

    /** Returns the slot of a request. */
    long offset(final long sequence) {
        return (sequence & capacity - 1) * slotBytes;
    }

    MemorySegment memory() {
        return slots;
    }

    /** Returns the offset in {@link #memory()} at which the elements, or the inline data, of a request start. */
    long data(final long slot) {
        return slot + DATA;
    }

    long workRequestId(final long slot) {
        return slots.get(LONG, slot + WORK_REQUEST_ID);
    }

    int operation(final long slot) {
        return slots.get(INT, slot + OPERATION);
    }

    boolean isFlagged(final long slot, final int flag) {
        return (slots.get(INT, slot + FLAGS) & flag) != 0;
    }

    int immediate(final long slot) {
        return slots.get(INT, slot + IMMEDIATE);
    }

    int elements(final long slot) {
        return slots.get(INT, slot + ELEMENTS);
    }

    long remoteAddress(final long slot) {
        return slots.get(LONG, slot + REMOTE_ADDRESS);
    }

    int rkey(final long slot) {
        return slots.get(INT, slot + RKEY);
    }

    long length(final long slot) {
        return slots.get(LONG, slot + LENGTH);
    }

    long compareOrAdd(final long slot) {
        return slots.get(LONG, slot + COMPARE_OR_ADD);
    }

    long swap(final long slot) {
        return slots.get(LONG, slot + SWAP);
    }

    /** Returns the error found in the request before its turn to complete, or success. */
    int status(final long slot) {
        return slots.get(INT, slot + STATUS);
    }

    void status(final long slot, final int status) {
        slots.set(INT, slot + STATUS, status);
    }

    int firstPsn(final long slot) {
        return slots.get(INT, slot + FIRST_PSN);
    }

    int packets(final long slot) {
        return slots.get(INT, slot + PACKETS);
    }

    /** Records which packets carry the request. */
    void assign(final long slot, final int firstPsn, final int packets) {
        slots.set(INT, slot + FIRST_PSN, firstPsn);
        slots.set(INT, slot + PACKETS, packets);
    }
}
