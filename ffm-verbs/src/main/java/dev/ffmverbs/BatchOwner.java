// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Records which thread has a batch open. A batch spans several calls.
 *
 * <p>Between the first and the last call of a batch, drivers hold a native lock. A thread that takes it twice hangs in
 * native code. This class therefore finds the owner before native code is called.
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
     * Creates an owner record with no batch open.
     *
     * @param object the object batches are opened on, for messages.
     */
    BatchOwner(final Object object) {
        this.object = object;
    }

    /** Opens a batch; no other thread may have one open. */
    void open() {
        if (!OWNER.compareAndSet(this, (Thread) null, Thread.currentThread())) {
            throw new IllegalStateException("a batch is already open on " + object + ", by " + owner);
        }
    }

    /** Requires that the calling thread has a batch open. */
    void require() {
        if (owner != Thread.currentThread()) {
            final Thread other = owner;
            throw new IllegalStateException(other == null ? "no batch is open on " + object
                : "the batch open on " + object + " belongs to " + other);
        }
    }

    /** Ends the batch. */
    void release() {
        owner = null;
    }

    boolean isOpen() {
        return owner != null;
    }

    /**
     * Refuses a call that would wait for a batch that cannot end: the caller's own, or one left open by a dead thread.
     */
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
