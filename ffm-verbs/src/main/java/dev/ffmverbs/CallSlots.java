// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.ProcessBarrier;
import dev.ffmverbs.spi.ProviderException;

/**
 * The calls in progress on one object, noted without an atomic instruction: each thread writes to its own {@link
 * CallSlot}. Who closes the object pays instead.
 *
 * <p><b>The rule.</b> A caller writes to its slot that a call begins, then looks whether the object is marked as
 * closed; if so, it takes the note back and is refused. Who closes the object marks it, executes a {@link
 * ProcessBarrier}, then waits until every slot has been seen without a call, and only then frees the object.
 *
 * <p><b>Why no caller uses a freed object.</b> The caller's write precedes its read in the machine code: between the
 * two is a fence, which the compilers of HotSpot let no memory access cross in either direction, although it asks the
 * processor for less than that. The barrier is a point in the course of each thread, and on one side of it or the other
 * lies the caller's read. If the read follows the point, it finds the mark, which was written before the barrier, and
 * the caller is refused. If the read precedes it, so does the write, and whoever closes the object sees the call after
 * the barrier and waits for its end. The end is written with release semantics and read with acquire semantics, so all
 * that was done in the call happens before the object is freed. A caller that notes a call after its slot was seen
 * without one read the mark after the barrier, and is refused.
 *
 * <p><b>New slots.</b> A thread publishes its slot by a volatile write before the first note. If whoever closes the
 * object does not find the slot in the table, which it reads after it has marked the object, the volatile write came
 * after the mark, and the thread finds the mark.
 *
 * <p><b>Threads.</b> A slot belongs to a thread, not to the processor or carrier it runs on. A virtual thread that is
 * moved to another carrier takes its memory along, as the JDK orders what it did before and after. The barrier concerns
 * whatever runs; what does not run passed a barrier when it was suspended.
 *
 * <p><b>Number.</b> An object has slots for {@value #MAXIMUM_SLOTS} threads at a time; places of threads that have
 * ended are used again. Further threads count their calls on the object, by atomic instructions.
 */
final class CallSlots {

    private static final int MAXIMUM_SLOTS = 64;
    private static final CallSlot[] NONE = new CallSlot[1];

    private final ProcessBarrier barrier;

    /** Slots by the low bits of their thread's number; its length is a power of two. Replaced, never changed. */
    private volatile CallSlot[] table = NONE;

    CallSlots(final ProcessBarrier barrier) {
        this.barrier = barrier;
    }

    /** The slot of the calling thread; null when it has none yet. */
    CallSlot of(final Thread thread) {
        final long threadId = thread.threadId();
        final CallSlot slot = at(table, threadId);
        return slot != null && slot.isOf(threadId) ? slot : null;
    }

    private static CallSlot at(final CallSlot[] slots, final long threadId) {
        return slots[place(slots, threadId)];
    }

    private static int place(final CallSlot[] slots, final long threadId) {
        return (int) threadId & slots.length - 1;
    }

    /**
     * Gives the calling thread a slot.
     *
     * @param thread the calling thread, which has none.
     * @return the slot; null when as many other threads have one as can.
     */
    CallSlot claim(final Thread thread) {
        final CallSlot[] present = table;
        return present.length == MAXIMUM_SLOTS && isTaken(at(present, thread.threadId())) ? null : add(thread);
    }

    private synchronized CallSlot add(final Thread thread) {
        final long threadId = thread.threadId();
        CallSlot[] slots = table.clone();
        while (isTaken(at(slots, threadId))) {
            if (slots.length == MAXIMUM_SLOTS) {
                return null;
            }
            slots = spread(slots);
        }
        final CallSlot slot = new CallSlot(thread);
        slots[place(slots, threadId)] = slot;
        table = slots;
        return slot;
    }

    private static boolean isTaken(final CallSlot slot) {
        return slot != null && !slot.isAbandoned();
    }

    /** The slots in twice as many places, where those that were apart stay apart. */
    private static CallSlot[] spread(final CallSlot[] slots) {
        final CallSlot[] wider = new CallSlot[2 * slots.length];
        for (final CallSlot slot : slots) {
            if (slot != null) {
                wider[place(wider, slot.threadId())] = slot;
            }
        }
        return wider;
    }

    /**
     * Makes every call that began before the object was marked visible to {@link #areInCall}, and the mark visible to
     * every other.
     *
     * @throws ProviderException when the barrier cannot be executed.
     */
    void settle() throws ProviderException {
        if (table != NONE) {
            barrier.execute();
        }
    }

    /** Whether a call is in progress; after {@link #settle}, no call that is not refused begins once there was none. */
    boolean areInCall() {
        for (final CallSlot slot : table) {
            if (slot != null && slot.isInCall()) {
                return true;
            }
        }
        return false;
    }
}
