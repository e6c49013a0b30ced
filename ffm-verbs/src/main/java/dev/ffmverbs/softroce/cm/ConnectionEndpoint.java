// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.ConnectionParameterData;
import java.net.Inet4Address;
import java.util.concurrent.TimeUnit;

/**
 * One end of one connection: the state machine of IBTA 12.9, as Linux runs it.
 *
 * <p>It learns of messages, of the application's wishes and of time, and answers through its {@link EndpointContext}
 * and {@link EndpointObserver}. REQ, REP and DREQ are sent again until answered; what a peer sends again is answered
 * again. It goes on after the application has closed its identifier until the peer knows, or time is up.
 *
 * <p>All methods are called under the communication manager's lock.
 */
final class ConnectionEndpoint {

    /** A peer that is there, and got the request, mostly has answered by then. */
    private static final long ANSWER_UNDER_WAY_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final EndpointContext context;
    private final Inet4Address peer;
    private final int localId;
    private int remoteId;
    private int localQueuePair;
    private final ManagementMessage request;
    private ConnectionTerms terms;
    private EndpointState state;
    private EndpointObserver observer;

    /** What is sent until it is answered, or null. */
    private Retransmission awaited;

    /** What ended a connection that never was, and answers the request when it comes again; or null. */
    private ManagementMessage rejection;

    private ConnectionEndpoint(
        final EndpointContext context, final Inet4Address peer, final int localId, final ManagementMessage request,
        final ConnectionTerms terms, final EndpointState state, final EndpointObserver observer) {
        this.context = context;
        this.peer = peer;
        this.localId = localId;
        this.request = request;
        this.terms = terms;
        this.state = state;
        this.observer = observer;
    }

    /** The end that asks for a connection; {@link #start} sends the request. */
    static ConnectionEndpoint requesting(
        final EndpointContext context, final Inet4Address peer, final int localId, final ManagementMessage request,
        final EndpointObserver observer) {
        request.setId(MessageField.LOCAL_ID, localId);
        final ConnectionEndpoint endpoint = new ConnectionEndpoint(context, peer, localId, request,
            ConnectionTerms.proposedBy(request, peer), EndpointState.REQUEST_SENT, observer);
        endpoint.localQueuePair = request.getInt(RequestFields.QUEUE_PAIR);
        return endpoint;
    }

    /** The end that is asked for a connection; nobody observes it yet. */
    static ConnectionEndpoint requested(
        final EndpointContext context, final Inet4Address peer, final int localId, final ManagementMessage request,
        final int receivePsn) {
        final ConnectionEndpoint endpoint = new ConnectionEndpoint(context, peer, localId, request,
            ConnectionTerms.askedBy(request, peer, receivePsn), EndpointState.REQUEST_RECEIVED,
            EndpointObserver.NOBODY);
        endpoint.remoteId = request.getInt(MessageField.LOCAL_ID);
        return endpoint;
    }

    void observe(final EndpointObserver newObserver) {
        observer = newObserver;
    }

    void start(final long nowNs) {
        final CommunicationSettings settings = context.settings();
        sendUntilAnswered(request, settings.retryIntervalNs() * (settings.maximumRetries() + 1), nowNs);
        become(EndpointState.REQUEST_SENT);
    }

    // What the application wants: each returns false when the state does not allow it.

    boolean accept(final ConnectionParameterData parameters, final long nowNs) {
        if (state != EndpointState.REQUEST_RECEIVED) {
            return false;
        }
        terms = terms.acceptedWith(parameters);
        localQueuePair = parameters.queuePairNumber();
        final ManagementMessage reply = addressed(Messages.reply(
            request, terms.receivePsn(), parameters, context.settings(), context.guid()));
        final long peerAnswersWithinNs = Math.max(context.settings().retryIntervalNs(),
            cappedNs(request.getInt(RequestFields.LOCAL_RESPONSE_TIMEOUT)));
        sendUntilAnswered(
            reply, peerAnswersWithinNs * (request.getInt(RequestFields.MAXIMUM_RETRIES) + 1), nowNs);
        become(EndpointState.REPLY_SENT);
        return true;
    }

