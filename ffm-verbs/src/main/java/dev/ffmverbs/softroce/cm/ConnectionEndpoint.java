// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AnswerFields;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.softroce.cm.message.TimeCode;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.RejectReason;
import java.net.Inet4Address;

/**
 * One end of one connection: the state machine of IBTA 12.9, as Linux runs it.
 *
 * <p>It reacts to the application, to the peer's messages, which {@link PeerMessages} reads, and to time. It acts
 * through its {@link EndpointContext} and {@link EndpointObserver}. REQ, REP and DREQ are sent until they are answered.
 * A message that the peer repeats is answered again. After the application has closed its identifier, the endpoint
 * remains until the peer knows this or the time is up.
 *
 * <p>An error on the way must neither lose an event nor leave an endpoint that waits for nothing. So every change goes
 * in one order: arm the timer that the new state needs, enter the state, disarm what the former state waited for, send.
 * To enter a state is to be filed under it and to report it; both can be repeated, and the state changes last. What
 * failed before is done again when the peer repeats its message, or when the timer expires; a message that was not sent
 * counts as lost.
 *
 * <p>All methods are called under the communication manager's lock.
 */
final class ConnectionEndpoint implements Timed {

    /**
     * An endpoint at one moment.
     *
     * @param state how far it is.
     * @param terms what both ends have agreed on so far.
     */
    record View(EndpointState state, ConnectionTerms terms) {
    }

    private final EndpointContext context;
    private final Correspondence peer;
    private final EndpointTimers timers;
    private int localQueuePair;
    private ConnectionTerms terms;
    private EndpointState state;
    private EndpointObserver observer;

    /** The event that ends the connection, while that is under way; null otherwise. */
    private EndpointEvent ending;

    private ConnectionEndpoint(
        final EndpointContext context, final Correspondence peer, final ConnectionTerms terms,
        final EndpointState state, final EndpointObserver observer) {
        this.context = context;
        this.peer = peer;
        this.timers = new EndpointTimers(context, this);
        this.terms = terms;
        this.state = state;
        this.observer = observer;
    }

    /** Creates the end that requests a connection. {@link #start} sends the request. */
    static ConnectionEndpoint ofOwnRequest(
        final EndpointContext context, final Inet4Address peer, final int localId, final ManagementMessage request,
        final EndpointObserver observer) {
        request.set(IdFields.LOCAL_ID, localId);
        final ConnectionEndpoint endpoint = new ConnectionEndpoint(
            context, new Correspondence(context, peer, localId, 0, request),
            ConnectionTerms.ofOwnRequest(request, peer), EndpointState.REQUEST_SENT, observer);
        endpoint.localQueuePair = request.get(RequestFields.QUEUE_PAIR);
        return endpoint;
    }

    /** Creates the end that receives a request for a connection. It has no observer yet. */
    static ConnectionEndpoint ofPeersRequest(
        final EndpointContext context, final Inet4Address peer, final int localId, final ManagementMessage request,
        final int receivePsn) {
        return new ConnectionEndpoint(context,
            new Correspondence(context, peer, localId, request.get(IdFields.LOCAL_ID), request),
            ConnectionTerms.ofPeersRequest(request, peer, receivePsn), EndpointState.REQUEST_RECEIVED,
            EndpointObserver.NOBODY);
    }

    void observe(final EndpointObserver newObserver) {
        observer = newObserver;
    }

    void start(final long nowNs) {
        enterAndSendUntilAnswered(
            EndpointState.REQUEST_SENT, peer.request(), context.settings().patienceNs(), nowNs);
    }

    /** Makes the end that is asked for a connection known, before it is offered to a listener. */
    void fileRequest() {
        context.file(this, EndpointState.REQUEST_RECEIVED);
    }

    /** Forgets the end that is asked for a connection, because no listener takes it; the peer asks again. */
    void dropRequest() {
        observer = EndpointObserver.NOBODY;
        close();
    }

    // What the application wants. Each method returns false if the state does not allow it.

    boolean accept(final ConnectionParameterData parameters, final long nowNs) {
        if (state != EndpointState.REQUEST_RECEIVED) {
            return false;
        }
        terms = terms.withAcceptance(parameters);
        localQueuePair = parameters.queuePairNumber();
        enterAndSendUntilAnswered(EndpointState.REPLY_SENT, peer.reply(terms.receivePsn(), parameters),
            peer.confirmationPatienceNs(), nowNs);
        return true;
    }

