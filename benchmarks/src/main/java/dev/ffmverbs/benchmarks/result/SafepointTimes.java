// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import java.util.Collection;

/**
 * How long the threads of one binding took to reach safepoints while a suite was measured. A thread in a critical call
 * reaches none before the call returns, and all others wait for it.
 *
 * @param suite     the suite.
 * @param device    the device.
 * @param binding   the binding.
 * @param count     number of safepoints in all runs.
 * @param medianNs  median time from the request of a safepoint to the last thread's arrival, in nanoseconds.
 * @param longestNs longest of these times.
 */
public record SafepointTimes(
    String suite, String device, String binding, int count, long medianNs, long longestNs) {

    /**
     * Summarizes safepoints.
     *
     * @param suite   the suite.
     * @param device  the device.
     * @param binding the binding.
     * @param timesNs at least one time, in nanoseconds.
     * @return the times.
     */
    public static SafepointTimes of(
        final String suite, final String device, final String binding, final Collection<Long> timesNs) {
        final OrderStatistics times =
            OrderStatistics.of(timesNs.stream().mapToDouble(Long::doubleValue).toArray());
        return new SafepointTimes(
            suite, device, binding, times.count(), (long) times.upperMedian(), (long) times.maximum());
    }
}
