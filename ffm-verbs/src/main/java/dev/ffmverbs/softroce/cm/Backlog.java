// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import java.net.InetSocketAddress;

/** The requests to a listening identifier that wait for an answer. Their number is limited. */
final class Backlog {

    /** Receives the requests that arrive at one device. */
    private record AtDevice(Backlog backlog, CommunicationManager communication) implements RequestListener {

        @Override
        public int backlogLimit() {
            return backlog.waiting.limit();
        }

        @Override
        public boolean offer(
            final ConnectionEndpoint endpoint, final AddressHeader addresses, final ManagementMessage request) {
            return backlog.offer(communication, endpoint, addresses, request);
        }
    }

    private final SoftConnectionManager manager;
    private final SoftConnectionIdentifier listener;
    private final int portNumber;
    private final WaitingRequests waiting;

    Backlog(
        final SoftConnectionManager manager, final SoftConnectionIdentifier listener, final int portNumber,
        final int limit) {
        this.manager = manager;
        this.listener = listener;
        this.portNumber = portNumber;
        this.waiting = new WaitingRequests(limit);
    }

    /** Returns what receives the requests at a device. It equals what another call for the device returns. */
    RequestListener at(final CommunicationManager communication) {
        return new AtDevice(this, communication);
    }

    private boolean offer(
        final CommunicationManager communication, final ConnectionEndpoint endpoint, final AddressHeader addresses,
        final ManagementMessage request) {
        return waiting.add(() -> {
            final SoftConnectionIdentifier requested = new SoftConnectionIdentifier(
                manager, communication, endpoint, waiting,
                new InetSocketAddress(addresses.destination(), portNumber),
                new InetSocketAddress(addresses.source(), addresses.sourcePort()));
            endpoint.observe(requested.reporter());
            requested.reporter().reportRequest(listener, request);
        });
    }
}
