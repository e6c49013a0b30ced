// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import java.util.Locale;
import java.util.Optional;

/**
 * Figures of one size of cluster.
 *
 * @param partners                number of partners configured.
 * @param sessions                number of sessions that were up, and stayed up while it was measured.
 * @param formationMs             from the start of the node to the last session, in milliseconds.
 * @param processorUsPerSecond    processor time of the node in each second, in microseconds.
 * @param heapBytes               Java heap that the partners take.
 * @param residentBytes           memory of the process that the partners take.
 * @param beats                   number of heartbeats that were read.
 * @param beatsDue                number of heartbeats that were due.
 * @param medianReadUs            median over the partners of their median READ, in microseconds.
 * @param longestReadUs           longest READ of all, in microseconds.
 */
public record ScaleFigures(
    int partners, int sessions, long formationMs, long processorUsPerSecond, long heapBytes, long residentBytes,
    long beats, long beatsDue, long medianReadUs, long longestReadUs) {

    /** The line above the figures. */
    public static final String HEADER = String.format("%-9s %-9s %-15s %-22s %-19s %-18s %-16s %-13s %-11s %s",
        "#partners", "#sessions", "formation[msec]", "cpu/partner[usec/sec]", "heap/partner[KiB]", "RSS/partner[KiB]",
        "beats read[%]", "t_read[usec]", "max[usec]", "check");

    private static final String PREFIX = "scale-figures";
    private static final int COLUMNS = 11;
    private static final double LEAST_SHARE_OF_BEATS = 0.9;
    private static final double BYTES_PER_KIB = 1024;

    /**
     * Returns why the figures are invalid.
     *
     * @return what is wrong; empty if they are valid.
     */
    public Optional<String> problem() {
        if (sessions < partners) {
            return Optional.of(partners - sessions + " of " + partners + " sessions missing");
        }
        return beats < LEAST_SHARE_OF_BEATS * beatsDue
            ? Optional.of("only " + beats + " of " + beatsDue + " heartbeats read") : Optional.empty();
    }

    /**
     * Formats the figures for people.
     *
     * @return a line below {@link #HEADER}.
     */
    public String row() {
        return String.format(Locale.ROOT, "%-9d %-9d %-15d %-22.1f %-19.1f %-18.1f %-16.1f %-13d %-11d %s", partners,
            sessions, formationMs, (double) processorUsPerSecond / partners, heapBytes / BYTES_PER_KIB / partners,
            residentBytes / BYTES_PER_KIB / partners, 100.0 * beats / beatsDue, medianReadUs, longestReadUs,
            problem().map(problem -> "FAILED: " + problem).orElse("ok"));
    }

    /**
     * Formats the figures for the process that started the measuring process.
     *
     * @return a line that {@link #parse} reads.
     */
    public String line() {
        return PREFIX + " " + partners + " " + sessions + " " + formationMs + " " + processorUsPerSecond + " "
            + heapBytes + " " + residentBytes + " " + beats + " " + beatsDue + " " + medianReadUs + " "
            + longestReadUs;
    }

    /**
     * Reads a line.
     *
     * @param line a line of a measuring process.
     * @return the figures; empty if the line is about something else.
     */
    public static Optional<ScaleFigures> parse(final String line) {
        final String[] words = line.split(" ");
        if (words.length != COLUMNS || !words[0].equals(PREFIX)) {
            return Optional.empty();
        }
        int at = 1;
        return Optional.of(new ScaleFigures(Integer.parseInt(words[at++]), Integer.parseInt(words[at++]),
            Long.parseLong(words[at++]), Long.parseLong(words[at++]), Long.parseLong(words[at++]),
            Long.parseLong(words[at++]), Long.parseLong(words[at++]), Long.parseLong(words[at++]),
            Long.parseLong(words[at++]), Long.parseLong(words[at])));
    }
}
