// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.ProcessBarrier;
import dev.ffmverbs.spi.ProviderException;

/**
 * The calls in progress on one object, recorded without an atomic instruction. Each thread writes to its own {@link
 * CallSlot}. The cost falls on the thread that closes the object.
 *
 * <p><b>The rule.</b> A caller records the start of a call in its slot, then checks whether the object is marked as
 * closed. If it is, the caller undoes the record and is refused. The closing thread marks the object, executes a {@link
 * ProcessBarrier}, waits until it has seen every slot without a call, and only then frees the object.
 *
 * <p><b>Why no caller uses a freed object.</b> The caller's write precedes its read in the machine code, because a
 * fence lies between the two. HotSpot's compilers move no memory access across that fence in either direction, although
 * it demands less of the processor. The barrier is one point in the execution of each thread, so the caller's read is
 * either after it or before it. A read after the barrier finds the mark, which was written before the barrier, and the
 * caller is refused. A read before the barrier means that the write is before it, too. The closing thread then sees the
 * call after the barrier and waits for its end. The end is written with release semantics and read with acquire
 * semantics, so everything done in the call happens before the object is freed. A caller that records a call after its
 * slot was seen empty reads the mark after the barrier, and is refused.
 *
 * <p><b>New slots.</b> A thread publishes its slot by a volatile write before it records its first call. The closing
 * thread reads the table after it has marked the object. If it does not find the slot there, the volatile write came
 * after the mark, so the thread finds the mark.
 *
 * <p><b>Threads.</b> A slot belongs to a thread, not to the processor or carrier it runs on. When a virtual thread
 * moves to another carrier, the JDK orders its accesses before and after the move. The barrier reaches every running
 * thread. A thread that is not running passed a barrier when it was suspended.
 *
 * <p><b>Number.</b> An object has slots for {@value #MAXIMUM_SLOTS} threads at a time. The slots of threads that have
 * ended are reused. Further threads count their calls on the object with atomic instructions.
 */
final class CallSlots {

    private static final int MAXIMUM_SLOTS = 64;
    private static final CallSlot[] NONE = new CallSlot[1];

    private final ProcessBarrier barrier;

    /**
     * Slots, indexed by the low bits of the thread's number. The length is a power of two. Replaced, never modified.
     */
    private volatile CallSlot[] table = NONE;

    CallSlots(final ProcessBarrier barrier) {
        this.barrier = barrier;
    }

    /** Returns the slot of the calling thread, or null when it has none yet. */
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
     * @return the slot, or null when the maximum number of other threads have one.
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

    /** Copies the slots to a table of twice the size, where distinct slots stay distinct. */
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
     * Makes every call that began before the object was marked visible to {@link #areInCall}, and makes the mark
     * visible to every later call.
     *
     * @throws ProviderException when the barrier cannot be executed.
     */
    void settle() throws ProviderException {
        if (table != NONE) {
            barrier.execute();
        }
    }

    /** Whether a call is in progress. Once this returns false after {@link #settle}, every new call is refused. */
    boolean areInCall() {
        for (final CallSlot slot : table) {
            if (slot != null && slot.isInCall()) {
                return true;
            }
        }
        return false;
    }
}
