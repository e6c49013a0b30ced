// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A figure by which sides are compared, with its name in {@code --require}. */
public enum Figure {

    /** Median time of a post, in microseconds. */
    P50(run -> run.p50Ns() / 1e3),

    /** 99th percentile of the time of a post, in microseconds. */
    P99(run -> run.p99Ns() / 1e3),

    /** Requests per second. */
    RATE(Figures::operationsPerSecond),

    /** Processor time per request, both ends together, in microseconds. */
    PROCESSOR(run -> run.processorNsPerOperation() / 1e3),

    /** Upper quartile of the medians of windows, divided by the lower one; 1 if the speed never changes. */
    QUARTILES(run -> run.quartilesNs().ratio()),

    /** Requests of the queue pair with the most, divided by those of the queue pair with the fewest. */
    SHARES(run -> run.shares().ratio()),

    /** Bytes that the measuring process allocated on the Java heap per request. */
    ALLOCATION(Figures::allocatedBytesPerOperation);

    @SuppressWarnings("ImmutableEnumChecker") // each is a function without state
    private final ToDoubleFunction<Figures> value;

    Figure(final ToDoubleFunction<Figures> value) {
        this.value = value;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the median over the runs. */
    double median(final List<Figures> runs) {
        return OrderStatistics.of(runs.stream().mapToDouble(value).toArray()).median();
    }

    /**
     * Finds the figure of a name.
     *
     * @throws NoSuchElementException if there is none; the message lists those that exist.
     */
    static Figure find(final String label) {
        return Arrays.stream(values()).filter(figure -> figure.label().equals(label)).findFirst()
            .orElseThrow(() -> new NoSuchElementException("no figure named " + label + "; these exist: "
                + Arrays.stream(values()).map(Figure::label).collect(Collectors.joining(", "))));
    }
}
