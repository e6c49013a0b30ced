// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.handshake.AttemptOutcome;
import dev.ffmverbs.ccm.handshake.BackOff;
import dev.ffmverbs.ccm.handshake.Handshake;
import dev.ffmverbs.ccm.handshake.HandshakeTimes;
import dev.ffmverbs.ccm.handshake.HandshakeTrace;
import dev.ffmverbs.ccm.link.IncomingRequest;
import dev.ffmverbs.ccm.link.LinkException;
import dev.ffmverbs.ccm.link.PartnerAccess;
import dev.ffmverbs.ccm.link.PartnerConnector;
import dev.ffmverbs.ccm.link.PartnerLink;
import dev.ffmverbs.ccm.link.Rejection;
import dev.ffmverbs.ccm.liveness.Heartbeat;
import dev.ffmverbs.ccm.liveness.HeartbeatStatistics;
import dev.ffmverbs.ccm.liveness.Liveness;
import dev.ffmverbs.ccm.liveness.LivenessDetector;
import dev.ffmverbs.ccm.memory.BootId;
import dev.ffmverbs.ccm.memory.BootPhase;
import dev.ffmverbs.ccm.memory.Greeting;
import dev.ffmverbs.ccm.memory.Incarnation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Everything this node does about one partner, as a state machine: connect, shake hands, beat, and begin again.
 *
 * <p>One thread calls {@link #advance}, which never blocks, and all other methods but the accessors that
 * {@link Partner} uses. No I/O and no clock of its own.
 */
final class PartnerSession {

    /** Nothing to do until something else happens. */
    static final long NOTHING_DUE = Long.MAX_VALUE;

    /** An operation is outstanding and may complete at any time. */
    static final long POLL_AGAIN = 0;

    private enum Stage {
        WAITING,
        CONNECTING,
        SHAKING_HANDS,
        BEATING
    }

    /** What the session shares with all others of its node. */
    record Node(NodeConfiguration configuration, BootId bootId, Supplier<BootPhase> phase, SessionListener listener,
        LongSupplier clock) {
    }

    private final Partner partner;
    private final Node node;
    private final PartnerConnector connector;
    private final PartnerAccess access;
    private final SessionListener listener;
    private final LongSupplier clock;
    private final BackOff backOff;
    private final HandshakeTrace trace;
    private final HeartbeatStatistics statistics = new HeartbeatStatistics();
    private final long intervalNs;
    private final long operationTimeoutNs;

    private Stage stage = Stage.WAITING;
    private Incarnation self;
    private long retryAtNs;
    private AttemptOutcome lastOutcome = AttemptOutcome.OK;
    private int attempt;
    private int attemptsBefore;
    private boolean leaving;
    private CompletableFuture<PartnerLink> connecting;
    private PartnerLink link;
    private Handshake handshake;
    private Incarnation partnerSide;
    private Heartbeat heartbeat;
    private LivenessDetector detector;
    private long heardNs;

    private volatile Session session;
    private volatile Liveness liveness = Liveness.DEAD;
    private volatile HandshakeTimes handshakeTimes;

    PartnerSession(
        final Partner partner, final Node node, final PartnerConnector connector, final PartnerAccess access,
        final RandomGenerator random) {
        this.partner = partner;
        this.node = node;
        this.connector = connector;
        this.access = access;
        this.listener = node.listener();
        this.clock = node.clock();
        this.backOff = new BackOff(random);
        this.trace = new HandshakeTrace(entry -> listener.handshakeStep(partner, entry));
        this.intervalNs = node.configuration().liveness().interval().toNanos();
        this.operationTimeoutNs = node.configuration().operationTimeout().toNanos();
        this.self = new Incarnation(node.bootId(), 0);
        this.retryAtNs = clock.getAsLong();
        partner.follow(this);
    }

    /**
     * Does what is due.
     *
     * @return in how many nanoseconds to call again, {@link #POLL_AGAIN} or {@link #NOTHING_DUE}.
     */
    long advance() {
        access.connectedBootId();
        final long delayNs = switch (stage) {
            case WAITING -> waiting();
            case CONNECTING -> connecting();
            case SHAKING_HANDS -> shakingHands();
            case BEATING -> beating();
        };
        if (session == null) {
            return delayNs;
        }
        judge();
        return Math.min(delayNs, intervalNs);
    }

    private long waiting() {
        if (leaving) {
            return NOTHING_DUE;
        }
        final long waitNs = retryAtNs - clock.getAsLong();
        if (waitNs > 0) {
            return waitNs;
        }
        attempt++;
        stage = Stage.CONNECTING;
        connecting = connector.connect();
        return connecting();
    }

    private long connecting() {
        if (!connecting.isDone()) {
            return NOTHING_DUE;
        }
        try {
            link = connecting.join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof LinkException refused) {
                return attemptFailed(refused.outcome(), refused.getMessage());
            }
            throw e;
        } finally {
            connecting = null;
        }
        if (leaving) {
            return disconnected(0);
        }
        handshake = new Handshake(link, new Handshake.Path(attempt, link.localAddress(), link.remoteAddress()),
            new Handshake.Parties(self, node.phase().get(), link.partnerEpoch()), trace, clock, operationTimeoutNs);
        stage = Stage.SHAKING_HANDS;
        return shakingHands();
    }

    private long shakingHands() {
        final Handshake.Progress progress = handshake.advance();
        final BootId found = handshake.partnerBootId();
        if (found != null && session != null) {
            compareWithSession(new Incarnation(found, link.partnerEpoch()));
        }
        return switch (progress) {
            case FAILED -> attemptFailed(handshake.outcome(), handshake.detail());
            case COMPLETE -> handshakeComplete();
            case PENDING -> link.isBroken()
                ? attemptFailed(AttemptOutcome.CONNECTION_FAILED, "the connection ended during the handshake")
                : POLL_AGAIN;
        };
    }

    /** A new connection leads to the partner of the session, or to another incarnation of it, or to one that let go. */
    private void compareWithSession(final Incarnation found) {
        final Session former = session;
        if (former.partnerSide().equals(found)) {
            return;
        }
        endSession();
        if (former.partnerSide().bootId().equals(found.bootId())) {
            listener.sessionDropped(former);
        } else {
            if (!found.bootId().equals(access.connectedBootId())) {
                access.revoke();
            }
            listener.partnerRestarted(former, found.bootId());
        }
    }

    private long handshakeComplete() {
        partnerSide = new Incarnation(handshake.partnerBootId(), link.partnerEpoch());
        handshakeTimes = handshake.times(attempt - attemptsBefore);
        attemptsBefore = attempt;
        lastOutcome = AttemptOutcome.OK;
        if (session != null) {
            statistics.missed((clock.getAsLong() - heardNs) / intervalNs);
        }
        heartbeat = new Heartbeat(link, partnerSide.bootId(), handshake.partnerGeneration(), statistics, clock,
            intervalNs, operationTimeoutNs);
        stage = Stage.BEATING;
        return beating();
    }

    private long beating() {
        final Heartbeat.Beat beat = heartbeat.advance();
        switch (beat) {
            case HEARD -> heard();
            case LEAVING -> {
                return partnerLeft();
            }
            case RESTARTED -> {
                return connectionLost("its boot-status variable is that of another incarnation");
            }
            case FAILED -> {
                return connectionLost(heartbeat.failure() == null ? "a heartbeat READ did not complete in time"
                    : "a heartbeat READ failed: " + heartbeat.failure());
            }
            case IDLE, PENDING -> {
                if (link.isBroken()) {
                    return connectionLost("the connection ended");
                }
            }
        }
        if (session == null
            && access.mailbox().holds(Greeting.ESTABLISHED, partnerSide, self)) {
            sessionUp();
        }
        return beat == Heartbeat.Beat.PENDING ? POLL_AGAIN
            : Math.max(POLL_AGAIN, heartbeat.dueNs() - clock.getAsLong());
    }

    private void heard() {
        backOff.reset();
        heardNs = clock.getAsLong();
        if (session != null) {
            detector.heard(heardNs, heartbeat.counter());
        }
    }

    private void sessionUp() {
        heardNs = clock.getAsLong();
        detector = new LivenessDetector(node.configuration().liveness(), heardNs, heartbeat.counter());
        liveness = Liveness.ALIVE;
        session = new Session(partner, self, partnerSide, handshake.partnerGeneration(), handshakeTimes);
        listener.sessionUp(session);
    }

    private void judge() {
        final Liveness verdict = detector.tick(clock.getAsLong());
        if (verdict != liveness) {
            liveness = verdict;
            listener.livenessChanged(session, verdict, detector.silence());
            if (verdict == Liveness.DEAD) {
                declareDead();
            }
        }
    }

    /** Takes away what the partner could still write with, and only then says that it is down. */
    private void declareDead() {
        final Session ended = session;
        endSession();
        self = new Incarnation(self.bootId(), self.epoch() + 1);
        access.revoke();
        if (link != null) {
            disconnected(backOff.after(AttemptOutcome.UNREACHABLE));
        }
        listener.partnerDown(ended, detector.silence());
    }

    private long partnerLeft() {
        final Session ended = session;
        lastOutcome = AttemptOutcome.PARTNER_LEAVING;
        if (ended != null) {
            endSession();
            access.revoke();
            listener.partnerLeft(ended);
        }
        return disconnected(backOff.after(lastOutcome));
    }

    private void endSession() {
        session = null;
        liveness = Liveness.DEAD;
    }

    private long attemptFailed(final AttemptOutcome outcome, final String detail) {
        lastOutcome = outcome;
        listener.attemptFailed(partner, outcome, detail);
        return disconnected(backOff.after(outcome));
    }

    private long connectionLost(final String detail) {
        lastOutcome = AttemptOutcome.CONNECTION_FAILED;
        if (!leaving) {
            listener.connectionLost(partner, detail);
        }
        return disconnected(backOff.after(lastOutcome));
    }

    /** Gives the outgoing connection up, if there is one, and waits. */
    private long disconnected(final long waitNs) {
        if (link != null) {
            link.close();
            link = null;
        }
        handshake = null;
        heartbeat = null;
        stage = Stage.WAITING;
        retryAtNs = clock.getAsLong() + waitNs;
        return leaving ? NOTHING_DUE : waitNs;
    }

    /**
     * Answers a partner that wants to connect.
     *
     * @param request its request.
     */
    void requested(final IncomingRequest request) {
        if (leaving) {
            request.reject(Rejection.LEAVING);
            return;
        }
        request.accept(self.epoch());
        if (stage == Stage.WAITING && lastOutcome.retry() == AttemptOutcome.Retry.PARTNER_ABSENT) {
            retryAtNs = clock.getAsLong();
        } else if (stage == Stage.BEATING && !partnerSide.bootId().equals(request.bootId())) {
            connectionLost("it asks for a connection with another boot id");
        }
    }

    /** Something unforeseen went wrong in {@link #advance}: begin again on a fresh connection. */
    void failed(final RuntimeException failure) {
        attemptFailed(AttemptOutcome.CONNECTION_FAILED, failure.toString());
    }

    /** Makes no more attempts, and goes on beating until the partner has seen that this node leaves. */
    void leave() {
        leaving = true;
        if (session == null && link != null) {
            disconnected(0);
        }
    }

    /** Whether an attempt to connect is under way; it ends within its time limit. */
    boolean isConnecting() {
        return connecting != null;
    }

    /** Whether the partner has no connection to this node any more. */
    boolean hasLetGo() {
        return access.connectedBootId() == null;
    }

    /** Ends the outgoing connection; no attempt to connect is under way. */
    void close() {
        leaving = true;
        disconnected(0);
        session = null;
        liveness = Liveness.DEAD;
    }

    Session session() {
        return session;
    }

    Liveness liveness() {
        return liveness;
    }

    HandshakeTimes handshakeTimes() {
        return handshakeTimes;
    }

    HandshakeTrace trace() {
        return trace;
    }

    HeartbeatStatistics statistics() {
        return statistics;
    }
}
