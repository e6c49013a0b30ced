// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.TimeUnit;

/**
 * Decides whether it pays to look at the socket for a while before sleeping, by how long recent waits for packets took.
 *
 * <p>A packet that arrives while a thread looks is taken at once; one that wakes a thread costs both ends ten
 * microseconds or more. Looking stops as soon as about one wait in three is longer than a look, because it would only
 * burn processor time. The lengths of sleeps show when waits have become short again, so that nothing is tried in vain.
 *
 * <p>The rule has no clock and no threads: a thread that waits records what it saw.
 */
final class LookingRule {

    /** Length of the longest look. */
    static final long LOOK_NS = TimeUnit.MICROSECONDS.toNanos(40);

    /** A sleep up to this long would have been a look that paid: falling asleep and waking up take as long again. */
    private static final long SHORT_SLEEP_NS = 2 * LOOK_NS;
    private static final int MOST = 8;
    private static final int ENOUGH = 4;
    private static final int COST_OF_LONG = 2;

    /** Recent short waits; each long wait takes away two. */
    private int score;

    /** Returns whether to look before sleeping. */
    boolean pays() {
        return score >= ENOUGH;
    }

    /** Records that a packet arrived while a thread looked for it. */
    void recordPaidLook() {
        score = Math.min(MOST, score + 1);
    }

    /** Records that a packet arrived some time after a thread had begun to wait, whether it had looked first or not. */
    void recordSleep(final long waitNs) {
        if (waitNs <= SHORT_SLEEP_NS) {
            recordPaidLook();
        } else {
            score = Math.max(0, score - COST_OF_LONG);
        }
    }
}
