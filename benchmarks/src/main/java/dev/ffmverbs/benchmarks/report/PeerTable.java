// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static dev.ffmverbs.benchmarks.report.Wording.html;

import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * This project beside other people's libraries: for each operation the median, what it allocates, and the ratio.
 *
 * <p>Every table is about one suite on one device. A figure that failed its checks is replaced by the word FAILED.
 */
public final class PeerTable {

    private static final String NOTHING = "–";

    /** The binding that stands for this project, the first that was measured. */
    private static final List<String> OURS = List.of("ffm-critical", "ffm", "soft", "ffm-shared");

    private static final Map<String, String> PLACES = Map.of("data-path", "both ends in one process",
        "soft", "between two processes", "messages", "there and back between two processes");

    private final Report report;

    /**
     * Prepares the tables.
     *
     * @param report the figures.
     */
    public PeerTable(final Report report) {
        this.report = report;
    }

    /** A suite on a device. */
    private record Place(String suite, String device) {

        String title() {
            return PLACES.getOrDefault(suite, suite) + ", device " + device;
        }
    }

    /**
     * Writes the tables for a terminal.
     *
     * @return lines; none if nothing was measured beside other people's libraries.
     */
    public List<String> lines() {
        final List<String> lines = new ArrayList<>();
        tables().forEach((place, table) -> {
            final List<Integer> widths = new ArrayList<>();
            for (int column = 0; column < table.getFirst().size(); column++) {
                final int at = column;
                widths.add(table.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
            }
            lines.add("beside what others use, " + place.title() + ":");
            table.forEach(row -> lines.add(align(row, widths)));
        });
        return lines;
    }

    private static String align(final List<String> row, final List<Integer> widths) {
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(String.format(Locale.ROOT, i == 0 ? "  %-" + widths.get(i) + "s" : "  %" + widths.get(i) + "s",
                row.get(i)));
        }
        return line.toString();
    }

    /** Writes the tables as Markdown, each with a line between it and the next. */
    String markdown() {
        return tables().entrySet().stream().map(entry -> {
            final List<List<String>> table = entry.getValue();
            final List<String> lines = new ArrayList<>();
            final List<String> header = new ArrayList<>(table.getFirst());
            header.set(0, entry.getKey().title());
            lines.add("| " + String.join(" | ", header) + " |");
            lines.add("|" + "---|".repeat(header.size()));
            table.stream().skip(1).forEach(row -> lines.add("| " + String.join(" | ", row) + " |"));
            return String.join("\n", lines) + "\n\n";
        }).collect(Collectors.joining());
    }

    /** Writes the tables as a section of the report; empty if there are none. */
    String section() {
        final Map<Place, List<List<String>>> tables = tables();
        if (tables.isEmpty()) {
            return "";
        }
        final StringBuilder section = new StringBuilder("<section class=\"peers\"><h2>Beside what others use</h2>\n"
            + "<p>Median time, bytes that an operation allocates on the Java heap, and this project's time divided by"
            + " theirs: below 1 this project is faster.</p>\n");
        tables.forEach((place, table) -> {
            section.append("<h3>").append(html(place.title())).append("</h3>\n<div class=\"scroll\"><table><thead><tr>")
                .append(cells(table.getFirst(), "th")).append("</tr></thead><tbody>\n");
            table.stream().skip(1).forEach(row -> section.append("<tr><th scope=\"row\">")
                .append(html(row.getFirst())).append("</th>").append(cells(row.subList(1, row.size()), "td"))
                .append("</tr>\n"));
            section.append("</tbody></table></div>\n");
        });
        return section.append("</section>\n").toString();
    }

    private static String cells(final List<String> contents, final String element) {
        return contents.stream().map(content -> "<" + element + ">" + html(content) + "</" + element + ">")
            .collect(Collectors.joining());
    }

    /** Returns the tables with their headers as the first rows. */
    private Map<Place, List<List<String>>> tables() {
        final Map<Place, List<List<String>>> tables = new LinkedHashMap<>();
        report.results().stream().filter(PeerTable::isPeer).map(result -> new Place(result.suite(), result.device()))
            .distinct().forEach(place -> table(place).ifPresent(table -> tables.put(place, table)));
        return tables;
    }

    private static boolean isPeer(final OperationResult result) {
        return result.family().equals(Family.PEER.name());
    }

    private Optional<List<List<String>>> table(final Place place) {
        final List<OperationResult> here = report.results().stream()
            .filter(result -> result.suite().equals(place.suite()) && result.device().equals(place.device())).toList();
        final Optional<String> own = Stream.concat(OURS.stream(), Stream.of(place.device()))
            .filter(name -> here.stream().anyMatch(result -> result.binding().equals(name))).findFirst();
        final List<String> peers =
            here.stream().filter(PeerTable::isPeer).map(OperationResult::binding).distinct().toList();
        if (own.isEmpty()) {
            return Optional.empty();
        }
        final List<List<String>> table = new ArrayList<>();
        final List<String> header = new ArrayList<>(List.of("operation", own.get()));
        peers.forEach(peer -> header.addAll(List.of(peer, own.get() + " / " + peer)));
        Stream.concat(own.stream(), peers.stream()).forEach(name -> header.add(name + " B/op"));
        table.add(header);
        here.stream().filter(PeerTable::isPeer).map(OperationResult::operation).distinct().forEach(operation -> {
            final Optional<OperationResult> ours = find(here, operation, own.get());
            final List<String> row = new ArrayList<>(List.of(Wording.title(operation), median(ours)));
            for (final String peer : peers) {
                final Optional<OperationResult> theirs = find(here, operation, peer);
                row.addAll(List.of(median(theirs), ratio(ours, theirs)));
            }
            row.add(allocation(operation, ours));
            peers.forEach(peer -> row.add(allocation(operation, find(here, operation, peer))));
            table.add(row);
        });
        return Optional.of(table);
    }

    private static Optional<OperationResult> find(
        final List<OperationResult> results, final String operation, final String binding) {
        return results.stream().filter(result -> result.operation().equals(operation)
            && result.binding().equals(binding)).findFirst();
    }

    private static String median(final Optional<OperationResult> result) {
        return result.map(found -> found.status() == Status.OK ? Wording.time(found.medianNs()) : "FAILED")
            .orElse(NOTHING);
    }

    /** A processor time has no allocation beside it. */
    private static String allocation(final String operation, final Optional<OperationResult> result) {
        return operation.endsWith("-processor-time") ? "" : result.map(found ->
            String.format(Locale.ROOT, "%.0f", found.allocatedBytesPerCall())).orElse(NOTHING);
    }

    private static String ratio(final Optional<OperationResult> ours, final Optional<OperationResult> theirs) {
        return ours.filter(found -> found.status() == Status.OK).flatMap(own -> theirs
            .filter(found -> found.status() == Status.OK && found.medianNs() > 0)
            .map(found -> Wording.ratio(own.medianNs() / found.medianNs()))).orElse(NOTHING);
    }
}
