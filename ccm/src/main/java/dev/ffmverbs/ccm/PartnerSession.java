// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.link.IncomingRequest;
import dev.ffmverbs.ccm.internal.link.PartnerAccess;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.link.PartnerPath;
import dev.ffmverbs.ccm.internal.liveness.Heartbeat;
import dev.ffmverbs.ccm.internal.liveness.HeartbeatStatistics;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.spi.Closing;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Everything this node does for one partner, as a state machine: connect, perform the handshake, read heartbeats, and
 * start again.
 *
 * <p>One thread calls {@link #advance}, which never blocks, and all other methods except the accessors that {@link
 * Partner} uses. Does no I/O and reads no clock. {@link #advance} may be called at any time, even after it has thrown:
 * it then completes an end of the session that was left half done.
 */
final class PartnerSession {

    /** Nothing is due until an event happens. */
    static final long NOTHING_DUE = Long.MAX_VALUE;

    /** More is due immediately. */
    static final long AT_ONCE = 0;

    private final Partner partner;
    private final LocalNode node;
    private final PartnerAccess access;
    private final NodeEventListener listener;
    private final LongSupplier clock;
    private final LinkKeeper linkKeeper;
    private final ClientExchange exchange;
    private final PartnerState state;
    private final PartnerVerdict verdict;
    private final long intervalNs;
    private final long operationTimeoutNs;

    private Incarnation self;
    private boolean leaving;

    /** An end of the session that somebody must still be notified of; null if there is none. */
    private SessionEnding ending;

    /**
     * This node leaves, and the partner in session has not shown yet that it knows. It does so by ending this node's
     * connection, or by asking for a new one. That its own connection ends says nothing: the partner may have lost it.
     * Only if this node has no connection by which to tell, it says enough. A partner that is dead need not know.
     */
    private boolean untold;

    private Incarnation partnerSide;
    private PartnerLink usedLink;
    private Heartbeat heartbeat;
    private Outbox outbox;
    private long lastSequence;
    private final MailboxLooks looks = new MailboxLooks();

    private Session session;

    /**
     * Creates the state machine; it is due immediately.
     *
     * @param paths  lead to the partner.
     * @param access the partner's access to this node's memory.
     * @param random source of the jitter of waits.
     * @param wakeUp called, on any thread, when {@link #advance} is to be called.
     */
    PartnerSession(
        final Partner partner, final LocalNode node, final List<? extends PartnerPath> paths,
        final PartnerAccess access, final RandomGenerator random, final Runnable wakeUp) {
        this.partner = partner;
        this.node = node;
        this.access = access;
        this.listener = node.listener();
        this.clock = node.clock();
        this.linkKeeper = new LinkKeeper(partner, node, paths, random, this::handleDiscovery, wakeUp);
        this.exchange = new ClientExchange(node, partner, paths, wakeUp);
        this.intervalNs = node.configuration().liveness().interval().toNanos();
        this.operationTimeoutNs = node.configuration().timeouts().operation().toNanos();
        this.self = new Incarnation(node.identity().bootId(), 0);
        this.state = new PartnerState(linkKeeper.trace(),
            new HeartbeatStatistics(node.configuration().nodeName(), partner.name()), linkKeeper::isConnected,
            exchange::partnerClients);
        this.verdict = new PartnerVerdict(node, state);
        partner.follow(state);
    }

    /**
     * Does what is due.
     *
     * @return in how many nanoseconds to call again, unless an event requires it earlier; {@link #AT_ONCE} or {@link
     *         #NOTHING_DUE}.
     */
    long advance() {
        if (ending != null) {
            finishEnding();
        }
        if (session != null || linkKeeper.isConnected() && linkKeeper.link() == usedLink) {
            heartbeat.look();
        }
        final boolean hadSession = session != null;
        long delayNs;
        try {
            delayNs = Math.min(access.maintain(clock.getAsLong()), advanceLink());
            if (session != null) {
                exchange.advance(access.mailbox());
            }
        } finally {
            // The partner's silence is judged even if everything else keeps failing.
            if (session != null && verdict.judge() == Liveness.DEAD) {
                declareDead();
            }
        }
        if (session != null) {
            return isToWrite() ? AT_ONCE : Math.min(delayNs, Math.min(intervalNs, verdict.untilChangeNs()));
        }
        return hadSession ? AT_ONCE : linkKeeper.isConnected() ? Math.min(delayNs, intervalNs) : delayNs;
    }

    private boolean isToWrite() {
        return exchange.hasNews() && linkKeeper.isConnected() && !outbox.isOutstanding() && !heartbeat.isOutstanding();
    }

    private long advanceLink() {
        final long delayNs = linkKeeper.advance(self);
        if (!linkKeeper.isConnected()) {
            if (session != null && linkKeeper.hasFoundPartnerLeaving()) {
                endAsLeft();
            }
            return delayNs;
        }
        if (linkKeeper.link() != usedLink) {
            beginUsingLink();
        }
        return Math.min(intervalNs, useLink());
    }

    /** Handles a new link, which may lead to another incarnation, or to a partner that gave up the session. */
    private void handleDiscovery(final Incarnation found) {
        final Session former = session;
        if (former == null || former.partnerSide().equals(found)) {
            return;
        }
        if (former.partnerSide().bootId().equals(found.bootId())) {
            end(new SessionEnding(false, ClusterClient::sessionDropped, new NodeEvent.SessionDropped(former)));
        } else {
            end(new SessionEnding(!found.bootId().equals(access.connectedBootId()), ClusterClient::partnerRestarted,
                new NodeEvent.PartnerRestarted(former, found.bootId())));
        }
    }

    private void beginUsingLink() {
        usedLink = linkKeeper.link();
        partnerSide = linkKeeper.partnerSide();
        heartbeat = new Heartbeat(linkKeeper.link(), partnerSide.bootId(), linkKeeper.partnerGeneration(),
            state.heartbeats(), clock, intervalNs, operationTimeoutNs);
        outbox = new Outbox(linkKeeper.link(), new Outbox.Parties(self, partnerSide, node.phase()),
            node.information(), exchange, clock, operationTimeoutNs, () -> ++lastSequence);
        exchange.resend();
        looks.begin(clock.getAsLong());
        if (session != null && state.path() != linkKeeper.path()) {
            exchange.changePath(linkKeeper.path());
            listener.on(new NodeEvent.PathChanged(session, linkKeeper.path()));
        }
        state.noteHandshake(linkKeeper.takeTimes(), linkKeeper.path(), linkKeeper.link().status().bootPhase());
    }

    private long useLink() {
        if (!heartbeat.isOutstanding()) {
            final boolean informed = outbox.hasInformed();
            final Outbox.Progress progress = outbox.advance();
            if (progress == Outbox.Progress.FAILED) {
                return handleLoss("a WRITE into the partner's mailbox failed or did not complete in time");
            }
            if (progress == Outbox.Progress.PENDING) {
                return linkKeeper.link().isBroken() ? handleLoss("the connection ended")
                    : Math.max(AT_ONCE, outbox.deadlineNs() - clock.getAsLong());
            }
            if (!informed && outbox.hasInformed()) {
                listener.on(new NodeEvent.ExchangeStepTaken(partner, ExchangeStep.PEER_INFORMATION_SENT, ""));
            }
        }
        return pollHeartbeat();
    }

    private long pollHeartbeat() {
        final Heartbeat.Beat beat = heartbeat.advance();
        switch (beat) {
            case HEARD -> noteHeartbeat();
            case LEAVING -> {
                return handleLeave();
            }
            case RESTARTED -> {
                return handleLoss("its boot-status variable is that of another incarnation");
            }
            case FAILED -> {
                return handleLoss(heartbeat.failure() == null ? "a heartbeat READ did not complete in time"
                    : "a heartbeat READ failed: " + heartbeat.failure());
            }
            case TORN -> {
                if (session != null) {
                    verdict.noteTornRecord();
                }
            }
            case IDLE, PENDING -> {
                if (linkKeeper.link().isBroken()) {
                    return handleLoss("the connection ended");
                }
            }
        }
        if (session == null && !establish()) {
            return AT_ONCE;
        }
        return untilNext();
    }

    private long handleLoss(final String detail) {
        if (linkKeeper.link().isBroken() || heartbeat.hasPartnerEndedAccess()) {
            untold = false;
        }
        return linkKeeper.handleLoss(detail);
    }

    private long untilNext() {
        final long nowNs = clock.getAsLong();
        final long delayNs =
            heartbeat.isOutstanding() ? intervalNs : Math.max(AT_ONCE, heartbeat.dueNs() - nowNs);
        return linkKeeper.link().hasNotifications() || !exchange.isUnsettled() ? delayNs
            : Math.min(delayNs, looks.untilNextNs(nowNs));
    }

    private void noteHeartbeat() {
        linkKeeper.markGood();
        state.noteBootPhase(heartbeat.phase());
        if (session != null) {
            verdict.noteCounter(heartbeat.counter());
        }
    }

    /** Brings the session up if the partner has written all of it. Returns false if the partner is refused. */
    private boolean establish() {
        if (leaving || !outbox.hasInformed()) {
            return true;
        }
        final Introduction partnerSays = Introduction.examine(node, partner, access.mailbox(), partnerSide, self);
        if (partnerSays.refusal() != AttemptOutcome.OK) {
            linkKeeper.handleFailedAttempt(partnerSays.refusal(), partnerSays.detail());
            return false;
        }
        if (partnerSays.information() != null) {
            beginSession(partnerSays.information());
        }
        return true;
    }

    private void beginSession(final PeerInformation information) {
        final Session begun = new Session(
            partner, self, partnerSide, linkKeeper.partnerGeneration(), state.handshake(), information);
        verdict.begin(begun, heartbeat.counter());
        session = begun;
        state.beginSession(session);
        listener.on(new NodeEvent.ExchangeStepTaken(partner, ExchangeStep.PEER_INFORMATION_RECEIVED, ""));
        listener.on(new NodeEvent.SessionUp(session));
        exchange.begin(session, state.path());
        looks.begin(clock.getAsLong());
    }

    private void declareDead() {
        final Session ended = session;
        final Silence silence = verdict.silence();
        final Incarnation next = new Incarnation(self.bootId(), self.epoch() + 1);
        final SessionEnding dead = new SessionEnding(true, ClusterClient::partnerDown,
            new NodeEvent.LivenessChanged(ended, Liveness.DEAD, silence), new NodeEvent.PartnerDown(ended, silence));
        self = next;
        end(dead);
        if (linkKeeper.hasLink()) {
            linkKeeper.disconnect(AttemptOutcome.UNREACHABLE);
        }
    }

    private long handleLeave() {
        endAsLeft();
        return linkKeeper.disconnect(AttemptOutcome.PARTNER_LEAVING);
    }

    private void endAsLeft() {
        linkKeeper.expectAbsence();
        final Session ended = session;
        if (ended == null) {
            access.revoke();
        } else {
            end(new SessionEnding(true, ClusterClient::partnerLeft, new NodeEvent.PartnerLeft(ended)));
        }
    }

    private void end(final SessionEnding begun) {
        ending = begun;
        finishEnding();
    }

    /**
     * Revokes the partner's access, and only then notifies clients and listener. The next call repeats what failed, and
     * nobody is notified twice.
     */
    private void finishEnding() {
        final SessionEnding unfinished = ending;
        exchange.fence();
        if (unfinished.revokes() && session != null) {
            access.revoke();
        }
        session = null;
        untold = false;
        state.endSession();
        try {
            exchange.end(unfinished.clientNews());
        } finally {
            unfinished.tell(listener);
        }
        ending = null;
    }

    /**
     * Answers a partner that wants to connect.
     *
     * @param request its request.
     */
    void answer(final IncomingRequest request) {
        if (leaving) {
            request.reject(Rejection.LEAVING);
            untold = false;
            return;
        }
        request.accept(self.epoch());
        linkKeeper.expectPartner();
        if (linkKeeper.isConnected() && !partnerSide.bootId().equals(request.bootId())) {
            linkKeeper.handleLoss("it asks for a connection with another boot id");
        }
    }

    /** Starts again on a new link, after {@link #advance} has thrown. */
    void handleFailure(final Throwable failure) {
        linkKeeper.handleFailedAttempt(AttemptOutcome.CONNECTION_FAILED, failure.toString());
    }

    /** Makes no more attempts, but keeps reading heartbeats until the partner has seen that this node leaves. */
    void leave() {
        leaving = true;
        untold = session != null && (linkKeeper.isConnected() || access.connectedBootId() == null);
        linkKeeper.leave();
        if (heartbeat != null) {
            heartbeat.leave();
        }
        if (session == null && linkKeeper.hasLink()) {
            linkKeeper.close();
        }
    }

    /** Whether an attempt to connect is under way; it ends within its time limit. */
    boolean isConnecting() {
        return linkKeeper.isConnecting();
    }

    /** Whether the partner is no longer connected to this node, and knows why. */
    boolean hasLetGo() {
        return !untold && access.connectedBootId() == null;
    }

    /** Ends the link and all ports. No attempt to connect may be under way. */
    void close() {
        leaving = true;
        Closing.closeAll(List.<Runnable>of(linkKeeper::close, exchange::fence, this::endSession), Runnable::run);
    }

    private void endSession() {
        session = null;
        state.endSession();
        exchange.end(null);
    }

    Partner partner() {
        return partner;
    }

    Session session() {
        return session;
    }
}
