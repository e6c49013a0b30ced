// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

/** The loop of one measuring thread: it keeps requests in flight and records the times of those that count. */
abstract class MeasuredLoop implements Runnable {

    private final TimeRecord times = new TimeRecord();
    private volatile Phase phase = Phase.WARM_UP;

    /** The present phase of all threads. */
    enum Phase {
        /** Completions do not count. */
        WARM_UP,
        /** Completions count. */
        MEASURE,
        /** Completions do not count, and nothing is posted. */
        DONE
    }

    /** Begins a phase. May be called from any thread. */
    final void enter(final Phase next) {
        phase = next;
    }

    /** Returns the present phase. */
    final Phase phase() {
        return phase;
    }

    /** Returns the times of those that counted. */
    final TimeRecord times() {
        return times;
    }

    /** Returns how many requests of each connection counted. */
    abstract long[] operationsOfPairs();
}
