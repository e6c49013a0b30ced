// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.TimeUnit;

/**
 * Whether it pays to look at the socket for a while before sleeping: learned from how long waits for packets took.
 *
 * <p>A packet that comes while a thread looks is taken at once; one that wakes a thread costs both ends ten
 * microseconds and more. Looking is given up as soon as about one wait in three is longer than a look: it would only
 * burn processor time. Whether waits have become short again is seen from the sleeps, so nothing is tried in vain.
 *
 * <p>No clock and no threads: who waits tells what it saw.
 */
final class LookingRule {

    /** Longest look. */
    static final long LOOK_NS = TimeUnit.MICROSECONDS.toNanos(40);

    /** A sleep of this length would have been a look that paid: falling asleep and waking up take as long again. */
    private static final long SHORT_SLEEP_NS = 2 * LOOK_NS;
    private static final int MOST = 8;
    private static final int ENOUGH = 4;
    private static final int COST_OF_LONG = 2;

    /** How many short waits there were of late, of which each long one takes away two. */
    private int score;

    boolean pays() {
        return score >= ENOUGH;
    }

    /** A packet came while a thread looked for it. */
    void lookPaid() {
        score = Math.min(MOST, score + 1);
    }

    /** A packet came some time after a thread had begun to wait, whether it had looked first or not. */
    void slept(final long waitNs) {
        if (waitNs <= SHORT_SLEEP_NS) {
            lookPaid();
        } else {
            score = Math.max(0, score - COST_OF_LONG);
        }
    }
}
