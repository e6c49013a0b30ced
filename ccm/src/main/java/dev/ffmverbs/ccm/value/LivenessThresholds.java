// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.time.Duration;
import java.util.Objects;

/**
 * When a silent partner becomes suspect, and when dead.
 *
 * <p>The defaults are those of established cluster software. Suspect after 300 ms: 30 heartbeats missed in a row. Dead
 * after 3 s unreachable, as in Corosync, which raised it from 1 s because of false failovers, and in Akka, because
 * garbage collectors pause that long. Dead after 10 s stalled, as in Aeron: a stalled partner still answers READs, so
 * haste gains nothing. A look that is more than 100 ms late counts as a stall of this node.
 *
 * @param interval             time between two READs, and between two beats of this node's own counter; 100 us to one
 *                             day.
 * @param suspectAfter         silence of either kind before SUSPECT; at least three intervals.
 * @param unreachableDeadAfter time without a successful READ before DEAD; {@code suspectAfter} to 365 days.
 * @param stalledDeadAfter     time the counter stands still before DEAD; {@code suspectAfter} to 365 days.
 * @param ownStallAfter        how late a look may come, of those that are due every interval, whose whole time still
 *                             counts as evidence; an interval to 365 days. What is later than this, or than a third of
 *                             {@code suspectAfter}, counts as if it had come when it was due.
 */
public record LivenessThresholds(
    Duration interval, Duration suspectAfter, Duration unreachableDeadAfter, Duration stalledDeadAfter,
    Duration ownStallAfter) {

    /** Least number of heartbeat intervals before SUSPECT: one READ lost is nothing to suspect. */
    public static final int INTERVALS_BEFORE_SUSPECT = 3;

    /** Shorter, and the timers of the operating system are late by more than half an interval. */
    private static final DurationRange INTERVAL = new DurationRange(Duration.ofNanos(100_000), Duration.ofDays(1));

    private static final DurationRange PARTNER_INTERVAL =
        new DurationRange(Duration.ofNanos(1), Duration.ofNanos(Long.MAX_VALUE));

    /**
     * Checks that each is in its range, and that they make sense together.
     *
     * @throws NullPointerException     when one is null; the message says which.
     * @throws IllegalArgumentException when they do not; the message says which and why.
     */
    public LivenessThresholds {
        INTERVAL.require("the heartbeat interval", interval);
        requireAtLeast("suspectAfter", suspectAfter, untilSuspect(interval),
            "three heartbeat intervals: one READ lost is nothing to suspect");
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
     * Heartbeats every 10 ms; suspect after 300 ms, dead after 3 s unreachable or 10 s stalled.
     *
     * @return the thresholds.
     */
    public static LivenessThresholds defaults() {
        return new LivenessThresholds(Duration.ofMillis(10), Duration.ofMillis(300), Duration.ofSeconds(3),
            Duration.ofSeconds(10), Duration.ofMillis(100));
    }

    /**
     * The same with another interval; suspicion and own stall are moved up to what it needs, never down.
     *
     * @param newInterval time between two READs.
     * @return a changed copy.
     * @throws NullPointerException     when it is null.
     * @throws IllegalArgumentException when it is out of range, or too long for the time until DEAD.
     */
    public LivenessThresholds withInterval(final Duration newInterval) {
        INTERVAL.require("the heartbeat interval", newInterval);
        return new LivenessThresholds(newInterval,
            longer(suspectAfter, untilSuspect(newInterval)), unreachableDeadAfter,
            stalledDeadAfter, longer(ownStallAfter, newInterval));
    }

    /**
     * The same for a partner whose own heartbeats may be further apart than this node's.
     *
     * @param partnerInterval time between two beats of the partner's counter.
     * @return these, or a copy that suspects no sooner than the partner's heartbeats allow.
     * @throws NullPointerException     when it is null.
     * @throws IllegalArgumentException when it is not positive, or they are too far apart for the time until DEAD.
     */
    public LivenessThresholds forPartner(final Duration partnerInterval) {
        PARTNER_INTERVAL.require("the partner's heartbeat interval", partnerInterval);
        return partnerInterval.compareTo(interval) <= 0 ? this : new LivenessThresholds(interval,
            longer(suspectAfter, untilSuspect(partnerInterval)), unreachableDeadAfter,
            stalledDeadAfter, ownStallAfter);
    }

    /**
     * The same with another time until SUSPECT.
     *
     * @param duration silence of either kind before SUSPECT.
     * @return a changed copy.
     * @throws IllegalArgumentException when it does not go with the other thresholds.
     */
    public LivenessThresholds withSuspectAfter(final Duration duration) {
        return new LivenessThresholds(interval, duration, unreachableDeadAfter, stalledDeadAfter, ownStallAfter);
    }

    /**
     * The same with other times until DEAD.
     *
     * @param unreachable time without a successful READ before DEAD.
     * @param stalled     time the counter stands still before DEAD.
     * @return a changed copy.
     * @throws IllegalArgumentException when they do not go with the other thresholds.
     */
    public LivenessThresholds withDeadAfter(final Duration unreachable, final Duration stalled) {
        return new LivenessThresholds(interval, suspectAfter, unreachable, stalled, ownStallAfter);
    }

    /** Adds up, because {@link Duration#multipliedBy} makes every node that starts load the JDK's big decimals. */
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
