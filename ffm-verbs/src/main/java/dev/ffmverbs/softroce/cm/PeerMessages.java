// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AnswerFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.TimeCode;
import dev.ffmverbs.spi.RejectReason;

/**
 * Interprets the messages of a peer to an endpoint, by the state of the endpoint (IBTA 12.9).
 *
 * <p>Guarded by the communication manager's lock.
 */
final class PeerMessages {

    private final EndpointContext context;

    PeerMessages(final EndpointContext context) {
        this.context = context;
    }

    /** Handles any message except a request, which belongs to no endpoint yet. */
    void handle(final ConnectionEndpoint endpoint, final ManagementMessage message, final long nowNs) {
        switch (message.type()) {
            case REPLY -> handleReply(endpoint, message);
            case RECEIPT -> handleReceipt(endpoint, message, nowNs);
            case REJECTION -> handleRejection(endpoint, message, nowNs);
            case READY_TO_USE -> handleReadyToUse(endpoint, message);
            case DISCONNECT_REQUEST -> handleDisconnectRequest(endpoint, message, nowNs);
            case DISCONNECT_REPLY -> handleDisconnectReply(endpoint, message, nowNs);
            case REQUEST, RESOLUTION_REQUEST, RESOLUTION_REPLY ->
                throw new IllegalStateException("such a message belongs to no connection: " + message);
        }
    }

    /** Handles a repetition of the request that the endpoint was created for. */
    void handleRequestAgain(final ConnectionEndpoint endpoint) {
        context.count(CommunicationCounter.DUPLICATES);
        final Correspondence peer = endpoint.correspondence();
        switch (endpoint.state()) {
            case REQUEST_RECEIVED -> peer.sendReceipt(AnswerFields.ANSWERS_REQUEST);
            case REPLY_SENT -> peer.send(endpoint.timers().unansweredMessage());
            case DISCONNECT_SENT, TIME_WAIT -> peer.sendRefusal(RejectReason.STALE_CONNECTION);
            default -> { }
        }
    }

    private void handleReceipt(
        final ConnectionEndpoint endpoint, final ManagementMessage receipt, final long nowNs) {
        final EndpointState state = endpoint.state();
        final int answered = receipt.get(AnswerFields.ANSWERED_MESSAGE);
        final boolean expected = state == EndpointState.REQUEST_SENT && answered == AnswerFields.ANSWERS_REQUEST
            || state == EndpointState.REPLY_SENT && answered == AnswerFields.ANSWERS_REPLY
                && endpoint.isOfPeer(receipt);
        if (!expected) {
            context.count(CommunicationCounter.DROPPED_STATE);
            return;
        }
        final long waitNs = TimeCode.toCappedNanos(receipt.get(AnswerFields.SERVICE_TIMEOUT))
            + 2 * TimeCode.toNanos(context.settings().packetLifeTimeCode());
        endpoint.timers().slowDownRetransmission(waitNs, waitNs * (context.settings().maximumRetries() + 1), nowNs);
    }

    private void handleReply(final ConnectionEndpoint endpoint, final ManagementMessage reply) {
        final Correspondence peer = endpoint.correspondence();
        if (endpoint.state() == EndpointState.REQUEST_SENT) {
            endpoint.completeRequest(reply);
        } else if (!endpoint.isOfPeer(reply)) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
            peer.send(Messages.refusal(reply, RejectReason.INVALID_COMMUNICATION_INSTANCE));
        } else {
            context.count(CommunicationCounter.DUPLICATES);
            if (endpoint.state() == EndpointState.ESTABLISHED) {
                peer.sendReadyToUse();
            } else if (endpoint.state() == EndpointState.REPLY_RECEIVED) {
                peer.sendReceipt(AnswerFields.ANSWERS_REPLY);
            }
        }
    }

    private void handleReadyToUse(final ConnectionEndpoint endpoint, final ManagementMessage readyToUse) {
        if (!endpoint.isOfPeer(readyToUse)) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
        } else if (endpoint.state() == EndpointState.REPLY_SENT) {
            endpoint.completeReply();
        } else {
            context.count(CommunicationCounter.DUPLICATES);
        }
    }

    private void handleRejection(
        final ConnectionEndpoint endpoint, final ManagementMessage rejection, final long nowNs) {
        if (endpoint.state() != EndpointState.REQUEST_SENT && !endpoint.isOfPeer(rejection)) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
            return;
        }
        switch (endpoint.state()) {
            case REQUEST_SENT, REQUEST_RECEIVED, REPLY_SENT, REPLY_RECEIVED, ESTABLISHED ->
                endpoint.end(EndpointEvent.ofRejection(rejection), nowNs);
            case DISCONNECT_SENT -> endpoint.end(EndpointEvent.of(EndpointEvent.Kind.DISCONNECTED), nowNs);
            default -> context.count(CommunicationCounter.DROPPED_STATE);
        }
    }

    private void handleDisconnectRequest(
        final ConnectionEndpoint endpoint, final ManagementMessage disconnectRequest, final long nowNs) {
        final EndpointState state = endpoint.state();
        final boolean senderUnknown = state == EndpointState.REQUEST_SENT || state == EndpointState.TIME_WAIT;
        if (!senderUnknown && !endpoint.isOfPeer(disconnectRequest)
            || disconnectRequest.get(AnswerFields.REMOTE_QUEUE_PAIR) != endpoint.localQueuePair()) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
            return;
        }
        switch (state) {
            // In REQUEST_SENT, the peer's reply was lost, and the peer then disconnected.
            case REQUEST_SENT, REPLY_SENT, REPLY_RECEIVED, ESTABLISHED, DISCONNECT_SENT -> {
                endpoint.end(EndpointEvent.of(EndpointEvent.Kind.DISCONNECTED), nowNs);
                endpoint.correspondence().send(Messages.disconnectReply(disconnectRequest));
            }
            case TIME_WAIT -> {
                context.count(CommunicationCounter.DUPLICATES);
                endpoint.correspondence().send(Messages.disconnectReply(disconnectRequest));
            }
            default -> context.count(CommunicationCounter.DROPPED_STATE);
        }
    }

    private void handleDisconnectReply(
        final ConnectionEndpoint endpoint, final ManagementMessage disconnectReply, final long nowNs) {
        if (!endpoint.isOfPeer(disconnectReply)) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
        } else if (endpoint.state() == EndpointState.DISCONNECT_SENT) {
            endpoint.end(EndpointEvent.of(EndpointEvent.Kind.DISCONNECTED), nowNs);
        } else {
            context.count(CommunicationCounter.DUPLICATES);
        }
    }
}
