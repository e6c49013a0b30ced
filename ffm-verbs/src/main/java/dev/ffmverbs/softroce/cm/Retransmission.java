// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import java.util.concurrent.TimeUnit;

/** Schedules the retransmissions of a message, until its answer arrives or the time is up. */
final class Retransmission {

    /** The time in which a peer that has received a message has usually answered. */
    private static final long ANSWER_UNDER_WAY_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ManagementMessage message;
    private long intervalNs;
    private long sentNs;
    private long nextNs;
    private long giveUpNs;
    private boolean hastened;

    /**
     * Creates the schedule for a message just sent.
     *
     * @param message    the message.
     * @param intervalNs time between two transmissions.
     * @param patienceNs total time the peer has to answer.
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

    /** Schedules the next transmission after one at a given time. */
    void planNext(final long nowNs) {
        sentNs = nowNs;
        nextNs = nowNs + Math.min(intervalNs, giveUpNs - nowNs);
    }

    /**
     * Schedules the next transmission for the time at which the answer to the last one would have arrived, unless it is
     * scheduled earlier. Does so only once, so that a peer cannot cause a stream of messages.
     */
    void hasten() {
        if (!hastened && nextNs - sentNs > ANSWER_UNDER_WAY_NS) {
            hastened = true;
            nextNs = sentNs + ANSWER_UNDER_WAY_NS;
        }
    }

    /** Continues more slowly and for longer, because the peer sent an MRA. */
    void slowDown(final long newIntervalNs, final long patienceNs, final long nowNs) {
        intervalNs = Math.max(intervalNs, newIntervalNs);
        giveUpNs = Math.max(giveUpNs - nowNs, patienceNs) + nowNs;
        planNext(nowNs);
    }

    @Override
    public String toString() {
        return "Retransmission[" + message + ", intervalNs=" + intervalNs + ", nextNs=" + nextNs + ", giveUpNs="
            + giveUpNs + "]";
    }
}
