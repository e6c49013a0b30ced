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
 * <p>A peer that is busy answers late, and requests that are sent again without need make it busier still. A transport
 * timeout is therefore longer if responses take longer, up to four times as long (IBTA 9.7.6.1.3). It uses up one retry
 * in any case, because the application chooses the number of retries by how many packets may be lost in a row. The
 * response to a request that was sent again is no measurement, because it may answer either packet. If both are
 * answered, the first response belongs to the first packet.
 *
 * <p>Two deadlines exclude each other: the transport timer while something is unanswered, and the delay requested by an
 * RNR NAK. Times are readings of one monotonic clock, compared by difference.
 */
final class RetryTimers {

    private static final int VARIATIONS = 4;
    /** Maximum length of a transport timeout, as a multiple of that in the attributes (IBTA 9.7.6.1.3). */
    private static final int MAX_TIMES = 4;
    private static final int MAX_DOUBLINGS = 20;
    /**
     * Time after which ordinary loss does not explain that a peer does not answer, as a multiple of the minimum
     * timeout. It is that of four early retransmissions.
     */
    private static final int SILENT_TIMES = 16;
    /** Minimum of that time, which is longer than a round trip in a local network. */
    private static final long MINIMUM_SILENCE_NS = 1_000_000;

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
    private boolean measuresSentAgain;
    private int measuredPsn;
    private long measuredSinceNs;

    /**
     * The last measured packet, if it was sent again, and the time from when it was sent first to its response. The
     * time is 0 if nothing is to be found out about it.
     */
    private int doubtfulPsn;
    private long doubtfulRoundTripNs;

    /** When the peer counts as silent, and whether that was noted. */
    private long silentAtNs;
    private boolean silenceNoted;

    void configure(final SendAttributes attributes, final long leastTimeoutNs) {
        minimumTimeoutNs = leastTimeoutNs;
        roundTripNs = 0;
        variationNs = 0;
        doublings = 0;
        measures = false;
        doubtfulRoundTripNs = 0;
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

    /**
     * Notes that the peer has been silent for so long that it may be gone. The time does not depend on that of its
     * responses so far, because those may have been slow only at first, when the code of both ends was cold.
     *
     * @return true once after the last answer or transport timeout.
     */
    boolean noteSilence(final long nowNs) {
        if (awaitsSilence() && nowNs - silentAtNs >= 0) {
            silenceNoted = true;
            return true;
        }
        return false;
    }

    private boolean awaitsSilence() {
        return unanswered && !waitingForReceiver && !silenceNoted;
    }

    /** Measures the time until a packet, sent for the first time, is answered. Measures one packet at a time. */
    void measure(final int psn, final long nowNs) {
        if (!measures) {
            measures = true;
            measuresSentAgain = false;
            measuredPsn = psn;
            measuredSinceNs = nowNs;
        }
    }

    /** Records that packets are sent again, so that a response could belong to either of two packets. */
    void markSentAgain() {
        measuresSentAgain = true;
    }

    private void measureAnswer(final int unacked, final long nowNs) {
        if (measures && PacketSequenceNumber.distance(measuredPsn, unacked) > 0) {
            measures = false;
            final long sampleNs = nowNs - measuredSinceNs;
            if (measuresSentAgain) {
                doubtfulPsn = measuredPsn;
                doubtfulRoundTripNs = sampleNs;
            } else {
                doubtfulRoundTripNs = 0;
                addRoundTrip(sampleNs);
            }
        }
    }

    private void addRoundTrip(final long sampleNs) {
        if (roundTripNs == 0) {
            roundTripNs = sampleNs;
            variationNs = sampleNs / 2;
        } else {
            variationNs += (Math.abs(roundTripNs - sampleNs) - variationNs) / 4;
            roundTripNs += (sampleNs - roundTripNs) / 8;
        }
    }

    /** Takes another response to what was answered before. A packet that was sent again was then sent without need. */
    void noteSecondAnswer(final int psn) {
        if (doubtfulRoundTripNs != 0 && PacketSequenceNumber.distance(doubtfulPsn, psn) >= 0) {
            addRoundTrip(doubtfulRoundTripNs);
            doubtfulRoundTripNs = 0;
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
        silentAtNs = nowNs + Math.max(MINIMUM_SILENCE_NS, SILENT_TIMES * minimumTimeoutNs);
        silenceNoted = false;
        transportDeadlineNs = nowNs + Math.clamp(lateAfterNs(), timeoutNs, MAX_TIMES * timeoutNs);
        setEarlyDeadline(nowNs);
    }

    /** Returns the time after which a response is late. */
    private long lateAfterNs() {
        return Math.max(minimumTimeoutNs, 2 * roundTripNs + VARIATIONS * variationNs);
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
            final long lateNs = lateAfterNs() << doublings;
            if (transportDeadlineNs - nowNs > lateNs) {
                deadlineNs = nowNs + lateNs;
            }
        }
    }

    /** Returns whether a response is late, but not by the transport timeout. Valid only if the deadline is due. */
    boolean isEarly(final long nowNs) {
        return nowNs - transportDeadlineNs < 0;
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
        measures = false;
        deadlineNs = nowNs + delayNs;
        return true;
    }

    /**
     * Uses one of the retries for a silent peer.
     *
     * @return false if none was left.
     */
    boolean retry() {
        return retriesLeft-- > 0;
    }

    boolean isWaitingForReceiver() {
        return waitingForReceiver;
    }

    /** Returns whether there is a deadline for a retry. */
    boolean isRunning() {
        return waitingForReceiver || unanswered && timeoutNs != 0;
    }

    /** Returns the time of the next retry. Valid only if {@link #isRunning}. */
    long deadlineNs() {
        return deadlineNs;
    }

    /** Returns whether there is anything to do later, if the peer does not answer. */
    boolean hasNext() {
        return isRunning() || awaitsSilence();
    }

    /** Returns the time of the next thing to do. Valid only if {@link #hasNext}. */
    long nextNs() {
        return !awaitsSilence() || isRunning() && deadlineNs - silentAtNs < 0 ? deadlineNs : silentAtNs;
    }

    boolean isDue(final long nowNs) {
        return isRunning() && nowNs - deadlineNs >= 0;
    }

    @Override
    public String toString() {
        return "RetryTimers[retriesLeft=" + retriesLeft + ", rnrRetriesLeft=" + rnrRetriesLeft + ", unanswered="
            + unanswered + ", waitingForReceiver=" + waitingForReceiver + ", roundTripNs=" + roundTripNs + "]";
    }
}
