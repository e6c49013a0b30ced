// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Something of a port that one thread has at a time, as often as it takes it: the lock, or the watch of the socket.
 *
 * <p>A thread that has no stack left may fail to give it back, wherever that fails. Other threads would wait for good.
 * A thread that has waited for long therefore {@linkplain #takeFromGoneThread looks} at what the holder executes. If
 * that is no code of the software device, the holder will never give back what it has, and the waiting thread takes it.
 *
 * <p>The state is one number: how often the holder has it, the low bits of the holder's number, and how often it was
 * taken from nobody. The latter changes if a holder gives it back and takes it again while another thread looks.
 */
final class Possession {

    private static final VarHandle STATE;

    private static final long HOLDS = 0xFF;
    private static final int THREAD_SHIFT = 8;
    private static final long THREAD = 0xFFFF_FFFFL << THREAD_SHIFT;
    private static final long ONE_TAKEN = 1L << 40;
    private static final long TAKEN = -ONE_TAKEN;

    /** All code that runs while a thread has something of a port is called by code of these packages. */
    private static final String CODE = "dev.ffmverbs.softroce.";

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Possession.class, "state", long.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long state;

    /** The thread that took it last. A reader compares it with the state, which may already have changed. */
    private Thread holder;

    /** Takes it if nobody has it. */
    boolean tryTake() {
        final long before = state;
        return (before & HOLDS) == 0 && takeFor(before, Thread.currentThread());
    }

    private boolean takeFor(final long before, final Thread self) {
        final long taken = (before & TAKEN) + ONE_TAKEN | numberOf(self) | 1;
        if (STATE.compareAndSet(this, before, taken)) {
            holder = self;
            return true;
        }
        return false;
    }

    private static long numberOf(final Thread thread) {
        return thread.threadId() << THREAD_SHIFT & THREAD;
    }

    /** Takes it if nobody has it, or once more if the calling thread has it. */
    boolean tryTakeAgain() {
        final long before = state;
        final Thread self = Thread.currentThread();
        if ((before & HOLDS) == 0) {
            return takeFor(before, self);
        }
        if ((before & THREAD) != numberOf(self)) {
            return false;
        }
        if ((before & HOLDS) == HOLDS) {
            throw new IllegalStateException(self + " has taken the lock of a port too often");
        }
        return STATE.compareAndSet(this, before, before + 1);
    }

    /**
     * Gives it back, as often as it was taken. Calls no method, so that a thread that gets here succeeds.
     *
     * @return whether the thread no longer has it.
     */
    boolean giveBack() {
        final long present = state;
        if ((present & HOLDS) <= 1) {
            state = present & TAKEN;
            return true;
        }
        state = present - 1;
        return false;
    }

    /** Returns whether the calling thread has it. */
    boolean isMine() {
        final long present = state;
        return (present & HOLDS) != 0 && (present & THREAD) == numberOf(Thread.currentThread());
    }

    boolean isTaken() {
        return (state & HOLDS) != 0;
    }

    /** Returns whether the holder, which is the calling thread, has it more than once. */
    boolean isNested() {
        return (state & HOLDS) > 1;
    }

    /**
     * Takes it from a thread that will never give it back.
     *
     * @return whether the calling thread has it now.
     */
    boolean takeFromGoneThread() {
        final long before = state;
        final Thread present = holder;
        final Thread self = Thread.currentThread();
        return (before & HOLDS) != 0 && present != null && present != self
            && (before & THREAD) == numberOf(present) && isGone(present) && takeFor(before, self);
    }

    private static boolean isGone(final Thread thread) {
        if (!thread.isAlive()) {
            return true;
        }
        final StackTraceElement[] frames = thread.getStackTrace();
        for (final StackTraceElement frame : frames) {
            if (frame.getClassName().startsWith(CODE)) {
                return false;
            }
        }
        return frames.length > 0;
    }
}
