// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.ReplyFields;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.spi.ConnectionEventData;
import dev.ffmverbs.spi.DatagramTargetData;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;

/** Puts the events of an identifier into its manager's queue, as events of {@code rdma_cm} ({@code cma_ib_handler}). */
final class EventReporter implements EndpointObserver {

    private static final byte[] NO_DATA = new byte[0];

    private final SoftIdentifier identifier;
    private boolean disconnected;

    /** Guarded by this object. */
    private SoftConnectionManager manager;

    EventReporter(final SoftConnectionManager manager, final SoftIdentifier identifier) {
        this.manager = manager;
        this.identifier = identifier;
    }

    /** Reports to another manager from now on, which also gets the events that nobody has read. */
    synchronized void moveTo(final SoftConnectionManager destination) {
        manager.moveEvents(identifier, destination);
        manager = destination;
    }

    private synchronized void report(final ConnectionEventData event, final SoftIdentifier listener) {
        manager.report(event, identifier, listener);
    }

    void reportAddressResolved() {
        report(ConnectionEventTypes.ADDRESS_RESOLVED, 0, NO_DATA);
    }

    void reportRouteResolved() {
        report(ConnectionEventTypes.ROUTE_RESOLVED, 0, NO_DATA);
    }

    /** Reports that the request of this identifier arrived at a listener. */
    void reportRequest(final SoftIdentifier listener, final ManagementMessage request) {
        report(new ConnectionEventData(ConnectionEventTypes.CONNECT_REQUEST, identifier, listener,
            identifier.localAddress(), identifier.remoteAddress(), 0, request.privateData(AddressHeader.BYTES),
            request.get(RequestFields.INITIATOR_DEPTH), request.get(RequestFields.RESPONDER_RESOURCES),
            request.get(RequestFields.QUEUE_PAIR), null), listener);
    }

    /** Reports that a peer requests the queue pair of a listener for datagrams. */
    void reportDatagramRequest(final SoftIdentifier listener, final ManagementMessage request) {
        report(new ConnectionEventData(ConnectionEventTypes.CONNECT_REQUEST, identifier, listener,
            identifier.localAddress(), identifier.remoteAddress(), 0, request.privateData(AddressHeader.BYTES),
            0, 0, 0, null), listener);
    }

    /** Reports where datagrams go. */
    void reportTarget(final int type, final byte[] privateData, final DatagramTargetData target) {
        report(new ConnectionEventData(type, identifier, null, identifier.localAddress(),
            identifier.remoteAddress(), 0, privateData, 0, 0, 0, target), null);
    }

    /** Reports that no peer tells a queue pair, and why. */
    void reportUnreachable(final int status, final byte[] privateData) {
        report(ConnectionEventTypes.UNREACHABLE, status, privateData);
    }

    @Override
    public void on(final EndpointEvent event) {
        switch (event.kind()) {
            case REPLIED -> reportReply(event.message());
            case ESTABLISHED -> report(ConnectionEventTypes.ESTABLISHED, 0, NO_DATA);
            case REJECTED -> report(ConnectionEventTypes.REJECTED, event.status(),
                event.message() == null ? NO_DATA : event.message().privateData());
            case UNREACHABLE -> report(ConnectionEventTypes.UNREACHABLE, event.status(), NO_DATA);
            case RESOLVED -> throw new IllegalStateException("no connection has such an event: " + event);
            case DISCONNECTED -> {
                disconnected = true;
                report(ConnectionEventTypes.DISCONNECTED, event.status(), NO_DATA);
            }
            case TIME_WAIT_OVER -> {
                if (disconnected) {
                    report(ConnectionEventTypes.TIMEWAIT_EXIT, 0, NO_DATA);
                }
            }
        }
    }

    private void reportReply(final ManagementMessage reply) {
        report(new ConnectionEventData(ConnectionEventTypes.CONNECT_RESPONSE, identifier, null,
            identifier.localAddress(), identifier.remoteAddress(), 0, reply.privateData(),
            reply.get(ReplyFields.INITIATOR_DEPTH), reply.get(ReplyFields.RESPONDER_RESOURCES),
            reply.get(ReplyFields.QUEUE_PAIR), null), null);
    }

    private void report(final int type, final int status, final byte[] privateData) {
        report(new ConnectionEventData(type, identifier, null, identifier.localAddress(),
            identifier.remoteAddress(), status, privateData, 0, 0, 0, null), null);
    }
}
