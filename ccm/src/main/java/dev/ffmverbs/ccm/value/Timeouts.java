// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.time.Duration;

/**
 * States how long a node waits for others. Each timeout is from 1 ms to 365 days.
 *
 * @param operation time limit of one READ or WRITE.
 * @param connect   time limit of one attempt to connect.
 * @param leave     how long a node that leaves waits for its partners to notice it, and then for blocking clients and a
 *     blocking listener.
 */
public record Timeouts(Duration operation, Duration connect, Duration leave) {

    private static final DurationRange RANGE = new DurationRange(Duration.ofMillis(1), DurationRange.LONGEST);

    private static final Timeouts DEFAULTS =
        new Timeouts(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(2));

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
     * Returns the timeouts that are used if none are configured.
     *
     * @return 500 ms for an operation, 2 s to connect, 2 s to leave.
     */
    public static Timeouts defaults() {
        return DEFAULTS;
    }
}
