// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Takes samples of operations on the calling thread: first until they are steady, then those that count. */
public final class Sampler {

    private static final int MAXIMUM_SAMPLES = 50_000;

    /** Transfers share what a post and a poll run through: those of the first operation make it warm for all. */
    private static final long LEAST_TRANSFERS = 100_000;

    private final LongSupplier allocatedBytes;
    private final long[] timesNs = new long[MAXIMUM_SAMPLES];
    private final long budgetNs;
    private long completed;
    private long transfers;

    /** Samples of the last window of the warm-up, when it lost completions; else 0. */
    private int samplesWithLoss;

    /**
     * Prepares to take samples.
     *
     * @param budgetMs how long samples of one operation are taken, in milliseconds; the warm-up comes on top.
     */
    public Sampler(final long budgetMs) {
        this(budgetMs, ((ThreadMXBean) ManagementFactory.getThreadMXBean())::getCurrentThreadAllocatedBytes);
    }

    /** Prepares to take samples, with a counter of the bytes the calling thread has allocated. */
    Sampler(final long budgetMs, final LongSupplier allocatedBytes) {
        this.allocatedBytes = allocatedBytes;
        this.budgetNs = TimeUnit.MILLISECONDS.toNanos(budgetMs);
    }

    /**
     * Warms an operation up and takes samples.
     *
     * @param operation what is measured.
     * @return its samples; they end early when completions were lost, and are those of the warm-up when it lost some.
     */
    public Samples take(final MeasuredOperation operation) {
        final Steadiness warmUp = warmUp(operation);
        if (samplesWithLoss != 0) {
            return new Samples(operation.name(), operation.callsPerSample(), warmUp.medians(),
                (long) samplesWithLoss * operation.callsPerSample() * operation.completionsPerCall(), completed, 0,
                Arrays.copyOf(timesNs, samplesWithLoss));
        }
        final long allocatedBefore = allocatedBytes.getAsLong();
        final int count = sample(operation, MAXIMUM_SAMPLES, budgetNs);
        final long allocated = allocatedBytes.getAsLong() - allocatedBefore;
        final long[] times = Arrays.copyOf(timesNs, count);
        final long expected = (long) count * operation.callsPerSample() * operation.completionsPerCall();
        final long completions = completed;
        final boolean unsure = allocated != 0 && completions == expected;
        return new Samples(operation.name(), operation.callsPerSample(), warmUp.medians(), expected, completions,
            unsure ? Math.min(allocated, allocatedOnceMore(operation, count)) : allocated, times);
    }

    /**
     * What as many samples again allocate. Operations that allocate do so again; a JVM that moved an object to the heap
     * as it left optimised code, or loaded something, does not, and of few calls that would be much for each.
     */
    private long allocatedOnceMore(final MeasuredOperation operation, final int count) {
        final long before = allocatedBytes.getAsLong();
        final int again = sample(operation, count, Long.MAX_VALUE);
        return again == count ? allocatedBytes.getAsLong() - before : Long.MAX_VALUE;
    }

    private Steadiness warmUp(final MeasuredOperation operation) {
        final int completionsPerCall = operation.completionsPerCall();
        final WarmUp warmUp = new WarmUp(budgetNs,
            completionsPerCall == 0 ? 0 : (LEAST_TRANSFERS - transfers) / completionsPerCall, 1);
        boolean complete = true;
        samplesWithLoss = 0;
        while (complete && !warmUp.isOver()) {
            final int count = sample(operation, MAXIMUM_SAMPLES, warmUp.windowNs());
            final long calls = (long) count * operation.callsPerSample();
            Arrays.sort(timesNs, 0, count);
            warmUp.add(calls, timesNs[count / 2] / (double) operation.callsPerSample());
            complete = completed == calls * completionsPerCall;
            samplesWithLoss = complete ? 0 : count;
            transfers += completed;
        }
        return warmUp.of(0);
    }

    /** Takes at least one sample, none after one that lacks completions, and counts the completions. */
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