    boolean establish() {
        if (state != EndpointState.REPLY_RECEIVED) {
            return false;
        }
        enter(EndpointState.ESTABLISHED, null);
        peer.sendReadyToUse();
        return true;
    }

    boolean reject(final byte[] privateData, final long nowNs) {
        if (state != EndpointState.REQUEST_RECEIVED && state != EndpointState.REPLY_RECEIVED) {
            return false;
        }
        sendRejection(privateData, nowNs);
        return true;
    }

    /** Starts to disconnect. Has no effect if either end has already started to. */
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

    /** Stops reporting to the application, which has closed its identifier, and notifies the peer. */
    void abandon(final long nowNs) {
        observer = EndpointObserver.NOBODY;
        switch (state) {
            case REQUEST_SENT -> {
                close();
                peer.sendTimeout();
            }
            case REQUEST_RECEIVED, REPLY_RECEIVED -> sendRejection(new byte[0], nowNs);
            case REPLY_SENT, ESTABLISHED -> sendDisconnectRequest(nowNs);
            default -> { }
        }
    }

    // Messages and packets that claim to come from the peer, and may be forged.

    /**
     * Handles a request from the peer's address that names the peer's queue pair for another connection.
     *
     * <p>IBTA 12.9.8.3.1 treats this as proof that this connection no longer exists, and so does Linux. One forged
     * packet could then end any connection. A connection that can be probed is therefore probed before the request is
     * believed.
     *
     * @return true if this connection has ended, so that the request is to be rejected as stale now. If false, that may
     *     happen later.
     */
    boolean endIfStale(final ManagementMessage request, final long nowNs) {
        if (!state.isLive()) {
            supersede(nowNs);
            return true;
        }
        timers.startProbing(localQueuePair, request, nowNs);
        return false;
    }

    /**
     * Handles a packet of the peer for the queue pair, which proves that the peer exists, whatever a request claims.
     */
    void onSignOfLife() {
        if (timers.claim() != null) {
            context.count(CommunicationCounter.DROPPED_FORGED);
            timers.stopProbing();
        }
    }

    /** Ends this connection because the peer uses its queue pair for another one. */
    void supersede(final long nowNs) {
        switch (state) {
            case REPLY_SENT, ESTABLISHED -> sendDisconnectRequest(nowNs);
            case REQUEST_RECEIVED, REPLY_RECEIVED ->
                end(EndpointEvent.ofRefusal(RejectReason.STALE_CONNECTION), nowNs);
            default -> { }
        }
    }

    // Messages of the peer, see PeerMessages.

    /**
     * Sends the request of this end again soon, because the peer requests a connection itself instead of an answer.
     * When two nodes wait for each other to start, the request of the first one is lost. It would otherwise be sent
     * again only long after the second one has started.
     */
    void onPeerAlive() {
        timers.hastenRetransmission();
    }

    /** Completes the request of this end with the peer's reply. */
    void completeRequest(final ManagementMessage reply) {
        peer.setRemoteId(reply.get(IdFields.LOCAL_ID));
        terms = terms.withReply(reply, context.settings().packetLifeTimeCode());
        enter(EndpointState.REPLY_RECEIVED, EndpointEvent.ofReply(reply));
        timers.stopRetransmission();
    }

    /** Completes the reply of this end, because a message or data of the peer shows that it is ready (IBTA 12.9.6). */
    void completeReply() {
        if (state == EndpointState.REPLY_SENT) {
            enter(EndpointState.ESTABLISHED, EndpointEvent.of(EndpointEvent.Kind.ESTABLISHED));
            timers.stopRetransmission();
        }
    }

    /** Ends the connection, or the attempt to establish it. */
    void end(final EndpointEvent event, final long nowNs) {
        ending = event;
        enterTimeWait(event, nowNs);
        ending = null;
    }

    // Timeouts.

    /**
     * Handles the end of a time: sends again what is not answered, gives up, or forgets the connection. After a failure
     * the time ends again soon.
     */
    @Override
    public void expire(final long nowNs) {
        timers.postpone(nowNs);
        if (state == EndpointState.TIME_WAIT) {
            close(EndpointEvent.of(EndpointEvent.Kind.TIME_WAIT_OVER));
        } else if (state == EndpointState.CLOSED) {
            timers.stop();
        } else if (ending != null) {
            end(ending, nowNs);
        } else if (timers.isProbeDue(nowNs)) {
            probeOrBelieve(nowNs);
        } else {
            sendAgainOrGiveUp(nowNs);
        }
    }

