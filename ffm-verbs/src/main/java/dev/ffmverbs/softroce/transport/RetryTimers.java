// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/**
 * When a requester tries again, and how often it still may.
 *
 * <p>Two deadlines exclude each other: the transport timer while something is unanswered, and the wait that an RNR NAK
 * asked for. Times are readings of one monotonic clock, compared by difference.
 */
final class RetryTimers {

    private long timeoutNs;
    private int retryLimit;
    private int rnrRetryLimit;

    private int retriesLeft;
    private int rnrRetriesLeft;
    private boolean unanswered;
    private boolean waitingForReceiver;
    private long deadlineNs;

    void configure(final SendAttributes attributes, final long minimumTimeoutNs) {
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

    /** Makes all tries available again, because the peer answered something new. */
    void renew(final long nowNs, final boolean moreUnanswered) {
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
        deadlineNs = nowNs + timeoutNs;
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
