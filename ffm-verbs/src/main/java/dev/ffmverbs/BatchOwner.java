// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which thread has a batch open that spans several calls.
 *
 * <p>Between the first and the last call of a batch drivers hold a lock that is no lock of Java: taking it twice would
 * hang the thread in native code forever. This class knows who holds it before native code is called.
 */
final class BatchOwner {

    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(BatchOwner.class, "owner", Thread.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Object object;

    @SuppressWarnings("unused")
    private volatile Thread owner;

    /**
     * Nobody has a batch open.
     *
     * @param object what batches are opened on, for messages.
     */
    BatchOwner(final Object object) {
        this.object = object;
    }

    /** Opens a batch; no other thread may have one open. */
    void open() {
        if (!OWNER.compareAndSet(this, (Thread) null, Thread.currentThread())) {
            throw new IllegalStateException("a batch is open already on " + object + ", by " + owner);
        }
    }

    /** Requires that the calling thread has a batch open. */
    void require() {
        if (owner != Thread.currentThread()) {
            final Thread other = owner;
            throw new IllegalStateException(other == null ? "no batch is open on " + object
                : "the batch open on " + object + " is that of " + other);
        }
    }

    /** Ends the batch. */
    void release() {
        owner = null;
    }

    boolean isOpen() {
        return owner != null;
    }

    /** Refuses a call that would wait for a batch that cannot end: the caller's own, or that of a dead thread. */
    void requireEnding() {
        final Thread present = owner;
        if (present == Thread.currentThread()) {
            throw new IllegalStateException("this thread has a batch open on " + object + "; end it first");
        }
        if (present != null && !present.isAlive()) {
            throw new IllegalStateException(present + " ended with a batch open on " + object
                + ", which can never be used again");
        }
    }
}
