// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.thread;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** Follows stages that nobody waits for. Without it, what an action throws would be lost in the dependent stage. */
public final class Completions {

    private Completions() {
    }

    /**
     * Calls an action when a stage has completed, on the thread that completes it. Logs what the action throws.
     *
     * @param <T>     type of the result.
     * @param stage   the stage.
     * @param subject owner of the action, for the log.
     * @param action  receives the result, or the failure.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the dependent stage fails only if the stage itself does
    public static <T> void follow(
        final CompletionStage<T> stage, final String subject, final BiConsumer<? super T, ? super Throwable> action) {
        stage.whenComplete((result, failure) -> {
            try {
                action.accept(result, failure);
            } catch (final RuntimeException | Error e) {
                NodeThread.report(() -> subject + ": cannot handle the end of an operation", e);
            }
        });
    }
}
