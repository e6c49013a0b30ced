// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Notifies a listener of a log's states, one after the other, on a thread of the common pool. Thread-safe. */
final class MirrorStateNews {

    private final String log;
    private final Logger logger;
    private Consumer<? super MirrorState> listener;
    private CompletableFuture<Void> told = CompletableFuture.completedFuture(null);

    MirrorStateNews(final String log, final Logger logger) {
        this.log = log;
        this.logger = logger;
    }

    synchronized void listen(final Consumer<? super MirrorState> newListener) {
        listener = newListener;
    }

    /** Queues a state for the listener and returns immediately. */
    synchronized void add(final MirrorState state) {
        logger.log(Level.INFO, log + " is " + state);
        final Consumer<? super MirrorState> recipient = listener;
        if (recipient != null) {
            told = told.thenRunAsync(() -> tell(recipient, state));
        }
    }

    private void tell(final Consumer<? super MirrorState> recipient, final MirrorState state) {
        try {
            recipient.accept(state);
        } catch (final RuntimeException | Error e) {
            logger.log(Level.WARNING, "the listener of " + log + " failed to take state " + state, e);
        }
    }
}
