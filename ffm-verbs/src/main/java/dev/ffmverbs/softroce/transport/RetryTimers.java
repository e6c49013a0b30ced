// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * Determines when a requester retries, and how many retries remain.
 *
 * <p>The transport timeout detects a lost peer and spans many round trips. If nothing follows a lost train, nothing
 * reports its loss. The requester therefore sends it again <i>early</i>, when its response is late compared with the
 * round trips so far (RFC 6298). An early retransmission does not use up a retry. Each consecutive one waits twice as
 * long, until the transport timeout is reached.
 *
 * <p>Two deadlines exclude each other: the transport timer while something is unanswered, and the delay requested by an
 * RNR NAK. Times are readings of one monotonic clock, compared by difference.
 */
final class RetryTimers {

    private static final int VARIATIONS = 4;
    private static final int MAX_DOUBLINGS = 20;
    /** Number of consecutive early retransmissions without an answer, after which ordinary loss is unlikely. */
    private static final int SILENT_DOUBLINGS = 4;

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

    /** Smoothed round trip and its variation. Both are 0 before the first measurement. */
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

    /** Starts the transport timer for a packet that was sent, unless it is already running. */
    void startUnlessRunning(final long nowNs) {
        if (!unanswered) {
            restart(nowNs);
        }
    }

    /** Measures the time until a packet, sent for the first time, is answered. Measures one packet at a time. */
    void measure(final int psn, final long nowNs) {
        if (!measures) {
            measures = true;
            measuredPsn = psn;
            measuredSinceNs = nowNs;
        }
    }

    /** Ends the measurement, because a response could belong to either of two packets. */
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

    /** Restores all retries, because the peer answered something new: everything before a packet. */
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

    /** Prepares for retransmission of everything unanswered. */
    void restart(final long nowNs) {
        waitingForReceiver = false;
        unanswered = true;
        transportDeadlineNs = nowNs + timeoutNs;
        setEarlyDeadline(nowNs);
    }

    /** Like {@link #restart}, after a deadline. The transport timeout continues if the deadline was an early one. */
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

    /** Returns whether a response is late, but not by the transport timeout. Valid only if the deadline is due. */
    boolean isEarly(final long nowNs) {
        return nowNs - transportDeadlineNs < 0;
    }

    /** Returns whether the peer answered nothing new to several consecutive early retransmissions. */
    boolean isPeerSilent() {
        return doublings >= SILENT_DOUBLINGS;
    }

    /**
     * Uses one of the retries for a peer without a posted receive.
     *
     * @return false if none is left.
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
     * Uses one of the retries for a silent peer.
     *
     * @return false if none is left.
     */
    boolean retry() {
        return retriesLeft-- > 0;
    }

    boolean isWaitingForReceiver() {
        return waitingForReceiver;
    }

    /** Returns whether there is a deadline. */
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
