// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.time.Duration;
import java.util.List;

/**
 * The times of two nodes that are measured.
 *
 * @param interval interval between heartbeats.
 * @param dead     after how long an unreachable partner is dead.
 * @param lease    for how long a node owns without a renewal.
 */
record PairTimes(Duration interval, Duration dead, Duration lease) {

    /** Returns the options of {@code ccm node} for these times. */
    List<String> options() {
        return List.of("--interval-ms", Milliseconds.option(interval), "--suspect-ms", Milliseconds.option(suspect()),
            "--dead-ms", Milliseconds.option(dead), "--lease-ms", Milliseconds.option(lease));
    }

    /** Half of the time until a partner is dead, if that is long enough for a suspicion. */
    private Duration suspect() {
        final Duration shortest = interval.multipliedBy(LivenessThresholds.INTERVALS_BEFORE_SUSPECT);
        final Duration half = dead.dividedBy(2);
        return half.compareTo(shortest) >= 0 ? half : shortest;
    }

    /**
     * Returns how long to wait for anything a pair with these times does: twice what it may take to declare a partner
     * dead and to wait for its lease, besides what takes as long with any times.
     *
     * @param besides how long processes take to start and to connect, at most.
     */
    Duration limit(final Duration besides) {
        return dead.plus(lease).multipliedBy(2).plus(besides);
    }

    @Override
    public String toString() {
        return "interval " + Milliseconds.option(interval) + " ms, dead " + Milliseconds.option(dead) + " ms, lease "
            + Milliseconds.option(lease) + " ms";
    }
}
