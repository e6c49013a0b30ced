// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import java.net.InetSocketAddress;

/** The requests to a listening identifier for datagrams that wait for an answer. Their number is limited. */
final class DatagramBacklog {

    /** Receives the requests that arrive at one device. */
    private record AtDevice(DatagramBacklog backlog, CommunicationManager communication)
        implements DatagramListener {

        @Override
        public boolean offer(final PeersResolution resolution, final AddressHeader addresses) {
            return backlog.offer(communication, resolution, addresses);
        }
    }

    private final SoftConnectionManager manager;
    private final SoftDatagramIdentifier listener;
    private final int portNumber;
    private final WaitingRequests waiting;

    DatagramBacklog(
        final SoftConnectionManager manager, final SoftDatagramIdentifier listener, final int portNumber,
        final int limit) {
        this.manager = manager;
        this.listener = listener;
        this.portNumber = portNumber;
        this.waiting = new WaitingRequests(limit);
    }

    /** Returns what receives the requests at a device. It equals what another call for the device returns. */
    DatagramListener at(final CommunicationManager communication) {
        return new AtDevice(this, communication);
    }

    private boolean offer(
        final CommunicationManager communication, final PeersResolution resolution, final AddressHeader addresses) {
        return waiting.add(() -> {
            final SoftDatagramIdentifier requested = new SoftDatagramIdentifier(
                manager, communication, resolution, waiting,
                new InetSocketAddress(addresses.destination(), portNumber),
                new InetSocketAddress(addresses.source(), addresses.sourcePort()));
            requested.reporter().reportDatagramRequest(listener, resolution.request());
        });
    }
}
