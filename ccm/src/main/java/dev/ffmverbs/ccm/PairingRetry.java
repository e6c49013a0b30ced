// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When a pairing tries again to create or connect its ports after a failure. The wait doubles from failure to failure.
 * Used by the session thread.
 */
final class PairingRetry {

    private static final long FIRST_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(5);

    private final Alarm alarm;
    private long nextNs = FIRST_NS;
    private long dueNs;
    private boolean awaited;

    /** Creates one without a failure. */
    PairingRetry(final Alarm alarm) {
        this.alarm = alarm;
    }

    /**
     * The earliest moment at which a pairing of a session is to try again. Reads the clock only while there is one.
     */
    static final class Alarm {

        private final LongSupplier clock;
        private long dueNs;
        private boolean set;

        /** Creates an alarm that is not set. */
        Alarm(final LongSupplier clock) {
            this.clock = clock;
        }

        private void set(final long atNs) {
            dueNs = set && dueNs - atNs < 0 ? dueNs : atNs;
            set = true;
        }

        private boolean isPast(final long atNs) {
            return clock.getAsLong() - atNs >= 0;
        }

        /** Whether the moment has come. Every pairing that still waits sets the alarm again. */
        boolean goOff() {
            if (set && isPast(dueNs)) {
                set = false;
                return true;
            }
            return false;
        }
    }

    /**
     * Notes a failure.
     *
     * @return whether it is the first one since the last success.
     */
    boolean fail() {
        final boolean first = nextNs == FIRST_NS;
        dueNs = alarm.clock.getAsLong() + nextNs;
        nextNs = Math.min(LONGEST_NS, 2 * nextNs);
        awaited = true;
        alarm.set(dueNs);
        return first;
    }

    /** Whether it is time to try again. */
    boolean isDue() {
        if (awaited && !alarm.isPast(dueNs)) {
            alarm.set(dueNs);
            return false;
        }
        return awaited;
    }

    /** Notes that another attempt begins. */
    void begin() {
        awaited = false;
    }

    /** Notes a success, or that another client of the partner takes the place of the one before. */
    void succeed() {
        awaited = false;
        nextNs = FIRST_NS;
    }
}
