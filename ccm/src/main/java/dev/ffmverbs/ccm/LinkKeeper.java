// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.handshake.BackOff;
import dev.ffmverbs.ccm.internal.handshake.Handshake;
import dev.ffmverbs.ccm.internal.handshake.HandshakeTrace;
import dev.ffmverbs.ccm.internal.link.LinkException;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.link.PartnerPath;
import dev.ffmverbs.ccm.internal.thread.Completions;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.HandshakeTimes;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.Timeouts;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Keeps this node's link to a partner. It tries one path after the other until a handshake is complete, and starts
 * again when the link is lost.
 *
 * <p>Used by the session thread. Does no I/O and reads no clock.
 */
final class LinkKeeper {

    private enum Stage {
        WAITING,
        CONNECTING,
        SHAKING_HANDS,
        CONNECTED
    }

    private static final long CONNECT_TIMEOUTS = 2;

    private final Partner partner;
    private final LocalNode node;
    private final List<? extends PartnerPath> paths;
    private final BackOff backOff;
    private final HandshakeTrace trace;
    private final long operationTimeoutNs;

    /** After how long an attempt without a result is given up. */
    private final long giveUpAfterNs;
    private final Consumer<Incarnation> onFound;
    private final Runnable wakeUp;
    private final AttemptPace.Place pace;
    private final FirstPathProbe probe;

    private volatile Stage stage = Stage.WAITING;
    private long retryAtNs;
    private AttemptOutcome lastOutcome = AttemptOutcome.OK;
    private int path;
    private int pathsTried;
    private int attempt;
    private int attemptsBefore;
    private boolean leaving;
    private ConnectAttempt connecting;
    private PartnerLink link;
    private Handshake handshake;
    private boolean found;

    /** Whether the partner is expected to be away, so that failed attempts are not reported. */
    private boolean quiet;

    /** Why the connection ended while one over the first path was made to replace it; null if it did not end. */
    private String endedMeanwhile;

    /**
     * Creates the keeper of a link that is due immediately.
     *
     * @param onFound receives the partner's incarnation in each attempt, as soon as the first READ has delivered it.
     * @param wakeUp  called, on any thread, when an attempt to connect has ended and {@link #advance} is to be called.
     */
    LinkKeeper(
        final Partner partner, final LocalNode node, final List<? extends PartnerPath> paths,
        final RandomGenerator random, final Consumer<Incarnation> onFound, final Runnable wakeUp) {
        this.partner = partner;
        this.node = node;
        this.paths = paths;
        this.backOff = new BackOff(random);
        this.trace = new HandshakeTrace(
            entry -> node.listener().on(new NodeEvent.HandshakeStepEnded(partner, entry)));
        this.operationTimeoutNs = node.configuration().timeouts().operation().toNanos();
        this.giveUpAfterNs = giveUpAfterNs(node.configuration().timeouts());
        this.retryAtNs = node.clock().getAsLong();
        this.onFound = onFound;
        this.wakeUp = wakeUp;
        this.pace = node.pace().newPlace(wakeUp);
        this.probe = new FirstPathProbe(() -> connectOver(0), backOff, node.clock());
    }

    /** After how long an attempt to connect without a result is given up. */
    static long giveUpAfterNs(final Timeouts timeouts) {
        return CONNECT_TIMEOUTS * timeouts.connect().toNanos();
    }

    /**
     * Does what is due.
     *
     * @return in how many nanoseconds to call again, unless an event requires it earlier.
     */
    long advance(final Incarnation self) {
        return switch (stage) {
            case WAITING -> connectWhenDue(self);
            case CONNECTING -> pollConnect(self);
            case SHAKING_HANDS -> pollHandshake();
            case CONNECTED -> failBack(self);
        };
    }

    /** Returns to the first path as soon as it works again. */
    private long failBack(final Incarnation self) {
        if (path == 0 || leaving) {
            return PartnerSession.NOTHING_DUE;
        }
        final long waitNs = probe.advance();
        if (waitNs > 0) {
            return waitNs;
        }
        adoptProbe();
        return pollConnect(self);
    }

