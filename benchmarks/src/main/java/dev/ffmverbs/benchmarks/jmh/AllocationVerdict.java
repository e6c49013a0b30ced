// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * The verdict on a benchmark: it must allocate nothing, and the control at least one object.
 *
 * @param benchmark         name of the benchmark.
 * @param bytesPerOperation what JMH's gc profiler measured, or NaN if it measured nothing.
 * @param isControl         whether the benchmark exists to prove that the profiler notices allocation.
 */
record AllocationVerdict(String benchmark, double bytesPerOperation, boolean isControl) {

    /**
     * The profiler counts all threads, including what JMH itself allocates at the ends of an iteration: some kilobytes,
     * divided by the thousands of operations in it. The smallest object has 16 bytes (8 with compact headers), so below
     * this bound fewer than one operation in eight can have allocated anything.
     */
    static final double NOISE_BYTES_PER_OPERATION = 1.0;

    private static final double SMALLEST_OBJECT_BYTES = 8;
    private static final String PROFILER_RESULT = "gc.alloc.rate.norm";

    /** Reads the gc profiler's result. {@code control} is the name of the benchmark that must allocate. */
    static AllocationVerdict of(final RunResult result, final String control) {
        final String name = result.getParams().getBenchmark();
        final Map<String, ? extends Result<?>> secondary = castResults(result);
        final Result<?> allocated = secondary.get(PROFILER_RESULT);
        return new AllocationVerdict(name, allocated == null ? Double.NaN : allocated.getScore(),
            name.equals(control));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Map<String, ? extends Result<?>> castResults(final RunResult result) {
        return (Map) result.getSecondaryResults();
    }

    boolean hasPassed() {
        return isControl ? bytesPerOperation >= SMALLEST_OBJECT_BYTES
            : bytesPerOperation < NOISE_BYTES_PER_OPERATION;
    }

    /** Returns whether all passed and the control was among them. */
    static boolean haveAllPassed(final Collection<AllocationVerdict> verdicts) {
        return verdicts.stream().allMatch(AllocationVerdict::hasPassed)
            && verdicts.stream().anyMatch(AllocationVerdict::isControl)
            && verdicts.stream().anyMatch(verdict -> !verdict.isControl);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%-6s %10.4f B/op  %s%s", hasPassed() ? "ok" : "FAILED", bytesPerOperation,
            benchmark, isControl ? "  (control: must allocate)" : "");
    }
}
