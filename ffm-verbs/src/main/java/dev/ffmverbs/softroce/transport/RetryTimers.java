// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * When a requester tries again, and how often it still may.
 *
 * <p>The transport timeout is meant to find out that a peer is gone, and is many round trips long. If nothing comes
 * after a lost train, nothing tells of its loss. It is sent again <i>early</i>: when its answer is late, given what
 * round trips took so far (RFC 6298). That uses no tries. Each time in a row it takes twice as long, until the
 * transport timeout has come.
 *
 * <p>Two deadlines exclude each other: the transport timer while something is unanswered, and the wait that an RNR NAK
 * asked for. Times are readings of one monotonic clock, compared by difference.
 */
final class RetryTimers {

    private static final int VARIATIONS = 4;
    private static final int MAX_DOUBLINGS = 20;

    private long timeoutNs;
    private long minimumTimeoutNs;
    private int retryLimit;
    private int rnrRetryLimit;

    private int retriesLeft;
    private int rnrRetriesLeft;
    private boolean unanswered;
    private boolean waitingForReceiver;
    private long deadlineNs;
    private long transportDeadlineNs;

    /** Smoothed round trip and its variation; 0 before the first one was measured. */
    private long roundTripNs;
    private long variationNs;
    private int doublings;
    private boolean measures;
    private int measuredPsn;
    private long measuredSinceNs;

    void configure(final SendAttributes attributes, final long leastTimeoutNs) {
        minimumTimeoutNs = leastTimeoutNs;
        roundTripNs = 0;
        variationNs = 0;
        doublings = 0;
        measures = false;
        timeoutNs = attributes.timeoutNs(minimumTimeoutNs);
        retryLimit = attributes.retryCount();
        rnrRetryLimit = attributes.rnrRetryCount();
        retriesLeft = retryLimit;
        rnrRetriesLeft = rnrRetryLimit;
        stop();
    }

    void stop() {
        unanswered = false;
        waitingForReceiver = false;
    }

    /** Starts the transport timer for a packet that was sent, unless it runs already. */
    void startUnlessRunning(final long nowNs) {
        if (!unanswered) {
            restart(nowNs);
        }
    }

    /** Measures how long it takes until a packet, sent for the first time, is answered; one at a time. */
    void measure(final int psn, final long nowNs) {
        if (!measures) {
            measures = true;
            measuredPsn = psn;
            measuredSinceNs = nowNs;
        }
    }

    /** Ends measuring, because an answer would not tell which of two packets it answers. */
    void endMeasuring() {
        measures = false;
    }

    private void measureAnswer(final int unacked, final long nowNs) {
        if (measures && PacketSequenceNumber.distance(measuredPsn, unacked) > 0) {
            measures = false;
            final long sampleNs = nowNs - measuredSinceNs;
            if (roundTripNs == 0) {
                roundTripNs = sampleNs;
                variationNs = sampleNs / 2;
            } else {
                variationNs += (Math.abs(roundTripNs - sampleNs) - variationNs) / 4;
                roundTripNs += (sampleNs - roundTripNs) / 8;
            }
        }
    }

    /** Makes all tries available again, because the peer answered something new: everything before a packet. */
    void renew(final long nowNs, final int unacked, final boolean moreUnanswered) {
        measureAnswer(unacked, nowNs);
        doublings = 0;
        retriesLeft = retryLimit;
        rnrRetriesLeft = rnrRetryLimit;
        waitingForReceiver = false;
        if (moreUnanswered) {
            restart(nowNs);
        } else {
            unanswered = false;
        }
    }

    /** Everything unanswered is about to be sent again. */
    void restart(final long nowNs) {
        waitingForReceiver = false;
        unanswered = true;
        transportDeadlineNs = nowNs + timeoutNs;
        setEarlyDeadline(nowNs);
    }

    /** As {@link #restart}, because a deadline has come: the transport timeout goes on when it was an early one. */
    void restartExpired(final long nowNs) {
        if (waitingForReceiver || !isEarly(nowNs)) {
            restart(nowNs);
        } else {
            doublings = Math.min(MAX_DOUBLINGS, doublings + 1);
            setEarlyDeadline(nowNs);
        }
    }

    private void setEarlyDeadline(final long nowNs) {
        deadlineNs = transportDeadlineNs;
        if (roundTripNs != 0) {
            final long lateNs = Math.max(minimumTimeoutNs, 2 * roundTripNs + VARIATIONS * variationNs) << doublings;
            if (transportDeadlineNs - nowNs > lateNs) {
                deadlineNs = nowNs + lateNs;
            }
        }
    }

    /** Whether an answer is late, but not by the transport timeout; only when due. */
    boolean isEarly(final long nowNs) {
        return nowNs - transportDeadlineNs < 0;
    }

    /**
     * Uses one of the tries that a peer without a receive leaves.
     *
     * @return false when none is left.
     */
    boolean waitForReceiver(final long nowNs, final long delayNs) {
        if (rnrRetryLimit != SendAttributes.RNR_RETRY_FOREVER && rnrRetriesLeft-- == 0) {
            return false;
        }
        waitingForReceiver = true;
        deadlineNs = nowNs + delayNs;
        return true;
    }

    /**
     * Uses one of the tries that a silent peer leaves.
     *
     * @return false when none is left.
     */
    boolean retry() {
        return retriesLeft-- > 0;
    }

    boolean isWaitingForReceiver() {
        return waitingForReceiver;
    }

    /** Whether there is a deadline at all. */
    boolean isRunning() {
        return waitingForReceiver || unanswered && timeoutNs != 0;
    }

    long deadlineNs() {
        return deadlineNs;
    }

    boolean isDue(final long nowNs) {
        return isRunning() && nowNs - deadlineNs >= 0;
    }
}
