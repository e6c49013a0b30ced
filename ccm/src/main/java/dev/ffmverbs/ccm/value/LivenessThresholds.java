// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.time.Duration;
import java.util.Objects;

/**
 * States when a silent partner becomes suspect, and when it is declared dead.
 *
 * <p>The defaults are those of established cluster software. A partner is suspect after 300 ms, which is 30 heartbeats
 * missed in a row. It is dead after 3 s unreachable, as in Corosync, which raised this limit from 1 s because of false
 * failovers, and as in Akka, because garbage collectors pause that long. It is dead after 10 s stalled, as in Aeron: a
 * stalled partner still answers READs, so haste gains nothing. A look that is more than 100 ms late counts as a stall
 * of this node.
 *
 * @param interval             time between two READs, and between two beats of this node's own counter; 100 us to one
 *                             day.
 * @param suspectAfter         silence of either kind before SUSPECT; at least three intervals.
 * @param unreachableDeadAfter time without a successful READ before DEAD; {@code suspectAfter} to 365 days.
 * @param stalledDeadAfter     time for which the counter stands still before DEAD; {@code suspectAfter} to 365 days.
 * @param ownStallAfter        how late a look may be for its whole time to count as evidence; an interval to 365 days.
 *     A look is due every interval. One that is later than this, or than a third of {@code suspectAfter}, counts as if
 *     it had come when it was due.
 */
public record LivenessThresholds(
    Duration interval, Duration suspectAfter, Duration unreachableDeadAfter, Duration stalledDeadAfter,
    Duration ownStallAfter) {

    /** Minimum number of heartbeat intervals before SUSPECT. One lost READ is no reason for suspicion. */
    public static final int INTERVALS_BEFORE_SUSPECT = 3;

    /** If this were shorter, the timers of the operating system would be late by more than half an interval. */
    private static final DurationRange INTERVAL = new DurationRange(Duration.ofNanos(100_000), Duration.ofDays(1));

    private static final DurationRange PARTNER_INTERVAL =
        new DurationRange(Duration.ofNanos(1), Duration.ofNanos(Long.MAX_VALUE));

    /**
     * Checks that each threshold is in its range, and that they fit together.
     *
     * @throws NullPointerException     if one is null. The message says which.
     * @throws IllegalArgumentException if they do not. The message says which and why.
     */
    public LivenessThresholds {
        INTERVAL.require("the heartbeat interval", interval);
        requireAtLeast("suspectAfter", suspectAfter, untilSuspect(interval),
            "three heartbeat intervals: one lost READ is no reason for suspicion");
        requireAtLeast("unreachableDeadAfter", unreachableDeadAfter, suspectAfter, "suspectAfter");
        requireAtLeast("stalledDeadAfter", stalledDeadAfter, suspectAfter, "suspectAfter");
        requireAtLeast("ownStallAfter", ownStallAfter, interval, "the heartbeat interval");
    }

    private static void requireAtLeast(
        final String name, final Duration value, final Duration minimum, final String meaning) {
        if (Objects.requireNonNull(value, name).compareTo(minimum) < 0) {
            throw new IllegalArgumentException(
                name + " is " + value + "; it must be at least " + minimum + ", " + meaning);
        }
        new DurationRange(minimum, DurationRange.LONGEST).require(name, value);
    }

    /**
     * Returns the defaults: heartbeats every 10 ms; suspect after 300 ms, dead after 3 s unreachable or 10 s stalled.
     *
     * @return the thresholds.
     */
    public static LivenessThresholds defaults() {
        return new LivenessThresholds(Duration.ofMillis(10), Duration.ofMillis(300), Duration.ofSeconds(3),
            Duration.ofSeconds(10), Duration.ofMillis(100));
    }

    /**
     * Returns these thresholds with another interval. The times until SUSPECT and until an own stall are raised to what
     * the interval needs, and never lowered.
     *
     * @param newInterval time between two READs.
     * @return a changed copy.
     * @throws NullPointerException     if it is null.
     * @throws IllegalArgumentException if the interval is out of range, or too long for the time until DEAD.
     */
    public LivenessThresholds withInterval(final Duration newInterval) {
        INTERVAL.require("the heartbeat interval", newInterval);
        return new LivenessThresholds(newInterval,
            longer(suspectAfter, untilSuspect(newInterval)), unreachableDeadAfter,
            stalledDeadAfter, longer(ownStallAfter, newInterval));
    }

    /**
     * Returns these thresholds for a partner whose heartbeats may be further apart than this node's.
     *
     * @param partnerInterval time between two beats of the partner's counter.
     * @return these, or a copy that suspects no sooner than the partner's heartbeats allow.
     * @throws NullPointerException     if it is null.
     * @throws IllegalArgumentException if the interval is not positive, or too long for the time until DEAD.
     */
    public LivenessThresholds forPartner(final Duration partnerInterval) {
        PARTNER_INTERVAL.require("the partner's heartbeat interval", partnerInterval);
        return partnerInterval.compareTo(interval) <= 0 ? this : new LivenessThresholds(interval,
            longer(suspectAfter, untilSuspect(partnerInterval)), unreachableDeadAfter,
            stalledDeadAfter, ownStallAfter);
    }

    /**
     * Returns these thresholds with another time until SUSPECT.
     *
     * @param duration silence of either kind before SUSPECT.
     * @return a changed copy.
     * @throws IllegalArgumentException if the time does not fit the other thresholds.
     */
    public LivenessThresholds withSuspectAfter(final Duration duration) {
        return new LivenessThresholds(interval, duration, unreachableDeadAfter, stalledDeadAfter, ownStallAfter);
    }

    /**
     * Returns these thresholds with other times until DEAD.
     *
     * @param unreachable time without a successful READ before DEAD.
     * @param stalled     time for which the counter stands still before DEAD.
     * @return a changed copy.
     * @throws IllegalArgumentException if the times do not fit the other thresholds.
     */
    public LivenessThresholds withDeadAfter(final Duration unreachable, final Duration stalled) {
        return new LivenessThresholds(interval, suspectAfter, unreachable, stalled, ownStallAfter);
    }

    /**
     * Adds repeatedly, because {@link Duration#multipliedBy} makes every node load the JDK's big decimals at its start.
     */
    private static Duration untilSuspect(final Duration interval) {
        Duration sum = Duration.ZERO;
        for (int i = 0; i < INTERVALS_BEFORE_SUSPECT; i++) {
            sum = sum.plus(interval);
        }
        return sum;
    }

    private static Duration longer(final Duration one, final Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
