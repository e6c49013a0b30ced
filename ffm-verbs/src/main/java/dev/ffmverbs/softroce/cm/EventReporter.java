// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.ReplyFields;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.spi.ConnectionEventData;

/** Puts the events of an identifier into its manager's queue, as events of {@code rdma_cm} ({@code cma_ib_handler}). */
final class EventReporter implements EndpointObserver {

    private static final byte[] NO_DATA = new byte[0];

    private final SoftConnectionManager manager;
    private final SoftConnectionIdentifier identifier;
    private boolean disconnected;

    EventReporter(final SoftConnectionManager manager, final SoftConnectionIdentifier identifier) {
        this.manager = manager;
        this.identifier = identifier;
    }

    void reportAddressResolved() {
        report(ffm_verbs_h.RDMA_CM_EVENT_ADDR_RESOLVED(), 0, NO_DATA);
    }

    void reportRouteResolved() {
        report(ffm_verbs_h.RDMA_CM_EVENT_ROUTE_RESOLVED(), 0, NO_DATA);
    }

    /** Reports that the request that this identifier stands for arrived at a listener. */
    void reportRequest(final SoftConnectionIdentifier listener, final ManagementMessage request) {
        manager.report(new ConnectionEventData(ffm_verbs_h.RDMA_CM_EVENT_CONNECT_REQUEST(), identifier, listener,
            identifier.localAddress(), identifier.remoteAddress(), 0, request.privateData(AddressHeader.BYTES),
            request.get(RequestFields.INITIATOR_DEPTH), request.get(RequestFields.RESPONDER_RESOURCES),
            request.get(RequestFields.QUEUE_PAIR)));
    }

    @Override
    public void on(final EndpointEvent event) {
        switch (event.kind()) {
            case REPLIED -> reportReply(event.message());
            case ESTABLISHED -> report(ffm_verbs_h.RDMA_CM_EVENT_ESTABLISHED(), 0, NO_DATA);
            case REJECTED -> report(ffm_verbs_h.RDMA_CM_EVENT_REJECTED(), event.status(),
                event.message() == null ? NO_DATA : event.message().privateData());
            case UNREACHABLE -> report(ffm_verbs_h.RDMA_CM_EVENT_UNREACHABLE(), event.status(), NO_DATA);
            case DISCONNECTED -> {
                disconnected = true;
                report(ffm_verbs_h.RDMA_CM_EVENT_DISCONNECTED(), event.status(), NO_DATA);
            }
            case TIME_WAIT_OVER -> {
                if (disconnected) {
                    report(ffm_verbs_h.RDMA_CM_EVENT_TIMEWAIT_EXIT(), 0, NO_DATA);
                }
            }
        }
    }

    private void reportReply(final ManagementMessage reply) {
        manager.report(new ConnectionEventData(ffm_verbs_h.RDMA_CM_EVENT_CONNECT_RESPONSE(), identifier, null,
            identifier.localAddress(), identifier.remoteAddress(), 0, reply.privateData(),
            reply.get(ReplyFields.INITIATOR_DEPTH), reply.get(ReplyFields.RESPONDER_RESOURCES),
            reply.get(ReplyFields.QUEUE_PAIR)));
    }

    private void report(final int type, final int status, final byte[] privateData) {
        manager.report(new ConnectionEventData(type, identifier, null, identifier.localAddress(),
            identifier.remoteAddress(), status, privateData, 0, 0, 0));
    }
}
