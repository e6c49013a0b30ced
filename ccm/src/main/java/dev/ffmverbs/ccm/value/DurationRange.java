// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.time.Duration;
import java.util.Objects;

/**
 * The range of durations that a setting accepts. A duration outside it is refused before it is used. Every accepted
 * duration, and the sum of a few of them, can be expressed in nanoseconds.
 *
 * @param minimum shortest duration accepted.
 * @param maximum longest duration accepted.
 */
record DurationRange(Duration minimum, Duration maximum) {

    /** Longer than any sensible wait for a machine. */
    static final Duration LONGEST = Duration.ofDays(365);

    /**
     * Refuses a duration outside this range.
     *
     * @param name  what the setting is called.
     * @param value its value.
     * @throws NullPointerException     if the value is null. The message is the name.
     * @throws IllegalArgumentException if the value is outside this range. The message states name, value and range.
     */
    public void require(final String name, final Duration value) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
            throw new IllegalArgumentException(
                name + " is " + value + "; it must be from " + minimum + " to " + maximum);
        }
    }
}
