// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;

/** One thread's calls in progress on one object, written by that thread alone; see {@link CallSlots}. */
final class CallSlot {

    /** Stands for a call that is counted by its object, as {@link VerbsObject#enter} does. */
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

    /** Weak: a slot may outlive its thread until another thread needs its place. */
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

    /** The place of this slot among others, equal for no two threads that were started one after the other. */
    long threadId() {
        return threadId;
    }

    /**
     * Says that a call begins. What the thread reads after this it reads no earlier: the fence keeps the compiler from
     * moving it up. The processor is kept from it by the thread that must know, see {@link CallSlots}.
     */
    void begin() {
        CALLS.setOpaque(this, calls + 1);
        VarHandle.releaseFence();
    }

    /** Says that a call ends, after all that was done in it. */
    void end() {
        CALLS.setRelease(this, calls - 1);
    }

    boolean isInCall() {
        return (int) CALLS.getAcquire(this) != 0;
    }

    /** Whether the slot's thread has ended, and no call of it lasts. */
    boolean isAbandoned() {
        final Thread present = thread.get();
        return (present == null || !present.isAlive()) && !isInCall();
    }
}
