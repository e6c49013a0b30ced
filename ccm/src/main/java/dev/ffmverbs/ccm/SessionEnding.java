// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** How a session ends: what is taken away, and what clients and listener are told. Used by one thread. */
final class SessionEnding {

    private final boolean revokes;
    private final BiConsumer<ClusterClient, ClientSession> clientNews;
    private final Consumer<SessionListener> news;
    private boolean told;

    /**
     * An end that nobody was told of yet.
     *
     * @param revokes    whether the partner loses its access to status block and mailbox.
     * @param clientNews tells a client.
     * @param news       tells the listener.
     */
    SessionEnding(
        final boolean revokes, final BiConsumer<ClusterClient, ClientSession> clientNews,
        final Consumer<SessionListener> news) {
        this.revokes = revokes;
        this.clientNews = clientNews;
        this.news = news;
    }

    boolean revokes() {
        return revokes;
    }

    BiConsumer<ClusterClient, ClientSession> clientNews() {
        return clientNews;
    }

    /** Tells the listener; does nothing once that has succeeded. */
    void tell(final SessionListener listener) {
        if (!told) {
            news.accept(listener);
            told = true;
        }
    }
}
