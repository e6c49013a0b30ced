// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static dev.ffmverbs.benchmarks.report.Wording.html;

import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.SafepointTimes;
import dev.ffmverbs.benchmarks.result.Skip;
import dev.ffmverbs.benchmarks.result.Status;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The figures as HTML tables. */
final class Tables {

    private static final List<String> COMPARED = List.of("c", "jni");
    private static final double[] PERCENTILES = {99, 99.9, 99.99, 100};

    private final Report report;

    Tables(final Report report) {
        this.report = report;
    }

    /** Shows all results of a suite on a device, with ratios to C, to JNI and to other people's libraries. */
    String results(final String suite, final String device) {
        final List<String> others = others(suite, device);
        final StringBuilder table = new StringBuilder("""
            <div class="scroll"><table><thead><tr><th>operation</th><th>binding</th><th>median</th>
            <th>interval</th>%s<th>p99</th><th>p99.9</th><th>p99.99</th><th>max</th>
            <th>BW average[MB/sec]</th><th>MsgRate[Mpps]</th><th>B/call</th><th>check</th></tr></thead><tbody>
            """.formatted(others.stream().map(name -> "<th>× " + html(name) + "</th>").collect(Collectors.joining())));
        final Map<String, List<OperationResult>> byOperation = report.results().stream()
            .filter(result -> result.suite().equals(suite) && result.device().equals(device))
            .collect(Collectors.groupingBy(OperationResult::operation, LinkedHashMap::new, Collectors.toList()));
        byOperation.forEach((operation, results) -> {
            String title = "<tr class=\"first\"><th scope=\"row\">" + html(Wording.title(operation)) + "</th>";
            for (final OperationResult result : results) {
                table.append(title).append(row(result, others)).append("</tr>\n");
                title = "<tr><td></td>";
            }
        });
        return table.append("</tbody></table></div>").toString();
    }

    /** Returns the bindings to which all are compared: C, JNI, and other people's libraries. */
    private List<String> others(final String suite, final String device) {
        return report.results().stream().filter(result -> result.suite().equals(suite)
            && result.device().equals(device) && (COMPARED.contains(result.binding())
            || result.family().equals(Family.PEER.name()))).map(OperationResult::binding).distinct().toList();
    }

    private String row(final OperationResult result, final List<String> others) {
        final StringBuilder row = new StringBuilder(cell(html(result.binding())));
        row.append(cell("<b>" + Wording.time(result.medianNs()) + "</b>"))
            .append(cell(Wording.time(result.lowNs()) + " – " + Wording.time(result.highNs())));
        others.forEach(other -> row.append(cell(ratio(result, other))));
        for (final double percentile : PERCENTILES) {
            row.append(cell(Wording.time(result.at(percentile))));
        }
        final Optional<Throughput> throughput = Throughput.of(result.operation(), result.medianNs());
        row.append(cell(throughput.map(Throughput::bandwidth).orElse("")))
            .append(cell(throughput.map(Throughput::messageRate).orElse("")));
        row.append(cell(String.format(Locale.ROOT, "%.0f", result.allocatedBytesPerCall())));
        row.append(result.status() == Status.OK ? cell("ok")
            : "<td class=\"failed\">FAILED: " + html(String.join("; ", result.problems())) + "</td>");
        return row.toString();
    }

    private String ratio(final OperationResult result, final String other) {
        final Optional<OperationResult> reference =
            report.find(result.suite(), result.device(), result.operation(), other);
        return reference.filter(found -> !result.binding().equals(other) && found.medianNs() > 0)
            .map(found -> Wording.ratio(result.medianNs() / found.medianNs())).orElse("");
    }

    private static String cell(final String content) {
        return "<td>" + content + "</td>";
    }

    /** Shows names and values. */
    static String facts(final Map<String, String> facts) {
        final StringBuilder table = new StringBuilder("<div class=\"scroll\"><table class=\"facts\"><tbody>\n");
        facts.forEach((name, value) -> table.append("<tr><th scope=\"row\">").append(html(name))
            .append("</th><td>").append(html(value)).append("</td></tr>\n"));
        return table.append("</tbody></table></div>").toString();
    }

    /** Shows how long threads took to reach safepoints. */
    String safepoints() {
        final StringBuilder table = new StringBuilder("""
            <div class="scroll"><table><thead><tr><th>suite</th><th>device</th><th>binding</th><th>safepoints</th>
            <th>median</th><th>longest</th></tr></thead><tbody>
            """);
        for (final SafepointTimes times : report.safepoints()) {
            table.append("<tr>").append(cell(html(times.suite()))).append(cell(html(times.device())))
                .append(cell(html(times.binding()))).append(cell(Integer.toString(times.count())))
                .append(cell(Wording.time((double) times.medianNs())))
                .append(cell(Wording.time((double) times.longestNs())))
                .append("</tr>\n");
        }
        return table.append("</tbody></table></div>").toString();
    }

    /** Shows what was not measured, and why. */
    String skips() {
        final StringBuilder list = new StringBuilder("<ul>\n");
        for (final Skip skip : report.skips()) {
            list.append("<li><b>").append(html(skip.suite() + " on " + skip.device()
                    + (skip.binding().isEmpty() ? "" : ", " + skip.binding())))
                .append("</b>: ").append(html(skip.reason())).append("</li>\n");
        }
        return list.append("</ul>").toString();
    }
}
