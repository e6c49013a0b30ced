// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CompletionsTest {

    /** A failure that knows whether a log has printed it. */
    private static final class PrintedError extends Error {
        private static final long serialVersionUID = 1L;
        private volatile boolean printed;

        PrintedError() {
            super("injected");
        }

        @Override
        public void printStackTrace(final PrintWriter to) {
            printed = true;
            super.printStackTrace(to);
        }
    }

    private final List<String> heard = new ArrayList<>();

    private void hear(final String result, final Throwable failure) {
        heard.add(result + ", " + failure);
    }

    @Test
    void passesOnAResultAndAFailureWhetherTheStageIsCompleteOrNot() {
        final CompletableFuture<String> later = new CompletableFuture<>();
        Completions.follow(later, "the test", this::hear);
        assertEquals(List.of(), heard);
        later.complete("made");
        Completions.follow(later, "the test", this::hear);
        Completions.follow(CompletableFuture.<String>failedFuture(new PrintedError()), "the test", this::hear);

        assertEquals(List.of("made, null", "made, null", "null, " + new PrintedError()), heard);
    }

    @Test
    void logsWhatAnActionThrowsAndTheOtherActionsFollow() {
        final PrintedError error = new PrintedError();
        final CompletableFuture<String> stage = new CompletableFuture<>();
        Completions.follow(stage, "the test", this::hear);
        Completions.follow(stage, "the test", (result, failure) -> {
            throw error;
        });
        Completions.follow(stage, "the test", this::hear);

        assertFalse(error.printed);
        assertTrue(stage.complete("made"));

        assertTrue(error.printed, "it is logged");
        assertEquals(List.of("made, null", "made, null"), heard);
    }
}
