// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Times of one kind, and their percentiles. Thread-safe. */
final class Samples {

    private static final int FIRST_CAPACITY = 64;
    private static final double WHOLE = 100;
    private static final double MEDIAN = 50;
    private static final double HIGH = 99;

    private long[] timesNs = new long[FIRST_CAPACITY];
    private int count;

    synchronized void add(final long timeNs) {
        if (count == timesNs.length) {
            timesNs = Arrays.copyOf(timesNs, 2 * count);
        }
        timesNs[count++] = timeNs;
    }

    synchronized int count() {
        return count;
    }

    synchronized void clear() {
        count = 0;
    }

    /** Returns the time that a percentage of all do not exceed; 0 if there is none. */
    synchronized long percentileNs(final double percent) {
        if (count == 0) {
            return 0;
        }
        final long[] sorted = Arrays.copyOf(timesNs, count);
        Arrays.sort(sorted);
        return sorted[Math.max(1, (int) Math.ceil(count * percent / WHOLE)) - 1];
    }

    long p50Ns() {
        return percentileNs(MEDIAN);
    }

    long p99Ns() {
        return percentileNs(HIGH);
    }

    long maxNs() {
        return percentileNs(WHOLE);
    }

    /** Returns count and percentiles in milliseconds, for JSON. */
    synchronized Map<String, Object> fields() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("count", count);
        fields.put("p50Ms", Milliseconds.of(p50Ns()));
        fields.put("p99Ms", Milliseconds.of(p99Ns()));
        fields.put("maxMs", Milliseconds.of(maxNs()));
        return fields;
    }

    @Override
    public String toString() {
        return "Samples" + fields();
    }
}
