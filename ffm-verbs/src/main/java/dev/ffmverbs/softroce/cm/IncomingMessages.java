// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.ReplyFields;
import dev.ffmverbs.spi.RejectReason;
import java.net.Inet4Address;
import java.nio.ByteBuffer;

/**
 * Passes each message from the network to the endpoint it belongs to.
 *
 * <p>A message is trusted only as far as its sender proves knowledge that only the peer can have. Requests, and
 * messages that belong to no endpoint, are handled only within the budget of their source.
 *
 * <p>Guarded by the communication manager's lock.
 */
final class IncomingMessages {

    private final EndpointContext context;
    private final EndpointTable endpoints;
    private final SourceBudgets budgets;
    private final IncomingRequests requests;
    private final DatagramServices datagrams;
    private final PeerMessages peerMessages;

    IncomingMessages(
        final EndpointContext context, final IncomingRequests requests, final DatagramServices datagrams,
        final PeerMessages peerMessages) {
        this.context = context;
        this.endpoints = context.endpoints();
        this.budgets = context.budgets();
        this.requests = requests;
        this.datagrams = datagrams;
        this.peerMessages = peerMessages;
    }

    /**
     * Handles a message.
     *
     * @param type     its type.
     * @param source   address it came from.
     * @param datagram its bytes; bytes that are kept are copied.
     * @param nowNs    the time.
     */
    void handle(final MessageType type, final Inet4Address source, final ByteBuffer datagram, final long nowNs) {
        if (type == MessageType.RESOLUTION_REQUEST || type == MessageType.RESOLUTION_REPLY) {
            datagrams.handle(type, source, datagram, nowNs);
        } else if (type != MessageType.REQUEST) {
            handleOther(source, ManagementMessage.parse(datagram), nowNs);
        } else if (requests.hasListener(ManagementMessage.serviceIdOf(datagram))
            ? budgets.takeRequest(source, ManagementMessage.localIdOf(datagram), nowNs)
            : budgets.takeAnswer(source, nowNs)) {
            requests.handle(source, ManagementMessage.parse(datagram), nowNs);
        } else {
            context.count(CommunicationCounter.DROPPED_BUDGET);
        }
    }

    private void handleOther(final Inet4Address source, final ManagementMessage message, final long nowNs) {
        ConnectionEndpoint endpoint = endpoints.ofLocalId(message.get(IdFields.REMOTE_ID));
        if (endpoint == null && message.type() == MessageType.REJECTION) {
            endpoint = findWithdrawn(source, message);
        }
        if (endpoint == null) {
            handleStray(source, message, nowNs);
        } else if (!endpoint.peer().equals(source)) {
            context.count(CommunicationCounter.DROPPED_PEER);
        } else if (!isFirstReply(endpoint, message) || !rejectIfStale(endpoint, message, nowNs)) {
            peerMessages.handle(endpoint, message, nowNs);
        }
    }

    /** Finds the endpoint whose peer gives up before it knows this end's id. Returns null if there is none. */
    private ConnectionEndpoint findWithdrawn(final Inet4Address source, final ManagementMessage rejection) {
        final ConnectionEndpoint endpoint = endpoints.ofPeerId(source, rejection.get(IdFields.LOCAL_ID));
        return endpoint != null && endpoint.isWithdrawnBy(rejection) ? endpoint : null;
    }

    /** Answers a message for a connection that does not exist, so that its sender stops. */
    private void handleStray(final Inet4Address source, final ManagementMessage message, final long nowNs) {
        if (!budgets.takeAnswer(source, nowNs)) {
            context.count(CommunicationCounter.DROPPED_BUDGET);
            return;
        }
        context.count(CommunicationCounter.DROPPED_UNKNOWN);
        if (message.type() == MessageType.DISCONNECT_REQUEST) {
            context.send(source, Messages.disconnectReply(message));
        } else if (message.type() == MessageType.REPLY) {
            context.send(source, Messages.refusal(message, RejectReason.INVALID_COMMUNICATION_ID));
        }
    }

    private static boolean isFirstReply(final ConnectionEndpoint endpoint, final ManagementMessage message) {
        return message.type() == MessageType.REPLY && endpoint.state() == EndpointState.REQUEST_SENT;
    }

    /** Rejects a reply whose queue pair is in another connection here, and ends that connection. */
    private boolean rejectIfStale(
        final ConnectionEndpoint endpoint, final ManagementMessage reply, final long nowNs) {
        final ConnectionEndpoint stale =
            endpoints.ofPeerQueuePair(endpoint.peer(), reply.get(ReplyFields.QUEUE_PAIR));
        // A reply that was not handled to the end has filed its endpoint already.
        if (stale == null || stale == endpoint) {
            return false;
        }
        stale.supersede(nowNs);
        context.rejectAsStale(endpoint.peer(), reply);
        return true;
    }
}
