// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import com.sun.management.ThreadMXBean;
import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Takes samples of operations on the calling thread. The first samples warm up until the operation is steady; the
 * samples after that count. Not thread-safe.
 */
public final class Sampler {

    private static final int MAXIMUM_SAMPLES = 50_000;

    private final LongSupplier allocatedBytes;
    private final long[] timesNs = new long[MAXIMUM_SAMPLES];
    private final long budgetNs;

    /** Number of runs of each path in this process. */
    private final Map<MeasuredOperation.CodePath, Long> runs = new EnumMap<>(MeasuredOperation.CodePath.class);
    private long completed;

    /** Number of samples in the last window of the warm-up if it lost completions; otherwise 0. */
    private int samplesWithLoss;

    /**
     * Creates a sampler.
     *
     * @param budgetMs how long samples of one operation are taken after the warm-up, in milliseconds.
     */
    public Sampler(final long budgetMs) {
        this(budgetMs, ((ThreadMXBean) ManagementFactory.getThreadMXBean())::getCurrentThreadAllocatedBytes);
    }

    /** Creates a sampler with a counter of the bytes that the calling thread has allocated. */
    Sampler(final long budgetMs, final LongSupplier allocatedBytes) {
        this.allocatedBytes = allocatedBytes;
        this.budgetNs = TimeUnit.MILLISECONDS.toNanos(budgetMs);
    }

    /**
     * Warms an operation up and takes samples.
     *
     * @param operation the operation.
     * @return its samples; they end early if completions were lost. If the warm-up lost some, they are those of the
     *     warm-up.
     */
    public Samples take(final MeasuredOperation operation) {
        final Steadiness warmUp = warmUp(operation);
        if (samplesWithLoss != 0) {
            return new Samples(operation.name(), operation.callsPerSample(), warmUp.medians(),
                (long) samplesWithLoss * operation.callsPerSample() * operation.completionsPerCall(), completed, 0,
                Arrays.copyOf(timesNs, samplesWithLoss));
        }
        final Samples samples = measure(operation, warmUp.medians(), MAXIMUM_SAMPLES, budgetNs);
        final boolean unsure = samples.allocatedBytes() != 0 && samples.completed() == samples.expected();
        return unsure ? samples.withAllocationOf(
            measure(operation, warmUp.medians(), samples.timesNs().length, Long.MAX_VALUE)) : samples;
    }

    private Samples measure(
        final MeasuredOperation operation, final List<Double> warmUpMediansNs, final int most, final long limitNs) {
        final long allocatedBefore = allocatedBytes.getAsLong();
        final int count = sample(operation, most, limitNs);
        final long allocated = allocatedBytes.getAsLong() - allocatedBefore;
        return new Samples(operation.name(), operation.callsPerSample(), warmUpMediansNs,
            (long) count * operation.callsPerSample() * operation.completionsPerCall(), completed, allocated,
            Arrays.copyOf(timesNs, count));
    }

    private Steadiness warmUp(final MeasuredOperation operation) {
        final int completionsPerCall = operation.completionsPerCall();
        final int runsPerCall = Math.max(1, completionsPerCall);
        final MeasuredOperation.CodePath path = operation.path();
        final WarmUp warmUp =
            new WarmUp(budgetNs, (path.leastRuns() - runs.getOrDefault(path, 0L)) / runsPerCall, 1);
        boolean complete = true;
        samplesWithLoss = 0;
        while (complete && !warmUp.isOver()) {
            final int count = sample(operation, MAXIMUM_SAMPLES, warmUp.windowNs());
            final long calls = (long) count * operation.callsPerSample();
            warmUp.add(calls, OrderStatistics.of(timesNs, 0, count).upperMedian() / operation.callsPerSample());
            complete = completed == calls * completionsPerCall;
            samplesWithLoss = complete ? 0 : count;
            runs.merge(path, Math.max(calls, completed), Long::sum);
        }
        return warmUp.of(0);
    }

    /** Takes at least one sample, and stops after one that lacks completions. Counts the completions. */
    private int sample(final MeasuredOperation operation, final int most, final long limitNs) {
        final MeasuredOperation.Loop loop = operation.loop();
        final int calls = operation.callsPerSample();
        final long expected = (long) calls * operation.completionsPerCall();
        final long[] times = timesNs;
        final long startNs = System.nanoTime();
        long taken = 0;
        long endNs = startNs;
        int count = 0;
        while (count < most && endNs - startNs < limitNs) {
            final long beginNs = System.nanoTime();
            final long completions = loop.run(calls);
            endNs = System.nanoTime();
            times[count++] = endNs - beginNs;
            taken += completions;
            if (completions != expected) {
                break;
            }
        }
        completed = taken;
        return count;
    }
}
