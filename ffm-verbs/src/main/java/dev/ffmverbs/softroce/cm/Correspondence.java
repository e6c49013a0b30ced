// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.ConnectionParameterData;
import java.net.Inet4Address;

/**
 * What one end of a connection says to its peer, with the ids of both ends, and whether what comes is the peer's.
 */
final class Correspondence {

    private final EndpointContext context;
    private final Inet4Address peer;
    private final int localId;
    private final ManagementMessage request;
    private int remoteId;

    /**
     * Starts with a request, sent or received.
     *
     * @param context  sends.
     * @param peer     where to.
     * @param localId  id of this end.
     * @param remoteId id of the peer's end, 0 while it is not known.
     * @param request  the request that the connection begins with.
     */
    Correspondence(
        final EndpointContext context, final Inet4Address peer, final int localId, final int remoteId,
        final ManagementMessage request) {
        this.context = context;
        this.peer = peer;
        this.localId = localId;
        this.remoteId = remoteId;
        this.request = request;
    }

    Inet4Address peer() {
        return peer;
    }

    int localId() {
        return localId;
    }

    /** The peer's communication id, 0 before its reply. */
    int remoteId() {
        return remoteId;
    }

    /** Takes note of the id that the peer's reply tells. */
    void remoteId(final int id) {
        remoteId = id;
    }

    ManagementMessage request() {
        return request;
    }

    /** Sets both ids. */
    ManagementMessage addressed(final ManagementMessage message) {
        return message.setId(MessageField.LOCAL_ID, localId).setId(MessageField.REMOTE_ID, remoteId);
    }

    void send(final ManagementMessage message) {
        context.send(peer, message);
    }

    /** The reply that accepts the request. */
    ManagementMessage reply(final int receivePsn, final ConnectionParameterData parameters) {
        return addressed(Messages.reply(request, receivePsn, parameters, context.settings(), context.guid()));
    }

    /** How long the peer may take to confirm a reply, as it has said in its request and this device allows. */
    long confirmsWithinNs() {
        final long intervalNs = Math.max(context.settings().retryIntervalNs(),
            TimeCode.toCappedNanos(request.getInt(RequestFields.LOCAL_RESPONSE_TIMEOUT)));
        return intervalNs * (request.getInt(RequestFields.MAXIMUM_RETRIES) + 1);
    }

    void readyToUse() {
        send(addressed(Messages.readyToUse(request)));
    }

    /** Asks for patience: the answer to a message takes longer. */
    void receipt(final int answeredMessage) {
        send(addressed(Messages.receipt(request, answeredMessage, context.settings().serviceTimeoutCode())));
    }

    /** Refuses the request as no application does. */
    void refusal(final int reason) {
        send(Messages.refusal(request, reason));
    }

    /** Rejects as the application wishes; returns what is sent. */
    ManagementMessage rejection(final int answeredMessage, final byte[] privateData) {
        final ManagementMessage rejection = addressed(Messages.rejection(request, answeredMessage, privateData));
        send(rejection);
        return rejection;
    }

    /** Tells the peer that nobody waits for it any longer. */
    void timeout() {
        send(addressed(Messages.timeout(request, context.guid())));
    }

    /** Whether a message comes from the peer's end, whose id must be known. */
    boolean isOfPeer(final ManagementMessage message) {
        return message.getInt(MessageField.LOCAL_ID) == remoteId;
    }

    /** Whether the device that sent the request gives up, which it may do before it has learned this end's id. */
    boolean isWithdrawnBy(final ManagementMessage rejection) {
        return rejection.getInt(AnswerFields.REASON) == RejectReason.TIMEOUT
            && rejection.get(AnswerFields.INFORMATION) == request.get(RequestFields.CHANNEL_ADAPTER_GUID);
    }
}
