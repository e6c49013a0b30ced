// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.benchmarks.result.ScaleFigures;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The part of the report that shows what each partner costs a node as the number of partners grows. */
final class ScaleSection {

    private static final double NS_PER_US = 1e3;
    private static final double NS_PER_MS = 1e6;
    private static final double BYTES_PER_KIB = 1024;

    private final List<ScaleFigures> figures;

    ScaleSection(final List<ScaleFigures> figures) {
        this.figures = figures.stream().sorted(Comparator.comparingInt(ScaleFigures::partners)).toList();
    }

    /** Returns a sentence on the figures; empty if there is nothing to compare, or a size failed. */
    Optional<String> sentence() {
        if (figures.size() < 2 || figures.stream().anyMatch(size -> size.problem().isPresent())) {
            return Optional.empty();
        }
        final ScaleFigures few = figures.getFirst();
        final ScaleFigures many = figures.getLast();
        return Optional.of(String.format(Locale.ROOT, "Each of %d partners costs a node %s of processor time a second"
            + " and %s of memory; each of %d, %s and %s.", many.partners(), processor(many), resident(many),
            few.partners(), processor(few), resident(few)));
    }

    private static String processor(final ScaleFigures size) {
        return Wording.time(perPartner(size, size.processorUsPerSecond()) * NS_PER_US);
    }

    private static String resident(final ScaleFigures size) {
        return kib(perPartner(size, size.residentBytes()));
    }

    private static double perPartner(final ScaleFigures size, final long total) {
        return (double) total / size.partners();
    }

    private static String kib(final double bytes) {
        return String.format(Locale.ROOT, "%.1f KiB", bytes / BYTES_PER_KIB);
    }

    /** Returns the section; empty if nothing was measured. */
    String html() throws IOException {
        if (figures.isEmpty()) {
            return "";
        }
        final StringBuilder section = new StringBuilder("""
            <section><h2>What each partner costs <small>device soft</small></h2>
            <p>The node is alone in its process, and its partners are in others. All of them exchange heartbeats. The
            figures are those of the node's process, divided by the number of partners.</p>
            """);
        section.append("<div class=\"plots\" data-scale=\"").append(Wording.html(JSON.std.asString(data())))
            .append("\"></div>\n<details><summary>All figures</summary><div class=\"scroll\"><table><thead><tr>")
            .append("<th>partners</th><th>processor time a second</th><th>heap</th><th>resident memory</th>")
            .append("<th>READ, median</th><th>longest</th><th>heartbeats read</th><th>until all sessions are up</th>")
            .append("<th>check</th></tr></thead><tbody>\n");
        figures.forEach(size -> section.append(row(size)));
        return section.append("</tbody></table></div></details></section>\n").toString();
    }

    private static String row(final ScaleFigures size) {
        return "<tr><th scope=\"row\">" + size.partners() + "</th><td>" + processor(size) + "</td><td>"
            + kib(perPartner(size, size.heapBytes())) + "</td><td>" + resident(size) + "</td><td>"
            + Wording.time(size.medianReadUs() * NS_PER_US) + "</td><td>"
            + Wording.time(size.longestReadUs() * NS_PER_US) + "</td><td>"
            + String.format(Locale.ROOT, "%.1f %%", 100.0 * size.beats() / size.beatsDue()) + "</td><td>"
            + Wording.time(size.formationMs() * NS_PER_MS) + "</td><td>"
            + Wording.html(size.problem().map(problem -> "FAILED: " + problem).orElse("ok")) + "</td></tr>\n";
    }

    private List<Map<String, Object>> data() {
        return figures.stream().map(size -> {
            final Map<String, Object> data = new LinkedHashMap<>();
            data.put("partners", size.partners());
            data.put("processorNs", perPartner(size, size.processorUsPerSecond()) * NS_PER_US);
            data.put("heapBytes", perPartner(size, size.heapBytes()));
            data.put("residentBytes", perPartner(size, size.residentBytes()));
            data.put("medianReadNs", size.medianReadUs() * NS_PER_US);
            data.put("longestReadNs", size.longestReadUs() * NS_PER_US);
            return data;
        }).toList();
    }
}
