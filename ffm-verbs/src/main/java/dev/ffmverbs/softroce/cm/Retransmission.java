// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.util.concurrent.TimeUnit;

/** A message that is sent again until its answer comes or time is up. */
final class Retransmission {

    /** A peer that is there, and got the message, mostly has answered by then. */
    private static final long ANSWER_UNDER_WAY_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ManagementMessage message;
    private long intervalNs;
    private long sentNs;
    private long nextNs;
    private long giveUpNs;
    private boolean hastened;

    /**
     * Starts with a message just sent.
     *
     * @param message    the message.
     * @param intervalNs time between two transmissions.
     * @param patienceNs time the peer has to answer, all in all.
     * @param nowNs      the time.
     */
    Retransmission(
        final ManagementMessage message, final long intervalNs, final long patienceNs, final long nowNs) {
        this.message = message;
        this.intervalNs = intervalNs;
        this.sentNs = nowNs;
        this.nextNs = nowNs + Math.min(intervalNs, patienceNs);
        this.giveUpNs = nowNs + patienceNs;
    }

    ManagementMessage message() {
        return message;
    }

    long deadlineNs() {
        return nextNs;
    }

    boolean isTimeUp(final long nowNs) {
        return nowNs - giveUpNs >= 0;
    }

    /** Plans the next transmission after one at a time. */
    void repeated(final long nowNs) {
        sentNs = nowNs;
        nextNs = nowNs + Math.min(intervalNs, giveUpNs - nowNs);
    }

    /**
     * Plans the next transmission for when an answer to the last one would have come, unless it is planned for sooner.
     * Does so once: a peer that causes it again and again causes no stream of messages.
     */
    void hasten() {
        if (!hastened && nextNs - sentNs > ANSWER_UNDER_WAY_NS) {
            hastened = true;
            nextNs = sentNs + ANSWER_UNDER_WAY_NS;
        }
    }

    /** Goes on more slowly, and for longer, because the peer said so. */
    void slowDown(final long newIntervalNs, final long patienceNs, final long nowNs) {
        intervalNs = Math.max(intervalNs, newIntervalNs);
        giveUpNs = Math.max(giveUpNs - nowNs, patienceNs) + nowNs;
        repeated(nowNs);
    }
}
