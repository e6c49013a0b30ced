// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

import java.time.Duration;
import java.util.Objects;

/**
 * The durations that a setting takes. What cannot work is refused here, before anything is made of it; every accepted
 * duration has a number of nanoseconds, and sums of a few of them have one too.
 *
 * @param minimum shortest.
 * @param maximum longest.
 */
record DurationRange(Duration minimum, Duration maximum) {

    /** Longer than any wait for a machine makes sense. */
    static final Duration LONGEST = Duration.ofDays(365);

    /**
     * Refuses a duration outside this range.
     *
     * @param name  what the setting is called.
     * @param value its value.
     * @throws NullPointerException     when the value is null; the message is the name.
     * @throws IllegalArgumentException when it is shorter or longer than this range; the message says name, value and
     *                                  range.
     */
    public void require(final String name, final Duration value) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
            throw new IllegalArgumentException(
                name + " is " + value + "; it must be from " + minimum + " to " + maximum);
        }
    }
}
