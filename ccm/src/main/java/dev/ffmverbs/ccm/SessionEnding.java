// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.util.List;
import java.util.function.BiConsumer;

/** The end of a session: what is revoked, and what clients and listener are told. Used by one thread. */
final class SessionEnding {

    private final boolean revokes;
    private final BiConsumer<ClusterClient, ClientSession> clientNews;
    private final List<NodeEvent> events;
    private int eventsTold;

    /**
     * An end that nobody was told of yet.
     *
     * @param revokes    whether the partner loses its access to boot-status variable and mailbox.
     * @param clientNews tells a client.
     * @param events     what the listener is told, in this order.
     */
    SessionEnding(
        final boolean revokes, final BiConsumer<ClusterClient, ClientSession> clientNews, final NodeEvent... events) {
        this.revokes = revokes;
        this.clientNews = clientNews;
        this.events = List.of(events);
    }

    boolean revokes() {
        return revokes;
    }

    BiConsumer<ClusterClient, ClientSession> clientNews() {
        return clientNews;
    }

    /** Tells the listener. After a failure, the next call goes on with the event that could not be told. */
    void tell(final NodeEventListener listener) {
        while (eventsTold < events.size()) {
            listener.on(events.get(eventsTold));
            eventsTold++;
        }
    }
}
