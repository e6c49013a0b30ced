// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AnswerFields;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.softroce.cm.message.TimeCode;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.RejectReason;
import java.net.InetAddress;

/**
 * Sends one endpoint's messages to its peer, with the ids of both and the traffic class of the connection, and
 * recognizes the peer's messages.
 */
final class Correspondence {

    private final EndpointContext context;
    private final InetAddress address;
    private final int localId;
    private final ManagementMessage request;
    private int remoteId;

    /**
     * Creates a correspondence that begins with a request, sent or received.
     *
     * @param context  sends messages.
     * @param address  the peer's address.
     * @param localId  id of this end.
     * @param remoteId id of the peer's end, 0 while it is unknown.
     * @param request  the request that the connection begins with.
     */
    Correspondence(
        final EndpointContext context, final InetAddress address, final int localId, final int remoteId,
        final ManagementMessage request) {
        this.context = context;
        this.address = address;
        this.localId = localId;
        this.remoteId = remoteId;
        this.request = request;
    }

    /** Returns the peer's address. */
    InetAddress address() {
        return address;
    }

    int localId() {
        return localId;
    }

    /** Returns the peer's communication id, 0 before its reply. */
    int remoteId() {
        return remoteId;
    }

    void setRemoteId(final int id) {
        remoteId = id;
    }

    ManagementMessage request() {
        return request;
    }

    /** Sets both ids of a message and returns it. */
    ManagementMessage address(final ManagementMessage message) {
        return message.set(IdFields.LOCAL_ID, localId).set(IdFields.REMOTE_ID, remoteId);
    }

    void send(final ManagementMessage message) {
        context.send(address, request.get(RequestFields.TRAFFIC_CLASS), message);
    }

    /** Returns the reply that accepts the request. */
    ManagementMessage reply(final int receivePsn, final ConnectionParameterData parameters) {
        return address(Messages.reply(request, receivePsn, parameters, context.settings(), context.guid()));
    }

    /** Returns how long the peer may take to confirm a reply, as stated in its request and limited by this device. */
    long confirmationPatienceNs() {
        final long intervalNs = Math.max(context.settings().retryIntervalNs(),
            TimeCode.toCappedNanos(request.get(RequestFields.LOCAL_RESPONSE_TIMEOUT)));
        return intervalNs * (request.get(RequestFields.MAXIMUM_RETRIES) + 1);
    }

    void sendReadyToUse() {
        send(address(Messages.readyToUse(request)));
    }

    /** Sends an MRA, because the answer to a message takes longer. */
    void sendReceipt(final int answeredMessage) {
        send(address(Messages.receipt(request, answeredMessage, context.settings().serviceTimeoutCode())));
    }

    /** Rejects the request without the application. */
    void sendRefusal(final int reason) {
        send(Messages.refusal(request, reason));
    }

    /** Returns the rejection by decision of the application. */
    ManagementMessage rejection(final int answeredMessage, final byte[] privateData) {
        return address(Messages.rejection(request, answeredMessage, privateData));
    }

    /** Informs the peer that this end no longer waits for it. */
    void sendTimeout() {
        send(address(Messages.timeout(request, context.guid())));
    }

    /** Returns whether a message comes from the peer's end, whose id must be known. */
    boolean isOfPeer(final ManagementMessage message) {
        return message.get(IdFields.LOCAL_ID) == remoteId;
    }

    /** Returns whether the device that sent the request gives up. It may do so before it knows this end's id. */
    boolean isWithdrawnBy(final ManagementMessage rejection) {
        return rejection.get(AnswerFields.REASON) == RejectReason.TIMEOUT
            && rejection.get(AnswerFields.INFORMATION) == request.get(RequestFields.CHANNEL_ADAPTER_GUID);
    }

    @Override
    public String toString() {
        return String.format("%08x-%08x with %s", localId, remoteId, address.getHostAddress());
    }
}
