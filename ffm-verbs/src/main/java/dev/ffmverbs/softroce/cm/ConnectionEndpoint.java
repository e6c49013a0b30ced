// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.ConnectionParameterData;
import java.net.Inet4Address;

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

    private final EndpointContext context;
    private final Correspondence peer;
    private int localQueuePair;
    private ConnectionTerms terms;
    private EndpointState state;
    private EndpointObserver observer;

    /** What is sent until it is answered, or null. */
    private Retransmission awaited;

    /** Whether the peer of this live connection is still there; null when nothing speaks against it. */
    private Doubt doubt;

    private ConnectionEndpoint(
        final EndpointContext context, final Correspondence peer, final ConnectionTerms terms,
        final EndpointState state, final EndpointObserver observer) {
        this.context = context;
        this.peer = peer;
        this.terms = terms;
        this.state = state;
        this.observer = observer;
    }

    /** The end that asks for a connection; {@link #start} sends the request. */
    static ConnectionEndpoint requesting(
        final EndpointContext context, final Inet4Address peer, final int localId, final ManagementMessage request,
        final EndpointObserver observer) {
        request.setId(MessageField.LOCAL_ID, localId);
        final ConnectionEndpoint endpoint = new ConnectionEndpoint(
            context, new Correspondence(context, peer, localId, 0, request),
            ConnectionTerms.proposedBy(request, peer), EndpointState.REQUEST_SENT, observer);
        endpoint.localQueuePair = request.getInt(RequestFields.QUEUE_PAIR);
        return endpoint;
    }

    /** The end that is asked for a connection; nobody observes it yet. */
    static ConnectionEndpoint requested(
        final EndpointContext context, final Inet4Address peer, final int localId, final ManagementMessage request,
        final int receivePsn) {
        return new ConnectionEndpoint(context,
            new Correspondence(context, peer, localId, request.getInt(MessageField.LOCAL_ID), request),
            ConnectionTerms.askedBy(request, peer, receivePsn), EndpointState.REQUEST_RECEIVED,
            EndpointObserver.NOBODY);
    }

    void observe(final EndpointObserver newObserver) {
        observer = newObserver;
    }

    void start(final long nowNs) {
        sendUntilAnswered(peer.request(), context.settings().patienceNs(), nowNs);
        become(EndpointState.REQUEST_SENT);
    }

    // What the application wants: each returns false when the state does not allow it.

    boolean accept(final ConnectionParameterData parameters, final long nowNs) {
        if (state != EndpointState.REQUEST_RECEIVED) {
            return false;
        }
        terms = terms.acceptedWith(parameters);
        localQueuePair = parameters.queuePairNumber();
        sendUntilAnswered(peer.reply(terms.receivePsn(), parameters), peer.confirmsWithinNs(), nowNs);
        become(EndpointState.REPLY_SENT);
        return true;
    }

    boolean establish() {
        if (state != EndpointState.REPLY_RECEIVED) {
            return false;
        }
        peer.readyToUse();
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
                peer.timeout();
                close();
            }
            case REQUEST_RECEIVED, REPLY_RECEIVED -> refuse(new byte[0], nowNs);
            case REPLY_SENT, ESTABLISHED -> sendDisconnectRequest(nowNs);
            default -> { }
        }
    }

    // What the peer seems to say, and may not have said.

    /**
     * A request from the peer's address names its queue pair for another connection.
     *
     * <p>IBTA 12.9.8.3.1 takes that for proof that this connection is no more, as Linux does. Then one forged packet
     * would end any connection, so a connection that can be probed is probed before the request is believed.
     *
     * @return whether the request is true; when not, it may turn out so later.
     */
    boolean isStaleBy(final ManagementMessage claim, final long nowNs) {
        if (!state.isLive()) {
            supersede(nowNs);
            return true;
        }
        if (doubt == null) {
            doubt = new Doubt(context, localQueuePair, claim, nowNs);
            schedule();
        }
        return false;
    }

    /** A packet of the peer came for the queue pair: it is there, whatever a request said. */
    void onSignOfLife() {
        if (doubt != null) {
            context.count(CommunicationCounter.DROPPED_FORGED);
            doubt = null;
            schedule();
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
        awaited.hasten();
        schedule();
    }

    void onRequestAgain() {
        context.count(CommunicationCounter.DUPLICATES);
        switch (state) {
            case REQUEST_RECEIVED -> peer.receipt(AnswerFields.ANSWERS_REQUEST);
            case REPLY_SENT -> peer.send(awaited.message());
            case DISCONNECT_SENT, TIME_WAIT -> peer.refusal(RejectReason.STALE_CONNECTION);
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
        final long waitNs = TimeCode.toCappedNanos(receipt.getInt(AnswerFields.SERVICE_TIMEOUT))
            + 2 * TimeCode.toNanos(context.settings().packetLifeTimeCode());
        awaited.slowDown(waitNs, waitNs * (context.settings().maximumRetries() + 1), nowNs);
        schedule();
    }

    void onReply(final ManagementMessage reply) {
        if (state == EndpointState.REQUEST_SENT) {
            answered();
            peer.remoteId(reply.getInt(MessageField.LOCAL_ID));
            terms = terms.answeredBy(reply, context.settings().packetLifeTimeCode());
            become(EndpointState.REPLY_RECEIVED);
            observer.on(EndpointEvent.replied(reply));
        } else if (!isOfPeer(reply)) {
            context.count(CommunicationCounter.DROPPED_UNKNOWN);
            peer.send(Messages.refusal(reply, RejectReason.INVALID_COMMUNICATION_INSTANCE));
        } else {
            context.count(CommunicationCounter.DUPLICATES);
            if (state == EndpointState.ESTABLISHED) {
                peer.readyToUse();
            } else if (state == EndpointState.REPLY_RECEIVED) {
                peer.receipt(AnswerFields.ANSWERS_REPLY);
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
        if (state != EndpointState.REQUEST_SENT && !isOfPeer(message)) {
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
                peer.send(Messages.disconnectReply(message));
                enterTimeWait(nowNs);
                observer.on(EndpointEvent.of(EndpointEvent.Kind.DISCONNECTED));
            }
            case REPLY_SENT, REPLY_RECEIVED, ESTABLISHED, DISCONNECT_SENT -> {
                peer.send(Messages.disconnectReply(message));
                enterTimeWait(nowNs);
                observer.on(EndpointEvent.of(EndpointEvent.Kind.DISCONNECTED));
            }
            case TIME_WAIT -> {
                context.count(CommunicationCounter.DUPLICATES);
                peer.send(Messages.disconnectReply(message));
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
        } else if (doubt != null && doubt.isDue(nowNs)) {
            settleDoubt(nowNs);
        } else {
            repeatOrGiveUp(nowNs);
        }
    }

    private void settleDoubt(final long nowNs) {
        if (doubt.isLastProbe()) {
            context.refuseAsStale(peer.peer(), doubt.request());
            supersede(nowNs);
        } else {
            doubt.probe(nowNs);
            schedule();
        }
    }

    private void repeatOrGiveUp(final long nowNs) {
        if (awaited != null && !awaited.isTimeUp(nowNs)) {
            context.count(CommunicationCounter.RETRANSMITTED);
            peer.send(awaited.message());
            awaited.repeated(nowNs);
            schedule();
        } else if (state == EndpointState.DISCONNECT_SENT) {
            enterTimeWait(nowNs);
            observer.on(EndpointEvent.timedOut(EndpointEvent.Kind.DISCONNECTED));
        } else if (awaited != null) {
            peer.timeout();
            close();
            observer.on(EndpointEvent.timedOut(EndpointEvent.Kind.UNREACHABLE));
        }
    }

    private void sendUntilAnswered(final ManagementMessage message, final long patienceNs, final long nowNs) {
        peer.send(message);
        awaited = new Retransmission(message, context.settings().retryIntervalNs(), patienceNs, nowNs);
        schedule();
    }

    /** Asks to be woken when the first thing that it waits for is due. */
    private void schedule() {
        if (awaited == null && doubt == null) {
            context.cancelWake(this);
        } else if (awaited == null || doubt != null && doubt.deadlineNs() - awaited.deadlineNs() < 0) {
            context.wakeAt(this, doubt.deadlineNs());
        } else {
            context.wakeAt(this, awaited.deadlineNs());
        }
    }

    private void answered() {
        awaited = null;
        schedule();
    }

    private void sendDisconnectRequest(final long nowNs) {
        doubt = null;
        sendUntilAnswered(peer.addressed(Messages.disconnectRequest(
            context.newTransactionId(), terms.peerQueuePair())), context.settings().patienceNs(), nowNs);
        become(EndpointState.DISCONNECT_SENT);
    }

    private void refuse(final byte[] privateData, final long nowNs) {
        final boolean isOfRequest = state == EndpointState.REQUEST_RECEIVED;
        final ManagementMessage rejection = peer.rejection(
            isOfRequest ? AnswerFields.ANSWERS_REQUEST : AnswerFields.ANSWERS_REPLY, privateData);
        if (isOfRequest) {
            context.keepRejection(peer.peer(), peer.remoteId(), rejection, nowNs);
            close();
        } else {
            enterTimeWait(nowNs);
        }
    }

    /**
     * Waits until no more duplicates can come: the life of packets under way, which the peer of a connection has a
     * say in, and a peer that has only asked for one has not.
     */
    private void enterTimeWait(final long nowNs) {
        final long waitNs = state == EndpointState.REQUEST_RECEIVED
            ? context.settings().retryIntervalNs() : TimeCode.toCappedNanos(terms.acknowledgeTimeout());
        awaited = null;
        doubt = null;
        context.wakeAt(this, nowNs + waitNs);
        become(EndpointState.TIME_WAIT);
    }

    private void close() {
        doubt = null;
        answered();
        become(EndpointState.CLOSED);
    }

    private void become(final EndpointState newState) {
        state = newState;
        context.stateChanged(this);
    }

    private boolean isOfPeer(final ManagementMessage message) {
        return state != EndpointState.REQUEST_SENT && peer.isOfPeer(message);
    }

    EndpointState state() {
        return state;
    }

    Inet4Address peer() {
        return peer.peer();
    }

    int localId() {
        return peer.localId();
    }

    /** The peer's communication id, 0 before its reply. */
    int remoteId() {
        return peer.remoteId();
    }

    /** Whether the peer gives up, and may not have learned this end's id. */
    boolean isWithdrawnBy(final ManagementMessage rejection) {
        return (state == EndpointState.REQUEST_RECEIVED || state == EndpointState.REPLY_SENT)
            && peer.isWithdrawnBy(rejection);
    }

    int localQueuePair() {
        return localQueuePair;
    }

    ConnectionTerms terms() {
        return terms;
    }

    @Override
    public String toString() {
        return String.format("connection %08x-%08x with %s, %s", localId(), remoteId(), peer().getHostAddress(), state);
    }
}
