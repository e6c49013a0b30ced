// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Decides how long operations run before they count: until all are steady, but at most 5 s of processor time of the
 * calling thread and at most 20 s. Created and used by one thread.
 */
public final class WarmUp {

    private static final int LEAST_WINDOWS = 30;
    private static final int MOST_WINDOWS = 600;

    /** A window lasts for a part of the budget, but long enough to be significant. */
    private static final int WINDOWS_PER_BUDGET = 20;
    private static final long SHORTEST_WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Before they are compiled, calls may take ten thousand times as long. */
    private static final long LONGEST_PROCESSOR_NS = TimeUnit.SECONDS.toNanos(5);

    /**
     * A busy machine gives a process only a share of its processors. The extent of the warm-up must not depend on that.
     */
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(20);

    private final LongSupplier compilerTimeNs;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final long startNs = System.nanoTime();
    private final long startProcessorNs = threads.getCurrentThreadCpuTime();
    private final long budgetNs;
    private final long leastCalls;
    private final Steadiness[] operations;
    private long calls;
    private int windows;

    /**
     * Begins a warm-up.
     *
     * @param budgetNs   how long samples will be taken afterwards, in nanoseconds.
     * @param leastCalls minimum number of calls, however steady they are: the JIT compiler optimizes what has run some
     *     ten thousand times, and slow operations look steady long before that.
     * @param operations number of operations that are warmed up together.
     */
    public WarmUp(final long budgetNs, final long leastCalls, final int operations) {
        this(budgetNs, leastCalls, operations, new CompilerTime()::spentNs);
    }

    /** Begins a warm-up beside a specific compiler. */
    WarmUp(final long budgetNs, final long leastCalls, final int operations, final LongSupplier compilerTimeNs) {
        this.compilerTimeNs = compilerTimeNs;
        this.budgetNs = budgetNs;
        this.leastCalls = leastCalls;
        this.operations = new Steadiness[operations];
        Arrays.setAll(this.operations, i -> new Steadiness(LEAST_WINDOWS));
    }

    /**
     * Returns how long the next window lasts.
     *
     * @return nanoseconds.
     */
    public long windowNs() {
        return Math.max(SHORTEST_WINDOW_NS, budgetNs / WINDOWS_PER_BUDGET);
    }

    /**
     * Adds a window.
     *
     * @param callsOfEach number of calls of each operation in it.
     * @param mediansNs   median time of a call of each operation.
     */
    public void add(final long callsOfEach, final double... mediansNs) {
        final long compiled = compilerTimeNs.getAsLong();
        for (int i = 0; i < operations.length; i++) {
            operations[i].add(mediansNs[i], compiled);
        }
        calls += callsOfEach;
        windows++;
    }

    /**
     * Returns whether the warm-up is over.
     *
     * @return true if the operations are steady, or the warm-up has reached its limits.
     */
    public boolean isOver() {
        return hasReachedItsLimit() || calls >= leastCalls
            && (windows >= MOST_WINDOWS || Arrays.stream(operations).allMatch(Steadiness::isReached));
    }

    private boolean hasReachedItsLimit() {
        return threads.getCurrentThreadCpuTime() - startProcessorNs > Math.max(LONGEST_PROCESSOR_NS, budgetNs)
            || System.nanoTime() - startNs > Math.max(LONGEST_NS, budgetNs);
    }

    /**
     * Returns the course of an operation's warm-up.
     *
     * @param operation number of the operation, from 0.
     * @return its windows.
     */
    public Steadiness of(final int operation) {
        return operations[operation];
    }
}
