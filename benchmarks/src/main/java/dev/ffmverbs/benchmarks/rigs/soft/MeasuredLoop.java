// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

/** The loop of one measuring thread: it keeps requests in flight and records the times of those that count. */
interface MeasuredLoop extends Runnable {

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
    void enter(Phase next);

    /** Returns the times of those that counted. */
    TimeRecord times();

    /** Returns how many requests of each connection counted. */
    long[] operationsOfPairs();
}
