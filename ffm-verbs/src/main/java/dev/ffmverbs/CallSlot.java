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
    void begin() {
        CALLS.setOpaque(this, calls + 1);
        VarHandle.releaseFence();
    }

    /** Records the end of a call. Everything done in the call happens before this. */
    void release() {
        CALLS.setRelease(this, calls - 1);
    }

    boolean isInCall() {
        return (int) CALLS.getAcquire(this) != 0;
    }

    /** Whether the slot's thread has ended with no call in progress. */
    boolean isAbandoned() {
        final Thread present = thread.get();
        return (present == null || !present.isAlive()) && !isInCall();
    }
}
