// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests to a listening identifier that wait for an answer. Their number is limited. */
final class Backlog implements RequestListener {

    private final SoftConnectionManager manager;
    private final SoftConnectionIdentifier listener;
    private final int portNumber;
    private final int limit;
    private final AtomicInteger unanswered = new AtomicInteger();

    Backlog(
        final SoftConnectionManager manager, final SoftConnectionIdentifier listener, final int portNumber,
        final int limit) {
        this.manager = manager;
        this.listener = listener;
        this.portNumber = portNumber;
        this.limit = limit;
    }

    @Override
    public int backlogLimit() {
        return limit;
    }

    @Override
    public boolean offer(
        final ConnectionEndpoint endpoint, final AddressHeader addresses, final ManagementMessage request) {
        if (unanswered.incrementAndGet() > limit) {
            unanswered.decrementAndGet();
            return false;
        }
        boolean reported = false;
        try {
            final SoftConnectionIdentifier requested = new SoftConnectionIdentifier(manager, endpoint, this,
                new InetSocketAddress(addresses.destination(), portNumber),
                new InetSocketAddress(addresses.source(), addresses.sourcePort()));
            endpoint.observe(requested.reporter());
            requested.reporter().reportRequest(listener, request);
            reported = true;
            return true;
        } finally {
            if (!reported) {
                removeOne();
            }
        }
    }

    /** Removes a request that was answered, or can no longer be answered. */
    void removeOne() {
        unanswered.decrementAndGet();
    }
}
