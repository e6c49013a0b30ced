// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Posted receives, in a ring of slots in native memory. One poster fills the ring. One connection empties it, or
 * several if the queue is shared.
 *
 * <p>To post a receive, {@link #claim()} a slot, describe the receive in it, and {@link #publish()} it. The slot is
 * free again when a message takes the receive.
 *
 * <p>Posters serialize themselves with a lock. Connections run under the dispatch lock. Nothing is allocated after
 * construction.
 */
public final class ReceiveQueue {

    /** Result of {@link #claim()} if every slot is in use. */
    public static final long FULL = -1;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private static final long WORK_REQUEST_ID = 0;
    private static final long ELEMENTS = 8;
    private static final long DATA = 16;

    private static final VarHandle POSTED;
    private static final VarHandle TAKEN;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            POSTED = lookup.findVarHandle(ReceiveQueue.class, "posted", long.class).withInvokeExactBehavior();
            TAKEN = lookup.findVarHandle(ReceiveQueue.class, "taken", long.class).withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long slotBytes;
    private final int maxElements;
    private final boolean shared;

    /** Written under the lock of the posters and the dispatch lock, like the capacity. Read under either. */
    private MemorySegment slots;
    private int capacity;

    private long posted;
    private long taken;

    /**
     * Creates an empty queue.
     *
     * @param arena       provides the memory of the ring. Must outlive the queue.
     * @param receives    minimum capacity in receives. Rounded up to a power of two.
     * @param maxElements scatter / gather elements per receive.
     * @param shared      whether several connections take receives from the queue. None of them flushes a shared queue.
     */
    public ReceiveQueue(final Arena arena, final int receives, final int maxElements, final boolean shared) {
        this.capacity = capacityFor(receives);
        this.maxElements = maxElements;
        this.slotBytes = DATA + (long) maxElements * SendQueue.ELEMENT_BYTES;
        this.slots = allocateRing(arena, receives);
        this.shared = shared;
    }

    private static int capacityFor(final int receives) {
        return Math.max(1, Integer.highestOneBit(Math.max(1, receives) * 2 - 1));
    }

    /**
     * Allocates memory for a ring of another size.
     *
     * @param arena    provides the memory. Must outlive the queue, or the next {@link #moveTo}.
     * @param receives minimum capacity in receives. Rounded up to a power of two.
     * @return the memory, for {@link #moveTo}.
     */
    public MemorySegment allocateRing(final Arena arena, final int receives) {
        return arena.allocate(slotBytes * capacityFor(receives), Long.BYTES);
    }

    /**
     * Moves the posted receives to another ring. The memory of the former ring is no longer used afterwards. Requires
     * the lock of the posters and the dispatch lock.
     *
     * @param ring memory from {@link #allocateRing}.
     * @return false, with nothing changed, if more receives are posted than it holds.
     */
    public boolean moveTo(final MemorySegment ring) {
        final int newCapacity = (int) (ring.byteSize() / slotBytes);
        if (posted - taken > newCapacity) {
            return false;
        }
        for (long sequence = taken; sequence != posted; sequence++) {
            MemorySegment.copy(slots, offset(sequence), ring, (sequence & newCapacity - 1) * slotBytes, slotBytes);
        }
        slots = ring;
        capacity = newCapacity;
        return true;
    }

    /**
     * Returns how many receives can be posted and not yet taken. Requires either lock.
     *
     * @return a power of two.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Returns how many scatter / gather elements a receive can have.
     *
     * @return elements.
     */
    public int maxElements() {
        return maxElements;
    }

    /**
     * Returns whether several connections take receives from this queue.
     *
     * @return true for a shared receive queue.
     */
    public boolean isShared() {
        return shared;
    }

    /**
     * Returns how many receives are posted and not yet taken. The number is exact only under the dispatch lock while
     * nothing is posted.
     *
     * @return receives.
     */
    public int available() {
        return (int) ((long) POSTED.getAcquire(this) - (long) TAKEN.getAcquire(this));
    }

    /**
     * Returns a slot for the next receive. The slot stays the same until {@link #publish()}.
     *
     * @return the slot, or {@link #FULL}.
     */
    public long claim() {
        return posted - (long) TAKEN.getAcquire(this) < capacity ? offset(posted) : FULL;
    }

    /**
     * Starts the description of a receive, without elements.
     *
     * @param slot          slot from {@link #claim()}.
     * @param workRequestId identifier that its completion carries.
     */
    public void request(final long slot, final long workRequestId) {
        slots.set(LONG, slot + WORK_REQUEST_ID, workRequestId);
        slots.set(INT, slot + ELEMENTS, 0);
    }

    /**
     * Appends a scatter element.
     *
     * @param slot    slot from {@link #claim()}.
     * @param address address in the memory that the key names.
     * @param bytes   length, as an unsigned number.
     * @param lkey    local key.
     * @return false if the receive has no room for another element.
     */
    public boolean addElement(final long slot, final long address, final int bytes, final int lkey) {
        final int elements = slots.get(INT, slot + ELEMENTS);
        if (elements == maxElements) {
            return false;
        }
        ScatterGather.setElement(slots, slot + DATA + (long) elements * SendQueue.ELEMENT_BYTES, address, bytes, lkey);
        slots.set(INT, slot + ELEMENTS, elements + 1);
        return true;
    }

    /** Posts the receive described in the claimed slot. */
    public void publish() {
        POSTED.setRelease(this, posted + 1);
    }

    /**
     * Removes the oldest receive from the queue.
     *
     * @param receive receives a copy of it.
     * @return false if none is posted.
     */
    boolean take(final CurrentReceive receive) {
        final long sequence = taken;
        if (sequence == (long) POSTED.getAcquire(this)) {
            return false;
        }
        final long slot = offset(sequence);
        receive.load(
            slots.get(LONG, slot + WORK_REQUEST_ID), slots, slot + DATA, slots.get(INT, slot + ELEMENTS));
        TAKEN.setRelease(this, sequence + 1);
        return true;
    }

    /** Discards all posted receives. */
    void clear() {
        TAKEN.setRelease(this, (long) POSTED.getAcquire(this));
    }

    private long offset(final long sequence) {
        return (sequence & capacity - 1) * slotBytes;
    }

    @Override
    public String toString() {
        return (shared ? "shared" : "own") + " ReceiveQueue: " + (posted - taken) + " of " + capacity + " posted";
    }
}
