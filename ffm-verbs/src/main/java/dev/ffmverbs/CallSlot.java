// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;

/** One thread's calls in progress on one object, written by that thread alone; see {@link CallSlots}. */
final class CallSlot {

    /** Marks a call that its object counts, as {@link VerbsObject#enter} does. */
    static final CallSlot COUNTED = new CallSlot();

    private static final long NO_THREAD = 0;

    private static final VarHandle CALLS;

    static {
        try {
            CALLS = MethodHandles.lookup().findVarHandle(CallSlot.class, "calls", int.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long threadId;

    /** Keeps the calls of two slots in different cache lines, wherever the collector puts the slots. */
    @SuppressWarnings("unused")
    private long padding1;
    @SuppressWarnings("unused")
    private long padding2;
    @SuppressWarnings("unused")
    private long padding3;
    @SuppressWarnings("unused")
    private long padding4;
    @SuppressWarnings("unused")
    private long padding5;
    @SuppressWarnings("unused")
    private long padding6;
    @SuppressWarnings("unused")
    private long padding7;

    private int calls;

    /** Calls that have ended but are still in {@link #calls}, because there was no stack left to release them. */
    private volatile int endedWithoutStack;

    /** Weak, because a slot may outlive its thread until another thread needs its place. */
    private final WeakReference<Thread> thread;

    private CallSlot() {
        this.threadId = NO_THREAD;
        this.thread = null;
    }

    CallSlot(final Thread thread) {
        this.threadId = thread.threadId();
        this.thread = new WeakReference<>(thread);
    }

    boolean isOf(final long wantedThreadId) {
        return threadId == wantedThreadId;
    }

    /** Returns the number of the slot's thread, whose low bits are the slot's place in the table. */
    long threadId() {
        return threadId;
    }

    /**
     * Records the start of a call. The fence keeps the compiler from moving later reads before it. The thread that
     * closes the object keeps the processor from doing so; see {@link CallSlots}.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the slot's thread writes
    void begin() {
        CALLS.setOpaque(this, calls + 1);
        try {
            VarHandle.releaseFence();
        } catch (final StackOverflowError e) {
            endedWithoutStack++;
            throw e;
        }
    }

    /** Records the end of a call. Everything done in the call happens before this. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the slot's thread writes
    void release() {
        try {
            CALLS.setRelease(this, calls - 1);
        } catch (final StackOverflowError e) {
            // Needs no stack, because it calls no method.
            endedWithoutStack++;
        }
    }

    /**
     * Whether the slot's thread is in a call. A thread that has ended is not, even if it had no stack left to release
     * its call, and neither is the calling thread, because it closes the object.
     */
    boolean isInCall() {
        if ((int) CALLS.getAcquire(this) == endedWithoutStack) {
            return false;
        }
        final Thread present = thread.get();
        return present != null && present != Thread.currentThread() && present.isAlive();
    }

    /** Whether the slot's thread has ended. */
    boolean isAbandoned() {
        final Thread present = thread.get();
        return present == null || !present.isAlive();
    }
}
