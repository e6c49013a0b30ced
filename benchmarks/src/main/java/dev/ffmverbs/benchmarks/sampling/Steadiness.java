// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Decides when a warm-up is over: when the medians of its windows have stopped falling and the JIT compiler is idle.
 *
 * <p>Steady medians alone prove nothing, because interpreted code is steady too while the optimizing compiler works in
 * the background. Scattered medians are no reason to continue, because on a shared machine they always scatter. Not
 * thread-safe.
 */
public final class Steadiness {

    /** Number of windows over which nothing may have improved. */
    public static final int QUIET_WINDOWS = 12;

    /** A median below this share of the best median before it is an improvement. */
    public static final double IMPROVEMENT = 0.97;

    private final int leastWindows;
    private final List<Double> medians = new ArrayList<>();
    private long compilationTime = -1;
    private int windowsSinceCompilation;

    /**
     * Begins a warm-up.
     *
     * @param leastWindows minimum number of windows, however steady they are.
     */
    public Steadiness(final int leastWindows) {
        this.leastWindows = Math.max(leastWindows, 2 * QUIET_WINDOWS);
    }

    /**
     * Adds the next window.
     *
     * @param median          its median latency, in any unit.
     * @param compilationTime time for which the JIT compiler has worked so far, in any unit.
     */
    public void add(final double median, final long compilationTime) {
        medians.add(median);
        windowsSinceCompilation = this.compilationTime == compilationTime ? windowsSinceCompilation + 1 : 0;
        this.compilationTime = compilationTime;
    }

    /**
     * Returns whether the warm-up is over.
     *
     * @return true if nothing has improved, and the compiler has been idle, for {@link #QUIET_WINDOWS} windows.
     */
    public boolean isReached() {
        final int count = medians.size();
        if (count < leastWindows || windowsSinceCompilation < QUIET_WINDOWS) {
            return false;
        }
        final int quietFrom = count - QUIET_WINDOWS;
        return best(quietFrom, count) >= best(0, quietFrom) * IMPROVEMENT;
    }

    /**
     * Returns the course of the warm-up.
     *
     * @return the median of each window, in the order of the windows.
     */
    public List<Double> medians() {
        return List.copyOf(medians);
    }

    private double best(final int from, final int to) {
        return medians.subList(from, to).stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** Describes the course: some of the medians, from the first window to the last. */
    @Override
    public String toString() {
        final int count = medians.size();
        final int step = Math.max(1, (count - 1) / 7);
        final List<String> shown = new ArrayList<>();
        for (int i = 0; i < count - 1; i += step) {
            shown.add(String.format(Locale.ROOT, "%.2f", medians.get(i)));
        }
        if (count > 0) {
            shown.add(String.format(Locale.ROOT, "%.2f", medians.getLast()));
        }
        return count + " windows, medians " + shown.stream().collect(Collectors.joining(" "));
    }
}