    /** Replaces the connection by the attempt over the first path. */
    private void adoptProbe() {
        connecting = probe.take();
        path = 0;
        attempt++;
        stage = Stage.CONNECTING;
        closeLink();
    }

    private ConnectAttempt connectOver(final int overPath) {
        final long giveUpAtNs = node.clock().getAsLong() + giveUpAfterNs;
        final CompletableFuture<PartnerLink> begun = paths.get(overPath).connect();
        Completions.follow(begun, "partner " + partner.name(), (made, failure) -> wakeUp.run());
        return new ConnectAttempt(begun, giveUpAtNs);
    }

    private long connectWhenDue(final Incarnation self) {
        if (leaving) {
            return PartnerSession.NOTHING_DUE;
        }
        final long nowNs = node.clock().getAsLong();
        final long waitNs = nowNs - retryAtNs < 0 ? retryAtNs - nowNs : pace.take(nowNs);
        if (waitNs > 0) {
            return waitNs;
        }
        attempt++;
        connecting = connectOver(path);
        stage = Stage.CONNECTING;
        return pollConnect(self);
    }

    private long pollConnect(final Incarnation self) {
        if (!connecting.isDone()) {
            final long nowNs = node.clock().getAsLong();
            if (!connecting.giveUpWhenOverdue(nowNs)) {
                return connecting.leftNs(nowNs);
            }
            connecting = null;
            return handleFailedAttempt(AttemptOutcome.CONNECTION_FAILED,
                "an attempt to connect had no result within " + giveUpAfterNs / 1_000_000 + " ms");
        }
        try {
            link = connecting.result().join();
        } catch (final CompletionException e) {
            if (e.getCause() instanceof LinkException refused) {
                return handleFailedAttempt(refused.outcome(), refused.getMessage());
            }
            throw e;
        } catch (final CancellationException givenUp) {
            return disconnect(0);
        } finally {
            connecting = null;
        }
        if (leaving) {
            return disconnect(0);
        }
        final Handshake.Parties parties =
            new Handshake.Parties(self, node.phase().get(), link.partnerEpoch(), this::proveInHello);
        handshake = new Handshake(link, new Handshake.Path(attempt, link.localAddress(), link.remoteAddress()),
            parties, trace, node.clock(), operationTimeoutNs);
        found = false;
        stage = Stage.SHAKING_HANDS;
        return pollHandshake();
    }

    private byte[] proveInHello(final BootId partnerBootId) {
        return node.identity().prove(Proof.Role.HELLO, partner.name(), partnerBootId);
    }

    private long pollHandshake() {
        final Handshake.Progress progress = handshake.advance();
        final BootId bootId = handshake.partnerBootId();
        if (bootId != null && !found) {
            found = true;
            onFound.accept(new Incarnation(bootId, link.partnerEpoch()));
        }
        return switch (progress) {
            case FAILED -> handleFailedAttempt(handshake.outcome(), handshake.detail());
            case COMPLETE -> complete();
            case PENDING -> link.isBroken()
                ? handleFailedAttempt(AttemptOutcome.CONNECTION_FAILED, "the connection ended during the handshake")
                : Math.max(0, handshake.deadlineNs() - node.clock().getAsLong());
        };
    }

    private long complete() {
        pace.release();
        lastOutcome = AttemptOutcome.OK;
        stage = Stage.CONNECTED;
        quiet = false;
        endedMeanwhile = null;
        return probe.postpone();
    }

    /** Handles an attempt or a connection that turned out to be useless. */
    long handleFailedAttempt(final AttemptOutcome outcome, final String detail) {
        final String ended = endedMeanwhile;
        final boolean expected = quiet && outcome.retry() == AttemptOutcome.Retry.PARTNER_ABSENT;
        final long waitNs = disconnect(outcome);
        if (ended != null) {
            endedMeanwhile = null;
            node.listener().on(new NodeEvent.ConnectionLost(partner, ended));
        }
        if (!expected) {
            node.listener().on(new NodeEvent.AttemptFailed(partner, outcome, detail));
        }
        return waitNs;
    }

