// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.time.Duration;

/**
 * States how long a node waits for others. Each timeout is from 1 ms to 365 days.
 *
 * @param operation time limit of one READ or WRITE.
 * @param connect   time limit of one attempt to connect.
 * @param leave     how long a node that leaves waits for its partners to notice it, and then, for two seconds at most,
 *     for blocking clients and a blocking listener. While it waits it judges its partners as before, and it does not
 *     wait for one that is dead. If this is shorter than the time after which a partner is declared dead, the node
 *     gives up partners that are only late.
 */
public record Timeouts(Duration operation, Duration connect, Duration leave) {

    private static final DurationRange RANGE = new DurationRange(Duration.ofMillis(1), DurationRange.LONGEST);

    /** After a partner is dead, this node needs less than this to end its session. */
    private static final Duration TIME_TO_END_SESSION = Duration.ofSeconds(1);

    private static final Duration LONGEST_LEAVE = Duration.ofMinutes(1);

    private static final Timeouts DEFAULTS = defaultsFor(LivenessThresholds.defaults());

    /**
     * Checks each timeout.
     *
     * @throws NullPointerException     if one is null. The message says which.
     * @throws IllegalArgumentException if one is out of range. The message states its name, its value and the range.
     */
    public Timeouts {
        RANGE.require("the operation timeout", operation);
        RANGE.require("the connect timeout", connect);
        RANGE.require("the leave timeout", leave);
    }

    /**
     * Returns the timeouts that are used if none are configured, with the default thresholds.
     *
     * @return 500 ms for an operation, 2 s to connect, 11.01 s to leave.
     */
    public static Timeouts defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the timeouts that are used if none are configured, with other thresholds. A node that leaves waits until
     * a partner has noticed it or is dead: a second longer than the time after which a partner that is unreachable or
     * stalled is declared dead, but no longer than a minute.
     *
     * @param liveness when partners are declared dead.
     * @return the defaults, but for the time to leave.
     */
    public static Timeouts defaultsFor(final LivenessThresholds liveness) {
        final Duration longest = liveness.unreachableDeadAfter().compareTo(liveness.stalledDeadAfter()) > 0
            ? liveness.unreachableDeadAfter() : liveness.stalledDeadAfter();
        final Duration leave = longest.plus(liveness.interval()).plus(TIME_TO_END_SESSION);
        return new Timeouts(Duration.ofMillis(500), Duration.ofSeconds(2),
            leave.compareTo(LONGEST_LEAVE) > 0 ? LONGEST_LEAVE : leave);
    }
}
