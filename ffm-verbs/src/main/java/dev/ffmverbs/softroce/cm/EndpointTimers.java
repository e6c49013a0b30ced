// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import java.util.concurrent.TimeUnit;

/**
 * The events one endpoint waits for: the answer to a message, and a sign of life from a peer that may be gone.
 *
 * <p>The {@link TimerQueue} holds the earliest of the endpoint's deadlines. Guarded by the communication manager's
 * lock.
 */
final class EndpointTimers {

    /** When a change that has failed is tried again: late enough not to take time from other connections. */
    private static final long AFTER_FAILURE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EndpointContext context;
    private final ConnectionEndpoint endpoint;

    /** The message that is sent until it is answered, or null. */
    private Retransmission retransmission;

    /** The claim that the peer of this live connection is gone, or null. */
    private StaleClaim claim;

    EndpointTimers(final EndpointContext context, final ConnectionEndpoint endpoint) {
        this.context = context;
        this.endpoint = endpoint;
    }

    /** Starts to wait for the answer to a message just sent. The message is sent again until the answer arrives. */
    void awaitAnswer(final ManagementMessage message, final long patienceNs, final long nowNs) {
        retransmission = new Retransmission(message, context.settings().retryIntervalNs(), patienceNs, nowNs);
        schedule();
    }

    boolean isAwaitingAnswer() {
        return retransmission != null;
    }

    /** Returns whether the peer still has time to answer. */
    boolean mayRetransmit(final long nowNs) {
        return retransmission != null && !retransmission.isTimeUp(nowNs);
    }

    /** Returns the message whose answer is awaited. */
    ManagementMessage unansweredMessage() {
        return retransmission.message();
    }

    /** Plans the next transmission after one at a given time. */
    void planRetransmission(final long nowNs) {
        retransmission.planNext(nowNs);
        schedule();
    }

    void hastenRetransmission() {
        retransmission.hasten();
        schedule();
    }

    void slowDownRetransmission(final long intervalNs, final long patienceNs, final long nowNs) {
        retransmission.slowDown(intervalNs, patienceNs, nowNs);
        schedule();
    }

    /** Stops waiting for an answer. */
    void stopRetransmission() {
        retransmission = null;
        schedule();
    }

    /** Starts to probe the peer, whose queue pair a request names. Has no effect while the peer is being probed. */
    void startProbing(final int localQueuePair, final ManagementMessage request, final long nowNs) {
        if (claim == null) {
            claim = new StaleClaim(context, localQueuePair, request, nowNs);
            schedule();
        }
    }

    /** Returns the claim that is being examined, or null. */
    StaleClaim claim() {
        return claim;
    }

    boolean isProbeDue(final long nowNs) {
        return claim != null && claim.isDue(nowNs);
    }

    void probeAgain(final long nowNs) {
        claim.probe(nowNs);
        schedule();
    }

    /** Stops probing the peer. */
    void stopProbing() {
        claim = null;
        schedule();
    }

    /** Sets when the endpoint continues if what it is about to do fails; if it succeeds, it sets another time. */
    void postpone(final long nowNs) {
        context.timers().set(endpoint, nowNs + AFTER_FAILURE_NS);
    }

    /** Stops waiting for anything but the end of a time. */
    void awaitOnly(final long deadlineNs) {
        retransmission = null;
        claim = null;
        context.timers().set(endpoint, deadlineNs);
    }

    /** Stops waiting for anything. */
    void stop() {
        retransmission = null;
        claim = null;
        context.timers().cancel(endpoint);
    }

    /** Sets the time of what the endpoint waits for, if it waits for anything. */
    void schedule() {
        if (retransmission == null && claim == null) {
            context.timers().cancel(endpoint);
        } else if (retransmission == null || claim != null && claim.deadlineNs() - retransmission.deadlineNs() < 0) {
            context.timers().set(endpoint, claim.deadlineNs());
        } else {
            context.timers().set(endpoint, retransmission.deadlineNs());
        }
    }

    @Override
    public String toString() {
        return "EndpointTimers[" + retransmission + ", " + claim + "]";
    }
}