    /**
     * Handles the end of the connection. It is reported only if no connection over the first path replaces this one.
     */
    long handleLoss(final String detail) {
        final boolean replaced = probe.isUnderWay();
        final long waitNs = disconnect(AttemptOutcome.CONNECTION_FAILED);
        if (replaced) {
            endedMeanwhile = detail;
        } else if (!leaving) {
            node.listener().on(new NodeEvent.ConnectionLost(partner, detail));
        }
        return waitNs;
    }

    /** Suppresses reports of failed attempts, because the partner has left cleanly, until it is back. */
    void expectAbsence() {
        quiet = true;
        backOff.expectAbsence();
    }

    /** Gives the connection up without a report, and tries again when its outcome says. */
    long disconnect(final AttemptOutcome outcome) {
        lastOutcome = outcome;
        if (probe.isUnderWay()) {
            adoptProbe();
            return PartnerSession.AT_ONCE;
        }
        pathsTried++;
        final boolean pathAtFault = outcome == AttemptOutcome.UNREACHABLE
            || outcome.retry() == AttemptOutcome.Retry.SOON;
        path = pathAtFault ? (path + 1) % paths.size() : 0;
        final boolean othersLeft = pathAtFault && pathsTried < paths.size();
        if (!othersLeft) {
            pathsTried = 0;
        }
        return disconnect(othersLeft ? 0 : backOff.nextWaitNs(outcome));
    }

    /** Gives up the connection, if there is one, and waits. */
    private long disconnect(final long waitNs) {
        pace.release();
        stage = Stage.WAITING;
        retryAtNs = node.clock().getAsLong() + waitNs;
        closeLink();
        return leaving ? PartnerSession.NOTHING_DUE : waitNs;
    }

    private void closeLink() {
        final PartnerLink former = link;
        link = null;
        handshake = null;
        if (former != null) {
            former.close();
        }
    }

    /** Whether the last attempt found the partner about to leave. */
    boolean hasFoundPartnerLeaving() {
        return lastOutcome == AttemptOutcome.PARTNER_LEAVING;
    }

    /** Notes that the partner has shown signs of life. */
    void expectPartner() {
        pace.comeFirst();
        if (stage == Stage.WAITING && lastOutcome.retry() == AttemptOutcome.Retry.PARTNER_ABSENT) {
            retryAtNs = node.clock().getAsLong();
        }
    }

    /** Notes that the connection works. */
    void markGood() {
        backOff.reset();
        pathsTried = 0;
    }

    /** Makes no more attempts and gives up those under way. An existing connection stays. */
    void leave() {
        leaving = true;
        pace.release();
        if (connecting != null) {
            connecting.result().cancel(true);
        }
        probe.end();
    }

    /** Ends the connection. No attempt to connect may be under way. */
    void close() {
        leaving = true;
        disconnect(0);
    }

    /** Whether an attempt to connect is under way; it ends within its time limit. */
    boolean isConnecting() {
        return connecting != null || probe.isUnderWay();
    }

    /** Whether there is a connection on which the handshake is complete. */
    boolean isConnected() {
        return stage == Stage.CONNECTED;
    }

    boolean hasLink() {
        return link != null;
    }

    PartnerLink link() {
        return link;
    }

    /** The partner's incarnation, as found by the completed handshake. */
    Incarnation partnerSide() {
        return new Incarnation(handshake.partnerBootId(), link.partnerEpoch());
    }

    long partnerGeneration() {
        return handshake.partnerGeneration();
    }

    /** Takes the times of the completed handshake; they can be taken once. */
    HandshakeTimes takeTimes() {
        final HandshakeTimes times = handshake.times(attempt - attemptsBefore);
        attemptsBefore = attempt;
        return times;
    }

    int path() {
        return path;
    }

    HandshakeTrace trace() {
        return trace;
    }
}
