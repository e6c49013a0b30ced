// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The figures of the project's front page as Markdown, with the machine on which they were measured. */
public final class SummaryTable {

    /** Name of the file. */
    public static final String FILE = "summary.md";

    /** Calls that are shown. */
    static final List<String> CALLS = List.of("empty-poll", "post-1", "post-16", "post-and-poll-16", "decode-16");

    private static final String REGISTRATION = "register-4096";
    private static final List<String> BINDINGS = List.of("c", "ffm-critical", "ffm", "ffm-shared", "jni");
    private static final List<String> ON_SOFT = List.of("read-8", "write-8", "send-8", "fetch-and-add-8",
        "two-reads-two-writes", "handshake-on-connection", "handshake", "session", "read-status", "silence-to-down",
        "append-64", "append-at-2000-per-s");
    private static final List<String> BATCHES = List.of("write-batch-8", "write-batch-65536", "read-batch-65536");
    private static final String SIDES = "soft";
    private static final Map<String, String> COLUMNS =
        Map.of("c", "C, a packet per call", "c-trains", "C, packets in trains", "soft", "software device");
    private static final double P99 = 99;
    private static final String NOTHING = "–";

    private final Report report;

    /**
     * Prepares the tables.
     *
     * @param report the figures.
     */
    public SummaryTable(final Report report) {
        this.report = report;
    }

    /**
     * Writes the tables. A figure that failed its checks is left out.
     *
     * @return Markdown.
     */
    public String markdown() {
        return calls() + "\n" + soft() + "\n" + throughput() + "\n" + sides() + new PeerTable(report).markdown()
            + source() + "\n";
    }

    private String calls() {
        final StringBuilder table = new StringBuilder("""
            | median of a call on the stub | C | `ffm-critical` | `ffm` | `ffm-shared` | JNI | `ffm-critical` / JNI |
            |---|---|---|---|---|---|---|
            """);
        for (final String operation : Stream.concat(CALLS.stream(), Stream.of(REGISTRATION)).toList()) {
            table.append("| ").append(Wording.title(operation)).append(" | ").append(BINDINGS.stream()
                .map(binding -> median(valid("stub", operation, binding))).collect(Collectors.joining(" | ")))
                .append(" | ").append(ratio(operation)).append(" |\n");
        }
        return table.toString();
    }

    private String ratio(final String operation) {
        return valid("stub", operation, "ffm-critical").flatMap(critical -> valid("stub", operation, "jni")
            .map(jni -> Wording.ratio(critical.medianNs() / jni.medianNs()))).orElse(NOTHING);
    }

    private String soft() {
        final StringBuilder table = new StringBuilder("""
            | on the software device | median | 99 % within |
            |---|---|---|
            """);
        for (final String operation : ON_SOFT) {
            final Optional<OperationResult> result = valid("soft", operation, "ffm");
            table.append("| ").append(Wording.title(operation)).append(" | ").append(median(result)).append(" | ")
                .append(result.map(found -> Wording.time(found.at(P99))).orElse(NOTHING)).append(" |\n");
        }
        return table.toString();
    }

    private String throughput() {
        final StringBuilder table = new StringBuilder("""
            | 16 at a time on the software device | MsgRate[Mpps] | BW average[MB/sec] |
            |---|---|---|
            """);
        for (final String operation : BATCHES) {
            final Optional<Throughput> throughput = valid("soft", operation, "ffm")
                .flatMap(found -> Throughput.of(operation, found.medianNs()));
            table.append("| ").append(Wording.title(operation)).append(" | ")
                .append(throughput.map(Throughput::messageRate).orElse(NOTHING)).append(" | ")
                .append(throughput.map(Throughput::bandwidth).orElse(NOTHING)).append(" |\n");
        }
        return table.toString();
    }

    /** Compares the software device with C, an older build and other devices. Empty if that was not measured. */
    private String sides() {
        final List<OperationResult> measured = report.results().stream().filter(result ->
            result.suite().equals(SIDES) && result.status() == Status.OK
                && !result.family().equals(Family.PEER.name())).toList();
        if (measured.isEmpty()) {
            return "";
        }
        final List<String> names = measured.stream().map(OperationResult::binding).distinct().toList();
        final StringBuilder table = new StringBuilder("| time of a request between two processes | ")
            .append(names.stream().map(name -> COLUMNS.getOrDefault(name, name)).collect(Collectors.joining(" | ")))
            .append(" |\n|---|").append("---|".repeat(names.size())).append("\n");
        measured.stream().map(result -> List.of(result.device(), result.operation())).distinct().forEach(row ->
            table.append("| ").append(Wording.title(row.getLast())).append(" | ").append(names.stream()
                .map(name -> median(report.find(SIDES, row.getFirst(), row.getLast(), name)
                    .filter(result -> result.status() == Status.OK))).collect(Collectors.joining(" | ")))
                .append(" |\n"));
        return table.append("\n").toString();
    }

    private Optional<OperationResult> valid(final String device, final String operation, final String binding) {
        return report.results().stream().filter(result -> result.device().equals(device)
            && result.operation().equals(operation) && result.binding().equals(binding)
            && result.status() == Status.OK).findFirst();
    }

    private static String median(final Optional<OperationResult> result) {
        return result.map(found -> Wording.time(found.medianNs())).orElse(NOTHING);
    }

    private String source() {
        final Map<String, String> facts = report.environment();
        final List<String> sentences = new Summary(report).sentences();
        final int last = 2 + new Conditions(report).sentences().size();
        return "`" + report.command() + "` on " + facts.getOrDefault("processor", "an unknown processor") + ", "
            + facts.getOrDefault("cores", "?") + " cores"
            + (facts.getOrDefault("virtual machine", "no").equals("yes") ? " of a virtual machine" : "") + ", "
            + facts.getOrDefault("kernel", "an unknown kernel") + ", JDK " + facts.getOrDefault("JDK", "unknown") + ", "
            + facts.getOrDefault("date", "undated") + ", load before it " + facts.getOrDefault("load before", "unknown")
            + ". "
            + String.join(" ", sentences.subList(Math.max(0, sentences.size() - last), sentences.size()));
    }
}
