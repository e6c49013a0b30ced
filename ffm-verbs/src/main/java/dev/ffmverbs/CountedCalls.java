// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The count of the calls in progress on an object, and the marks that refuse new ones: that the object is closed, or
 * that it is confined to a thread.
 *
 * <p>A call that began is counted until it ends, and its end is always counted. A thread without enough stack for that
 * fails before its call begins.
 */
abstract class CountedCalls {

    private static final VarHandle USES;

    /** Far below zero, so that late calls cannot count it back up to open. */
    private static final int CLOSED = Integer.MIN_VALUE / 2;

    /** Midway between {@link #CLOSED} and 0, so that a late call of another thread can be told apart from either. */
    private static final int CONFINED = Integer.MIN_VALUE / 4;
    private static final int CLOSED_BELOW = (CLOSED + CONFINED) / 2;

    /** Stack depth that is enough to enter the method that ends a call, compiled or not. */
    private static final int FRAMES = 32;

    static {
        try {
            USES = MethodHandles.lookup().findVarHandle(CountedCalls.class, "uses", int.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused")
    private volatile int uses;

    /** Guards {@link #endedWithoutStack}. */
    private final Object endings = new Object();

    /** Calls that have ended but are still counted, because there was no stack left to subtract them. */
    private volatile int endedWithoutStack;

    /**
     * The thread this object is confined to. A plain field: a thread finds itself here only if it wrote the field. Any
     * other thread does not, whatever value it reads, and finds in {@link #uses} that its call is refused.
     */
    private Thread owner;

    /**
     * Begins a call. The object cannot be freed until {@link #leave()}.
     *
     * @return whether the call was counted; false only for the thread that the object is confined to. A call that must
     *         be short passes the result to {@link #leave(boolean)}, which then need not compare threads.
     */
    final boolean enter() {
        if (owner == Thread.currentThread()) {
            return false;
        }
        requireStack(FRAMES);
        final int former = (int) USES.getAndAddAcquire(this, 1);
        if (former < 0) {
            leave(true);
            throw refusal(former);
        }
        return true;
    }

    /**
     * Makes a thread without enough stack fail before its call is counted, not when the call ends.
     *
     * @return the depth, so that the compiler does not remove the calls.
     */
    private static int requireStack(final int frames) {
        return frames == 0 ? 0 : 1 + requireStack(frames - 1);
    }

    /** Ends a call. */
    final void leave() {
        leave(owner != Thread.currentThread());
    }

    /** Ends a call. The argument is what {@link #enter} returned. */
    final void leave(final boolean counted) {
        if (counted) {
            try {
                final int ignored = (int) USES.getAndAddRelease(this, -1);
            } catch (final StackOverflowError e) {
                // Needs no stack, because it calls no method.
                synchronized (endings) {
                    endedWithoutStack++;
                }
            }
        }
    }

    /** Subtracts the calls that have ended but are still counted. */
    private void subtractEndedCalls() {
        if (endedWithoutStack != 0) {
            synchronized (endings) {
                final int ignored = (int) USES.getAndAdd(this, -endedWithoutStack);
                endedWithoutStack = 0;
            }
        }
    }

    /** Whether the object is confined to this thread, which is the calling thread. */
    final boolean isConfinedTo(final Thread thread) {
        return owner == thread;
    }

    /** Returns the thread that the object is confined to; null if it is not. The caller excludes changes. */
    final Thread owner() {
        return owner;
    }

    final void owner(final Thread newOwner) {
        owner = newOwner;
    }

    /**
     * Returns the number of counted calls in progress. It is negative if the object is closed or confined, so that a
     * new call of any thread but the owner must be refused.
     */
    final int uses() {
        return uses;
    }

    /**
     * Returns the exception for a call that found negative {@link #uses()}.
     *
     * <p>Takes no lock, because the closing thread may hold it until a batch of the refused thread has ended.
     */
    final RuntimeException refusal(final int found) {
        return found > CLOSED_BELOW
            ? new WrongThreadException(this + " is confined to " + (owner == null ? "another thread" : owner)
                + ", and was called by " + Thread.currentThread())
            : new IllegalStateException(this + " is closed");
    }

    /** Marks the object as confined. Returns false if a call is in progress, or it is closed. */
    final boolean markConfined() {
        subtractEndedCalls();
        return USES.compareAndSet(this, 0, CONFINED);
    }

    final void unmarkConfined() {
        final int ignored = (int) USES.getAndAdd(this, -CONFINED);
    }

    /** Marks the object as closed, and as not confined. Only the calls that have begun remain. */
    final void markClosed() {
        final Thread formerOwner = owner;
        owner = null;
        if (uses > CLOSED_BELOW) {
            // Otherwise an earlier attempt failed in a way that could not be undone.
            final int ignored = (int) USES.getAndAdd(this, countOfClosed(formerOwner));
        }
    }

    /** Reverts {@link #markClosed} for an object that had this owner, or null. */
    final void unmarkClosed(final Thread formerOwner) {
        final int ignored = (int) USES.getAndAdd(this, -countOfClosed(formerOwner));
        owner = formerOwner;
    }

    private static int countOfClosed(final Thread formerOwner) {
        return formerOwner == null ? CLOSED : CLOSED - CONFINED;
    }

    /** Whether counted calls on the object, which is marked as closed, are in progress. */
    final boolean hasCountedCalls() {
        subtractEndedCalls();
        return uses != CLOSED;
    }
}
