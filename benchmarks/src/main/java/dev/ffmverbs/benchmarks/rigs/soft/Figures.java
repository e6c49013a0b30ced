// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What one run measured.
 *
 * @param operations     number of requests that completed.
 * @param elapsedNs      time in which they completed.
 * @param p50Ns          median time from a post to its last completion.
 * @param p99Ns          99th percentile of that time.
 * @param quartilesNs    quartiles of the medians of windows of posts.
 * @param shares         fewest and most requests of a queue pair.
 * @param allocatedBytes bytes that all threads concerned allocated on the Java heap.
 * @param processorNs    processor time of both processes; 0 if it was not measured.
 */
public record Figures(
    long operations, long elapsedNs, long p50Ns, long p99Ns, Range quartilesNs, Range shares, long allocatedBytes,
    long processorNs) {

    private static final String PREFIX = "figures ";

    /**
     * Two numbers of one kind.
     *
     * @param low  the lower one.
     * @param high the higher one.
     */
    public record Range(long low, long high) {

        double ratio() {
            return low == 0 ? high == 0 ? 1 : Double.POSITIVE_INFINITY : (double) high / low;
        }
    }

    /** Returns the line by which a process reports its figures, without processor time, which the harness reads. */
    String line() {
        return PREFIX + "operations=" + operations + " elapsedNs=" + elapsedNs + " p50Ns=" + p50Ns + " p99Ns=" + p99Ns
            + " lowerQuartileNs=" + quartilesNs.low() + " upperQuartileNs=" + quartilesNs.high() + " leastOfPair="
            + shares.low() + " mostOfPair=" + shares.high() + " allocatedBytes=" + allocatedBytes;
    }

    /**
     * Reads the line of a process.
     *
     * @param line any line.
     * @return the figures; empty if the line is about something else.
     * @throws IllegalArgumentException if a figure is missing or is not a number.
     */
    static Optional<Figures> parse(final String line) {
        if (!line.startsWith(PREFIX)) {
            return Optional.empty();
        }
        final Map<String, String> found = Arrays.stream(line.substring(PREFIX.length()).strip().split(" "))
            .filter(word -> word.contains("=")).collect(Collectors.toMap(
                word -> word.substring(0, word.indexOf('=')), word -> word.substring(word.indexOf('=') + 1)));
        return Optional.of(new Figures(number(found, "operations"), number(found, "elapsedNs"),
            number(found, "p50Ns"), number(found, "p99Ns"),
            new Range(number(found, "lowerQuartileNs"), number(found, "upperQuartileNs")),
            new Range(number(found, "leastOfPair"), number(found, "mostOfPair")),
            number(found, "allocatedBytes"), 0));
    }

    private static long number(final Map<String, String> found, final String name) {
        if (!found.containsKey(name)) {
            throw new IllegalArgumentException("a line of figures lacks " + name + ": " + found);
        }
        return Long.parseLong(found.get(name));
    }

    Figures withProcessorNs(final long ns) {
        return new Figures(operations, elapsedNs, p50Ns, p99Ns, quartilesNs, shares, allocatedBytes, ns);
    }

    double nsPerOperation() {
        return (double) elapsedNs / operations;
    }

    double operationsPerSecond() {
        return (double) operations * TimeUnit.SECONDS.toNanos(1) / elapsedNs;
    }

    double processorNsPerOperation() {
        return (double) processorNs / operations;
    }

    double allocatedBytesPerOperation() {
        return (double) allocatedBytes / operations;
    }

    static String header() {
        return String.format("%10s %10s %9s %12s %12s %12s %10s %8s  %s", "p50[us]", "p99[us]", "quartiles",
            "operations/s", "MB/s", "cpu/op[us]", "most/least", "B/op", "side");
    }

    String row(final int lengthBytes, final String side) {
        return String.format(Locale.ROOT, "%10.2f %10.2f %9.2f %12.0f %12.1f %12.3f %10.2f %8.2f  %s", p50Ns / 1e3,
            p99Ns / 1e3, quartilesNs.ratio(), operationsPerSecond(), operationsPerSecond() * lengthBytes / 1e6,
            processorNsPerOperation() / 1e3, shares.ratio(), allocatedBytesPerOperation(), side);
    }
}
