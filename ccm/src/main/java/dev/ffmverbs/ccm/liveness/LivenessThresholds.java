// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.liveness;

import java.time.Duration;

/**
 * When a silent partner becomes suspect, and when dead.
 *
 * <p>The defaults are those that cluster software has arrived at. Suspect after 300 ms: 30 heartbeats missed in a row.
 * Dead after 3 s unreachable, as Corosync and Akka have it: the former came to it from 1 s because of false failovers,
 * the latter because collectors pause for that long. Dead after 10 s stalled, as Aeron has it: a stalled partner still
 * answers READs, so haste gains nothing. A gap of more than 100 ms in this node's own loop is a stall of its own.
 *
 * @param interval             time between two READs, and between two beats of this node's own counter.
 * @param suspectAfter         silence of either kind before SUSPECT; at least three intervals.
 * @param unreachableDeadAfter time without a successful READ before DEAD; more than {@code suspectAfter}.
 * @param stalledDeadAfter     time the counter stands still before DEAD; more than {@code suspectAfter}.
 * @param ownStallAfter        longest gap between two looks at the clock that still counts as evidence; at least an
 *                             interval.
 */
public record LivenessThresholds(
    Duration interval, Duration suspectAfter, Duration unreachableDeadAfter, Duration stalledDeadAfter,
    Duration ownStallAfter) {

    private static final int INTERVALS_BEFORE_SUSPECT = 3;

    /**
     * Checks that the thresholds make sense together.
     *
     * @throws IllegalArgumentException when they do not; the message says which and why.
     */
    public LivenessThresholds {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the heartbeat interval is " + interval + "; it must be positive");
        }
        requireAtLeast("suspectAfter", suspectAfter, interval.multipliedBy(INTERVALS_BEFORE_SUSPECT),
            "three heartbeat intervals: one READ lost is nothing to suspect");
        requireAtLeast("unreachableDeadAfter", unreachableDeadAfter, suspectAfter, "suspectAfter");
        requireAtLeast("stalledDeadAfter", stalledDeadAfter, suspectAfter, "suspectAfter");
        requireAtLeast("ownStallAfter", ownStallAfter, interval, "the heartbeat interval");
    }

    private static void requireAtLeast(
        final String name, final Duration value, final Duration minimum, final String meaning) {
        if (value.compareTo(minimum) < 0) {
            throw new IllegalArgumentException(
                name + " is " + value + "; it must be at least " + minimum + ", " + meaning);
        }
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
     * @throws IllegalArgumentException when it is not positive, or too long for the time until DEAD.
     */
    public LivenessThresholds withInterval(final Duration newInterval) {
        return new LivenessThresholds(newInterval,
            longer(suspectAfter, newInterval.multipliedBy(INTERVALS_BEFORE_SUSPECT)), unreachableDeadAfter,
            stalledDeadAfter, longer(ownStallAfter, newInterval));
    }

    /**
     * The same for a partner whose own heartbeats may be further apart than this node's.
     *
     * @param partnerInterval time between two beats of the partner's counter.
     * @return these, or a copy that suspects no sooner than the partner's heartbeats allow.
     * @throws IllegalArgumentException when they are too far apart for the time until DEAD.
     */
    public LivenessThresholds forPartner(final Duration partnerInterval) {
        return partnerInterval.compareTo(interval) <= 0 ? this : new LivenessThresholds(interval,
            longer(suspectAfter, partnerInterval.multipliedBy(INTERVALS_BEFORE_SUSPECT)), unreachableDeadAfter,
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

    private static Duration longer(final Duration one, final Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
