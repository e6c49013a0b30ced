// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests to a listening identifier, of which only so many may wait for an answer. */
final class Backlog implements RequestListener {

    private final SoftConnectionManager manager;
    private final SoftConnectionIdentifier listener;
    private final int port;
    private final int limit;
    private final AtomicInteger unanswered = new AtomicInteger();

    Backlog(
        final SoftConnectionManager manager, final SoftConnectionIdentifier listener, final int port,
        final int limit) {
        this.manager = manager;
        this.listener = listener;
        this.port = port;
        this.limit = limit;
    }

    @Override
    public boolean requested(
        final ConnectionEndpoint endpoint, final AddressHeader addresses, final ManagementMessage request) {
        if (unanswered.incrementAndGet() > limit) {
            unanswered.decrementAndGet();
            return false;
        }
        final SoftConnectionIdentifier requested = new SoftConnectionIdentifier(manager, endpoint, this,
            new InetSocketAddress(addresses.destination(), port),
            new InetSocketAddress(addresses.source(), addresses.sourcePort()));
        endpoint.observe(requested.reporter());
        requested.reporter().requested(listener, request);
        return true;
    }

    /** One of the requests was answered, or is past being answered. */
    void answered() {
        unanswered.decrementAndGet();
    }
}
