// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.TimeUnit;

/**
 * Measures whether an application polls so often that it does all the work of a port. Used by one thread at a time.
 */
final class PollRate {

    /** Time over which the rate is usually measured. */
    static final long WINDOW_NS = TimeUnit.MICROSECONDS.toNanos(200);

    /** The rate is high if the mean interval between polls is not longer than this. */
    private static final long HIGH_INTERVAL_NS = TimeUnit.MICROSECONDS.toNanos(20);

    private final ApplicationActivity activity;
    private long startNs = System.nanoTime();
    private long pollsBefore;

    PollRate(final ApplicationActivity activity) {
        this.activity = activity;
    }

    /** Begins a measurement. */
    void restart(final long nowNs) {
        startNs = nowNs;
        pollsBefore = activity.polls();
    }

    /** Returns for how long the current measurement has lasted. */
    long ageNs(final long nowNs) {
        return nowNs - startNs;
    }

    /** Ends the measurement, and begins the next one. Returns whether the rate was high. */
    boolean isHigh(final long nowNs) {
        final long ageNs = ageNs(nowNs);
        final long before = pollsBefore;
        restart(nowNs);
        return (pollsBefore - before) * HIGH_INTERVAL_NS > ageNs;
    }
}
