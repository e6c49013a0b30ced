// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.TimeUnit;

/**
 * Decides from the length of recent waits for packets whether polling the socket for a while before sleeping pays off.
 *
 * <p>A packet that arrives while a thread polls is received at once. A packet that wakes a thread costs both ends ten
 * microseconds or more. Polling stops as soon as about one wait in three is longer than a polling period, because it
 * would only burn processor time. The lengths of sleeps show when waits have become short again, so that no attempt is
 * wasted.
 *
 * <p>The rule has no clock and no threads. A thread that waits records what it observed.
 */
final class LookingRule {

    /** Length of the longest polling period. */
    static final long LOOK_NS = TimeUnit.MICROSECONDS.toNanos(40);

    /** Maximum length of a sleep that polling would have avoided. Falling asleep and waking up take as long again. */
    private static final long SHORT_SLEEP_NS = 2 * LOOK_NS;
    private static final int MOST = 8;
    private static final int ENOUGH = 4;
    private static final int COST_OF_LONG = 2;

    /** Number of recent short waits. Each long wait subtracts two. */
    private int score;

    /** Returns whether to poll before sleeping. */
    boolean pays() {
        return score >= ENOUGH;
    }

    /** Records that a packet arrived while a thread polled for it. */
    void recordPaidLook() {
        score = Math.min(MOST, score + 1);
    }

    /** Records that a packet arrived some time after a thread began to wait, whether or not it polled first. */
    void recordSleep(final long waitNs) {
        if (waitNs <= SHORT_SLEEP_NS) {
            recordPaidLook();
        } else {
            score = Math.max(0, score - COST_OF_LONG);
        }
    }
}
