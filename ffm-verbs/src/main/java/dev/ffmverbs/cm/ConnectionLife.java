// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import java.util.concurrent.CompletableFuture;

/** What callers wait for in the life of a connection: that it is established, and that it has ended. Thread-safe. */
final class ConnectionLife {

    private final CompletableFuture<Void> established = new CompletableFuture<>();
    private final CompletableFuture<Void> disconnected = new CompletableFuture<>();

    CompletableFuture<Void> establishment() {
        return established;
    }

    CompletableFuture<Void> findEnding() {
        return disconnected;
    }

    /** Returns whether it is known whether the connection was established. */
    boolean isDecided() {
        return established.isDone();
    }

    boolean hasEnded() {
        return disconnected.isDone();
    }

    boolean isEstablished() {
        return isDecided() && !established.isCompletedExceptionally() && !hasEnded();
    }

    /** Completes both futures. This runs the caller's stages, so no lock may be held. Null means no failure. */
    void end(final ConnectionException failure) {
        try {
            if (failure != null) {
                established.completeExceptionally(failure);
            }
        } finally {
            disconnected.complete(null);
        }
    }

    @Override
    public String toString() {
        return "ConnectionLife[established=" + established + ", disconnected=" + disconnected + "]";
    }
}