    private void probeOrBelieve(final long nowNs) {
        final StaleClaim claim = timers.claim();
        if (claim.isLastProbe()) {
            supersede(nowNs);
            context.rejectAsStale(peer.address(), claim.request());
        } else {
            timers.probeAgain(nowNs);
        }
    }

    private void sendAgainOrGiveUp(final long nowNs) {
        if (timers.mayRetransmit(nowNs)) {
            timers.planRetransmission(nowNs);
            context.count(CommunicationCounter.RETRANSMITTED);
            peer.send(timers.unansweredMessage());
        } else if (state == EndpointState.DISCONNECT_SENT) {
            end(EndpointEvent.ofTimeout(EndpointEvent.Kind.DISCONNECTED), nowNs);
        } else if (timers.isAwaitingAnswer()) {
            close(EndpointEvent.ofTimeout(EndpointEvent.Kind.UNREACHABLE));
            peer.sendTimeout();
        } else {
            timers.schedule();
        }
    }

    private void enterAndSendUntilAnswered(
        final EndpointState newState, final ManagementMessage message, final long patienceNs, final long nowNs) {
        timers.awaitAnswer(message, patienceNs, nowNs);
        enter(newState, null);
        peer.send(message);
    }

    private void sendDisconnectRequest(final long nowNs) {
        timers.stopProbing();
        enterAndSendUntilAnswered(EndpointState.DISCONNECT_SENT, peer.address(Messages.disconnectRequest(
            context.newTransactionId(), terms.peerQueuePair())), context.settings().patienceNs(), nowNs);
    }

    private void sendRejection(final byte[] privateData, final long nowNs) {
        final boolean isOfRequest = state == EndpointState.REQUEST_RECEIVED;
        final ManagementMessage rejection = peer.rejection(
            isOfRequest ? AnswerFields.ANSWERS_REQUEST : AnswerFields.ANSWERS_REPLY, privateData);
        if (isOfRequest) {
            context.rejectedRequests().add(peer.address(), peer.remoteId(), rejection, nowNs);
            close();
        } else {
            enterTimeWait(null, nowNs);
        }
        peer.send(rejection);
    }

    /**
     * Waits for the lifetime of packets in flight, after which no duplicates can arrive. The peer of a connection
     * influences that time. A peer that has only requested a connection does not.
     */
    private void enterTimeWait(final EndpointEvent event, final long nowNs) {
        final long waitNs = state == EndpointState.REQUEST_RECEIVED
            ? context.settings().retryIntervalNs() : TimeCode.toCappedNanos(terms.acknowledgeTimeout());
        timers.postpone(nowNs);
        enter(EndpointState.TIME_WAIT, event);
        timers.awaitOnly(nowNs + waitNs);
    }

    private void close() {
        close(null);
    }

    private void close(final EndpointEvent event) {
        enter(EndpointState.CLOSED, event);
        timers.stop();
    }

    /** Enters a state, and reports an event unless it is null. Doing so again after a failure does the rest. */
    private void enter(final EndpointState newState, final EndpointEvent event) {
        context.file(this, newState);
        if (event != null) {
            observer.on(event);
        }
        state = newState;
    }

    boolean isOfPeer(final ManagementMessage message) {
        return state != EndpointState.REQUEST_SENT && peer.isOfPeer(message);
    }

    EndpointState state() {
        return state;
    }

    Correspondence correspondence() {
        return peer;
    }

    EndpointTimers timers() {
        return timers;
    }

    Inet4Address peer() {
        return peer.address();
    }

    @Override
    public int localId() {
        return peer.localId();
    }

    /** Returns the peer's communication id, 0 before its reply. */
    int remoteId() {
        return peer.remoteId();
    }

    /** Returns whether a message says that the peer gives up. The peer may do so before it knows this end's id. */
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

    View view() {
        return new View(state, terms);
    }

    @Override
    public String toString() {
        return String.format("connection %08x-%08x with %s, %s", localId(), remoteId(), peer().getHostAddress(), state);
    }
}
