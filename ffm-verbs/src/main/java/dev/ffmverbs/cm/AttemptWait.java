// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.cm.ConnectionException.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Waits for the outcome of an attempt on behalf of its caller. */
final class AttemptWait {

    private AttemptWait() {
    }

    /**
     * Waits until an attempt has ended. If the thread is interrupted, gives up the attempt.
     *
     * @param verb     what was called, for messages.
     * @param attempt  completes with the result or a {@link ConnectionException}.
     * @param failures creates the exception for an interrupt.
     * @return the result.
     */
    static <T> T await(final String verb, final CompletableFuture<T> attempt, final ConnectionFailures failures) {
        try {
            return attempt.get();
        } catch (final InterruptedException e) {
            return abandon(verb, attempt, failures);
        } catch (final ExecutionException e) {
            throw withCallersStack(verb, e.getCause());
        }
    }

    private static <T> T abandon(
        final String verb, final CompletableFuture<T> attempt, final ConnectionFailures failures) {
        Thread.currentThread().interrupt();
        if (attempt.cancel(true)) {
            throw failures.of(Reason.INTERRUPTED, "the thread was interrupted while it waited, and has given up");
        }
        if (attempt.isCompletedExceptionally()) {
            throw withCallersStack(verb, attempt.exceptionNow());
        }
        return attempt.resultNow();
    }

    /** Adds the caller's stack to the failure of an attempt, which has the stack of the manager's thread. */
    private static RuntimeException withCallersStack(final String verb, final Throwable failure) {
        if (failure instanceof ConnectionException named) {
            named.addSuppressed(new Throwable(verb + " was called here"));
            return named;
        }
        return new IllegalStateException("an attempt to " + verb + " failed without a reason", failure);
    }
}
