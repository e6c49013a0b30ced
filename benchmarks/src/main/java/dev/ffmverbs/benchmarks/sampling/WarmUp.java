// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** How long operations run before they count: until all are steady, but not too briefly, nor for ever. */
public final class WarmUp {

    private static final int LEAST_WINDOWS = 30;
    private static final int MOST_WINDOWS = 600;

    /** A window lasts for a part of the budget, but not so short that it proves nothing. */
    private static final int WINDOWS_PER_BUDGET = 20;
    private static final long SHORTEST_WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Until they are compiled, calls take ten thousand times as long. */
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(5);

    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    private final long startNs = System.nanoTime();
    private final long budgetNs;
    private final long leastCalls;
    private final Steadiness[] operations;
    private long calls;
    private int windows;

    /**
     * Begins.
     *
     * @param budgetNs   how long samples will be taken afterwards.
     * @param leastCalls calls without which it is not over, however steady they are: the JIT compiler optimises what
     *                   has run some ten thousand times, and slow operations look steady long before.
     * @param operations how many operations are warmed up together.
     */
    public WarmUp(final long budgetNs, final long leastCalls, final int operations) {
        this.budgetNs = budgetNs;
        this.leastCalls = leastCalls;
        this.operations = new Steadiness[operations];
        Arrays.setAll(this.operations, i -> new Steadiness(LEAST_WINDOWS));
    }

    /**
     * How long the next window is to last.
     *
     * @return nanoseconds.
     */
    public long windowNs() {
        return Math.max(SHORTEST_WINDOW_NS, budgetNs / WINDOWS_PER_BUDGET);
    }

    /**
     * Adds a window.
     *
     * @param callsOfEach calls of each operation in it.
     * @param mediansNs   median time of a call of each operation.
     */
    public void add(final long callsOfEach, final double... mediansNs) {
        final long compiled = compiler == null ? 0 : compiler.getTotalCompilationTime();
        for (int i = 0; i < operations.length; i++) {
            operations[i].add(mediansNs[i], compiled);
        }
        calls += callsOfEach;
        windows++;
    }

    /**
     * Whether it is over.
     *
     * @return whether the operations are steady, or it has lasted long enough without.
     */
    public boolean isOver() {
        final boolean longEnough = System.nanoTime() - startNs > Math.max(LONGEST_NS, budgetNs);
        return longEnough || calls >= leastCalls
            && (windows >= MOST_WINDOWS || Arrays.stream(operations).allMatch(Steadiness::reached));
    }

    /**
     * The course of an operation's warm-up.
     *
     * @param operation which one, from 0.
     * @return what the windows show of it.
     */
    public Steadiness of(final int operation) {
        return operations[operation];
    }
}