    boolean establish() {
        if (state != EndpointState.REPLY_RECEIVED) {
            return false;
        }
        sendReadyToUse();
        become(EndpointState.ESTABLISHED);
        return true;
    }

    boolean reject(final byte[] privateData, final long nowNs) {
        if (state != EndpointState.REQUEST_RECEIVED && state != EndpointState.REPLY_RECEIVED) {
            return false;
        }
        refuse(privateData, nowNs);
        return true;
    }

    /** Starts to disconnect, or does nothing when that has happened or the peer was faster. */
    boolean disconnect(final long nowNs) {
        switch (state) {
            case REPLY_SENT, ESTABLISHED -> sendDisconnectRequest(nowNs);
            case DISCONNECT_SENT, TIME_WAIT, CLOSED -> { }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** The application has closed its identifier and hears no more; the peer is still told. */
    void abandon(final long nowNs) {
        observer = EndpointObserver.NOBODY;
        switch (state) {
            case REQUEST_SENT -> {
                giveUp();
                close();
            }
            case REQUEST_RECEIVED, REPLY_RECEIVED -> refuse(new byte[0], nowNs);
            case REPLY_SENT, ESTABLISHED -> sendDisconnectRequest(nowNs);
            default -> { }
        }
    }

    /** The peer uses its queue pair for another connection, so this one has ended without our having been told. */
    void supersede(final long nowNs) {
        switch (state) {
            case REPLY_SENT, ESTABLISHED -> sendDisconnectRequest(nowNs);
            case REQUEST_RECEIVED, REPLY_RECEIVED -> {
                enterTimeWait(nowNs);
                observer.on(EndpointEvent.rejectedFor(RejectReason.STALE_CONNECTION));
            }
            default -> { }
        }
    }

    // What the peer says.

    /**
     * The peer, whose answer to the request is awaited, asks for a connection of its own. Two that wait for each other
     * to start are the case in which the first one's request was lost, and would be sent again only when the second has
     * long been there.
     */
    void onPeerAlive() {
        awaited.hasten(ANSWER_UNDER_WAY_NS);
        context.wakeAt(this, awaited.deadlineNs());
    }

    void onRequestAgain() {
        context.count(CommunicationCounter.DUPLICATES);
        switch (state) {
            case REQUEST_RECEIVED -> sendReceipt(AnswerFields.ANSWERS_REQUEST);
            case REPLY_SENT -> context.send(peer, awaited.message());
            case DISCONNECT_SENT -> context.send(peer, Messages.refusal(request, RejectReason.STALE_CONNECTION));
            case TIME_WAIT -> context.send(peer, rejection != null
                ? rejection : Messages.refusal(request, RejectReason.STALE_CONNECTION));
            default -> { }
        }
    }

    void onReceipt(final ManagementMessage receipt, final long nowNs) {
        final int answered = receipt.getInt(AnswerFields.ANSWERED_MESSAGE);
        final boolean expected = state == EndpointState.REQUEST_SENT && answered == AnswerFields.ANSWERS_REQUEST
            || state == EndpointState.REPLY_SENT && answered == AnswerFields.ANSWERS_REPLY && isOfPeer(receipt);
        if (!expected) {
            context.count(CommunicationCounter.DROPPED_STATE);
            return;
        }
        final long waitNs = cappedNs(receipt.getInt(AnswerFields.SERVICE_TIMEOUT))
            + 2 * TimeCode.toNanos(context.settings().packetLifeTimeCode());
        awaited.slowDown(waitNs, waitNs * (context.settings().maximumRetries() + 1), nowNs);
        context.wakeAt(this, awaited.deadlineNs());
    }

    void onReply(final ManagementMessage reply) {
        if (state == EndpointState.REQUEST_SENT) {
            answered();
            remoteId = reply.getInt(MessageField.LOCAL_ID);
            terms = terms.answeredBy(reply, context.settings().packetLifeTimeCode());
            become(EndpointState.REPLY_RECEIVED);
            observer.on(EndpointEvent.replied(reply));
        } else if (!isOfPeer(reply)) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
            context.send(peer, Messages.refusal(reply, RejectReason.INVALID_COMMUNICATION_INSTANCE));
        } else {
            context.count(CommunicationCounter.DUPLICATES);
            if (state == EndpointState.ESTABLISHED) {
                sendReadyToUse();
            } else if (state == EndpointState.REPLY_RECEIVED) {
                sendReceipt(AnswerFields.ANSWERS_REPLY);
            }
        }
    }

    void onReadyToUse(final ManagementMessage readyToUse) {
        if (!isOfPeer(readyToUse)) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
        } else if (state == EndpointState.REPLY_SENT) {
            onPeerReady();
        } else {
            context.count(CommunicationCounter.DUPLICATES);
        }
    }

