// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.time.Duration;

/**
 * How long a node waits for what depends on others.
 *
 * @param operation time limit of one READ or WRITE.
 * @param connect   time limit of one attempt to connect.
 * @param leave     how long a node that leaves waits for its partners to have seen it, and then for clients and for a
 *                  listener that block.
 */
public record Timeouts(Duration operation, Duration connect, Duration leave) {

    private static final Timeouts DEFAULTS =
        new Timeouts(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(2));

    /**
     * Checks that all are positive.
     *
     * @throws IllegalArgumentException when one is not; the message says which.
     */
    public Timeouts {
        requirePositive("operation timeout", operation);
        requirePositive("connect timeout", connect);
        requirePositive("leave timeout", leave);
    }

    private static void requirePositive(final String name, final Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("the " + name + " is " + value + "; it must be positive");
        }
    }

    /**
     * What is used when nothing is configured.
     *
     * @return 500 ms for an operation, 2 s to connect, 2 s to leave.
     */
    public static Timeouts defaults() {
        return DEFAULTS;
    }
}
