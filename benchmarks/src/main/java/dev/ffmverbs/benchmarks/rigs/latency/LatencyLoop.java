// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import java.time.Duration;

/** One end's part of an exchange. Between two time stamps it runs what perftest runs there, and nothing else. */
@FunctionalInterface
interface LatencyLoop {

    /** Longest wait for one operation. */
    Duration LIMIT = Duration.ofSeconds(30);

    /** The part of an end that only provides its memory. */
    LatencyLoop PASSIVE = (iterations, timesNs) -> { };

    /**
     * Does a number of operations, one at a time.
     *
     * @param iterations number of operations, at least 1, the same at both ends.
     * @param timesNs    receives the time before each post; at least as long.
     * @throws dev.ffmverbs.benchmarks.device.OperationException if an operation fails, or does not complete within
     *                                                           {@link #LIMIT}.
     */
    void run(int iterations, long[] timesNs);
}
