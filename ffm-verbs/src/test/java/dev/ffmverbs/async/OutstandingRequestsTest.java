// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Completion;
import dev.ffmverbs.WorkCompletionOpcode;
import dev.ffmverbs.WorkCompletionStatus;
import java.lang.System.Logger;
import java.util.List;
import java.util.OptionalInt;
import java.util.ResourceBundle;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Requests that complete while something else fails. */
class OutstandingRequestsTest {

    private static final Executor REFUSING = task -> {
        throw new RejectedExecutionException("shut down");
    };

    private static Completion success(final OutstandingRequest request) {
        return new Completion(request.key(), WorkCompletionStatus.SUCCESS, WorkCompletionOpcode.SEND, 0,
            OptionalInt.empty(), 1, 0);
    }

    private static OutstandingRequest add(final OutstandingRequests requests) {
        return requests.add(5, "queue pair 1", () -> true);
    }

    /** Fails with every message, as if no memory were left. */
    private static final class FailingLogger implements Logger {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(final Level level) {
            return true;
        }

        @Override
        public void log(
            final Level level, final ResourceBundle bundle, final String message, final Throwable thrown) {
            throw new OutOfMemoryError("thrown by the log");
        }

        @Override
        public void log(
            final Level level, final ResourceBundle bundle, final String format, final Object... parameters) {
            throw new OutOfMemoryError("thrown by the log");
        }
    }

    @Test
    void futuresThatNeitherExecutorNorLogTakesCompleteNevertheless() {
        final OutstandingRequests requests = new OutstandingRequests(2, REFUSING, new FailingLogger());
        final OutstandingRequest completed = add(requests);
        requests.complete(success(completed));
        assertEquals(5, completed.future().resultNow().workRequestId());

        final List<OutstandingRequest> failed = List.of(add(requests), add(requests));
        requests.fail("closed", null);
        for (final OutstandingRequest each : failed) {
            assertTrue(each.future().isCompletedExceptionally());
        }
        assertEquals(0, requests.count());
    }

    @Test
    void aRequestWhoseCompletionIsLostFailsAndLeavesItsPlace() {
        final OutstandingRequests requests = new OutstandingRequests(
            1, Runnable::run, System.getLogger(OutstandingRequestsTest.class.getName()));
        final OutstandingRequest lost = add(requests);
        final Error cause = new OutOfMemoryError("no room for the completion");
        requests.fail(lost.key(), cause);

        final Throwable failure = assertInstanceOf(IllegalStateException.class, lost.future().exceptionNow());
        assertSame(cause, failure.getCause());
        assertEquals(0, requests.count());
        requests.fail(lost.key(), cause);
        requests.complete(success(lost));
        assertEquals(1, add(requests).key());
    }
}
