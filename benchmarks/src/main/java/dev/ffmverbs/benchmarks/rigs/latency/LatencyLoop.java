// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

/** One end's part of an exchange; between two time stamps runs what perftest runs there, and nothing else. */
interface LatencyLoop {

    /** The part of an end that only lends its memory. */
    LatencyLoop PASSIVE = (iterations, timesNs) -> { };

    /**
     * Does so many operations, one at a time.
     *
     * @param iterations operations, at least 1; both ends are given the same number.
     * @param timesNs    receives the time before each post; at least as long.
     * @throws IllegalStateException when an operation fails or nothing happens for half a minute.
     */
    void run(int iterations, long[] timesNs);
}
