// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.util.List;
import java.util.function.BiConsumer;

/** The end of a session: what is revoked, and the notifications of clients and listener. Used by one thread. */
final class SessionEnding {

    private final boolean revokes;
    private final BiConsumer<ClusterClient, ClientSession> clientNews;
    private final List<NodeEvent> events;
    private int eventsTold;

    /**
     * Creates an end that nobody was notified of yet.
     *
     * @param revokes    whether the partner loses its access to boot-status variable and mailbox.
     * @param clientNews notifies a client.
     * @param events     events for the listener, in this order.
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

    /** Notifies the listener. After a failure, the next call continues with the event that could not be delivered. */
    void tell(final NodeEventListener listener) {
        while (eventsTold < events.size()) {
            listener.on(events.get(eventsTold));
            eventsTold++;
        }
    }
}