    /** The peer is ready: it said so, or its data says so (IBTA 12.9.6, "communication established"). */
    void onPeerReady() {
        if (state == EndpointState.REPLY_SENT) {
            answered();
            become(EndpointState.ESTABLISHED);
            observer.on(EndpointEvent.of(EndpointEvent.Kind.ESTABLISHED));
        }
    }

    void onRejection(final ManagementMessage message, final long nowNs) {
        final boolean senderUnknown = state == EndpointState.REQUEST_SENT || message.getInt(MessageField.LOCAL_ID) == 0;
        if (!senderUnknown && !isOfPeer(message)) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
            return;
        }
        switch (state) {
            case REQUEST_SENT, REQUEST_RECEIVED, REPLY_SENT, REPLY_RECEIVED, ESTABLISHED -> {
                enterTimeWait(nowNs);
                observer.on(EndpointEvent.rejectedBy(message));
            }
            case DISCONNECT_SENT -> {
                enterTimeWait(nowNs);
                observer.on(EndpointEvent.of(EndpointEvent.Kind.DISCONNECTED));
            }
            default -> context.count(CommunicationCounter.DROPPED_STATE);
        }
    }

    void onDisconnectRequest(final ManagementMessage message, final long nowNs) {
        final boolean senderUnknown = state == EndpointState.REQUEST_SENT || state == EndpointState.TIME_WAIT;
        if (!senderUnknown && !isOfPeer(message)
            || message.getInt(AnswerFields.REMOTE_QUEUE_PAIR) != localQueuePair) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
            return;
        }
        switch (state) {
            case REQUEST_SENT -> {
                // Its reply was lost, and it has changed its mind.
                context.send(peer, Messages.disconnectReply(message));
                enterTimeWait(nowNs);
                observer.on(EndpointEvent.of(EndpointEvent.Kind.DISCONNECTED));
            }
            case REPLY_SENT, REPLY_RECEIVED, ESTABLISHED, DISCONNECT_SENT -> {
                context.send(peer, Messages.disconnectReply(message));
                enterTimeWait(nowNs);
                observer.on(EndpointEvent.of(EndpointEvent.Kind.DISCONNECTED));
            }
            case TIME_WAIT -> {
                context.count(CommunicationCounter.DUPLICATES);
                context.send(peer, Messages.disconnectReply(message));
            }
            default -> context.count(CommunicationCounter.DROPPED_STATE);
        }
    }

    void onDisconnectReply(final ManagementMessage message, final long nowNs) {
        if (!isOfPeer(message)) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
        } else if (state == EndpointState.DISCONNECT_SENT) {
            enterTimeWait(nowNs);
            observer.on(EndpointEvent.of(EndpointEvent.Kind.DISCONNECTED));
        } else {
            context.count(CommunicationCounter.DUPLICATES);
        }
    }

    // What time does.

    /** Its time has come: sends again what is not answered, or gives up, or forgets. */
    void expire(final long nowNs) {
        if (state == EndpointState.TIME_WAIT) {
            close();
            observer.on(EndpointEvent.of(EndpointEvent.Kind.TIME_WAIT_OVER));
        } else if (awaited != null && !awaited.isTimeUp(nowNs)) {
            context.count(CommunicationCounter.RETRANSMITTED);
            context.send(peer, awaited.message());
            awaited.repeated(nowNs);
            context.wakeAt(this, awaited.deadlineNs());
        } else if (state == EndpointState.DISCONNECT_SENT) {
            enterTimeWait(nowNs);
            observer.on(EndpointEvent.timedOut(EndpointEvent.Kind.DISCONNECTED));
        } else if (awaited != null) {
            giveUp();
            close();
            observer.on(EndpointEvent.timedOut(EndpointEvent.Kind.UNREACHABLE));
        }
    }

    private void sendUntilAnswered(final ManagementMessage message, final long patienceNs, final long nowNs) {
        context.send(peer, message);
        awaited = new Retransmission(message, context.settings().retryIntervalNs(), patienceNs, nowNs);
        context.wakeAt(this, awaited.deadlineNs());
    }

    private void answered() {
        awaited = null;
        context.cancelWake(this);
    }

    private void sendReadyToUse() {
        context.send(peer, addressed(Messages.readyToUse(request)));
    }

    private void sendReceipt(final int answeredMessage) {
        context.send(peer, addressed(
            Messages.receipt(request, answeredMessage, context.settings().serviceTimeoutCode())));
    }

    private void sendDisconnectRequest(final long nowNs) {
        final CommunicationSettings settings = context.settings();
        final ManagementMessage message =
            addressed(Messages.disconnectRequest(context.newTransactionId(), terms.peerQueuePair()));
        sendUntilAnswered(message, settings.retryIntervalNs() * (settings.maximumRetries() + 1), nowNs);
        become(EndpointState.DISCONNECT_SENT);
    }

    private void refuse(final byte[] privateData, final long nowNs) {
        final int answeredMessage = state == EndpointState.REPLY_RECEIVED
            ? AnswerFields.ANSWERS_REPLY : AnswerFields.ANSWERS_REQUEST;
        rejection = addressed(Messages.rejection(request, answeredMessage, privateData));
        context.send(peer, rejection);
        enterTimeWait(nowNs);
    }

    /** Tells the peer that nobody waits for it any more. */
    private void giveUp() {
        context.send(peer, addressed(Messages.timeout(request, context.guid())));
    }

    /**
     * Waits until no duplicate can come any more: the life of packets under way, and of a rejected request two of the
     * peer's intervals, for a rejection is not acknowledged.
     */
    private void enterTimeWait(final long nowNs) {
        awaited = null;
        long waitNs = cappedNs(terms.acknowledgeTimeout());
        if (rejection != null) {
            waitNs = 2 * (waitNs + cappedNs(request.getInt(RequestFields.REMOTE_RESPONSE_TIMEOUT)));
        }
        context.wakeAt(this, nowNs + waitNs);
        become(EndpointState.TIME_WAIT);
    }

    private void close() {
        answered();
        become(EndpointState.CLOSED);
    }

    private void become(final EndpointState newState) {
        state = newState;
        context.stateChanged(this);
    }

    private ManagementMessage addressed(final ManagementMessage message) {
        return message.setId(MessageField.LOCAL_ID, localId).setId(MessageField.REMOTE_ID, remoteId);
    }

    private boolean isOfPeer(final ManagementMessage message) {
        return state != EndpointState.REQUEST_SENT && message.getInt(MessageField.LOCAL_ID) == remoteId;
    }

    private static long cappedNs(final int timeCode) {
        return TimeCode.toNanos(Math.min(timeCode, CommunicationSettings.LONGEST_CODE));
    }

    EndpointState state() {
        return state;
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

    int localQueuePair() {
        return localQueuePair;
    }

    ConnectionTerms terms() {
        return terms;
    }

    @Override
    public String toString() {
        return String.format("connection %08x-%08x with %s, %s", localId, remoteId, peer.getHostAddress(), state);
    }
}
