// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static dev.ffmverbs.benchmarks.report.Wording.html;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes the report: one file that contains its style, its plots and its data. */
public final class HtmlReport {

    /** Name of the file. */
    public static final String FILE = "report.html";

    private static final String PLOT_PROPERTIES = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";
    private static final List<String> SUITE_ORDER = List.of("data-path", "soft", "messages", "registration",
        "handshake", "heartbeat", "mirrored-log", "calls");
    private static final Map<String, String> SUITE_TITLES = Map.of("calls", "Cost of calls", "data-path",
        "Transfers, one at a time", "registration", "Memory registration",
        "handshake", "Two nodes find each other", "heartbeat", "Two nodes watch each other",
        "mirrored-log", "A log with a copy at the partner",
        "soft", "The software device beside C and others", "messages", "Messages between two processes");

    private final Report report;
    private final Tables tables;

    /**
     * Prepares a report.
     *
     * @param report the figures.
     */
    public HtmlReport(final Report report) {
        this.report = report;
        this.tables = new Tables(report);
    }

    /**
     * Writes the report.
     *
     * @param folder folder to write to.
     * @throws IOException if it cannot be written.
     */
    public void write(final Path folder) throws IOException {
        String page = resource("report.html");
        for (final Map.Entry<String, String> part : parts().entrySet()) {
            page = page.replace("{{" + part.getKey() + "}}", part.getValue());
        }
        Files.writeString(folder.resolve(FILE), page);
    }

    /** Returns the parts of the page by their names. The data comes last, because it may contain anything. */
    private Map<String, String> parts() throws IOException {
        final Map<String, String> parts = new LinkedHashMap<>();
        parts.put("machine", html(report.environment().getOrDefault("processor", "") + ", "
            + report.environment().getOrDefault("cores", "?") + " cores, "
            + report.environment().getOrDefault("JDK", "") + ", " + report.environment().getOrDefault("date", "")));
        parts.put("warnings", warnings());
        parts.put("costs", new CostSection(report).html());
        parts.put("summary", new Summary(report).sentences().stream()
            .map(sentence -> "<li>" + html(sentence) + "</li>").collect(Collectors.joining("\n")));
        parts.put("legend", legend());
        parts.put("peers", new PeerTable(report).section());
        parts.put("suites", suites() + new ScaleSection(report.scale()).html());
        parts.put("safepoints", report.safepoints().isEmpty() ? "<p>None were logged.</p>" : tables.safepoints());
        parts.put("skips", report.skips().isEmpty() ? "<p>Nothing.</p>" : tables.skips());
        parts.put("environment", Tables.facts(report.environment()));
        parts.put("command", html(report.command()));
        parts.put("plot-style", plotResource("uPlot.min.css"));
        parts.put("style", resource("report.css"));
        parts.put("plot-script", plotResource("uPlot.iife.min.js"));
        parts.put("script", resource("report.js"));
        parts.put("data", JSON.std.asString(data()).replace("</", "<\\/"));
        return parts;
    }

    private String legend() {
        return report.bindings().isEmpty() ? "" : report.bindings().entrySet().stream()
            .map(binding -> "<li data-binding=\"" + html(binding.getKey()) + "\"><b>" + html(binding.getKey())
                + "</b> " + html(binding.getValue()) + "</li>")
            .collect(Collectors.joining("\n", "<section>\n<h2>What is compared</h2>\n<ul class=\"legend\">\n",
                "\n</ul>\n</section>"));
    }

    private String warnings() {
        final StringBuilder warnings = new StringBuilder();
        if (report.interrupted()) {
            warnings.append("<p class=\"warning\">INCOMPLETE: this run was interrupted; missing figures were not"
                + " measured.</p>\n");
        }
        warnings.append(failureBox());
        final List<String> conditions = new Conditions(report).sentences();
        return conditions.isEmpty() ? warnings.toString()
            : warnings.append("<p class=\"notice\">").append(html(String.join(" ", conditions))).append("</p>\n")
                .toString();
    }

    /** Shows all that failed in one box, before any figure. */
    private String failureBox() {
        final List<String> failed = new ArrayList<>(report.failures());
        report.results().stream().filter(result -> !result.problems().isEmpty()).forEach(result ->
            failed.add(Wording.title(result.operation()) + ", " + result.binding() + " on " + result.device() + ": "
                + String.join("; ", result.problems())));
        report.scale().forEach(figures -> figures.problem().ifPresent(failed::add));
        return failed.isEmpty() ? "" : failed.stream().map(line -> "<li>" + html(line) + "</li>")
            .collect(Collectors.joining("\n", "<section class=\"failures\"><h2>FAILED: " + failed.size()
                + (failed.size() == 1 ? " figure is" : " figures are") + " not valid</h2>\n<ul>\n",
                "\n</ul>\n</section>\n"));
    }

    private String suites() {
        final Set<List<String>> measured = new LinkedHashSet<>();
        report.results().stream().sorted(Comparator.comparingInt(result -> position(result.suite())))
            .forEach(result -> measured.add(List.of(result.suite(), result.device())));
        final StringBuilder sections = new StringBuilder();
        for (final List<String> suiteAndDevice : measured) {
            final String suite = suiteAndDevice.getFirst();
            final String device = suiteAndDevice.getLast();
            sections.append("<section><h2>").append(html(SUITE_TITLES.getOrDefault(suite, suite)))
                .append(" <small>device ").append(html(device)).append("</small></h2>\n<p>")
                .append(html(report.environment().getOrDefault("device " + device, ""))).append("</p>\n")
                .append("<div class=\"plots\" data-suite=\"").append(html(suite)).append("\" data-device=\"")
                .append(html(device)).append("\"></div>\n<details><summary>All figures</summary>")
                .append(tables.results(suite, device)).append("</details>\n")
                .append("<details class=\"warm-up\" data-suite=\"").append(html(suite)).append("\" data-device=\"")
                .append(html(device)).append("\"><summary>Warm-up of the first run, window by window</summary>"
                    + "<div class=\"plots\"></div></details></section>\n");
        }
        return sections.toString();
    }

    /** Returns the place of a suite on the page: what people decide by comes first. */
    private static int position(final String suite) {
        final int listed = SUITE_ORDER.indexOf(suite);
        return listed < 0 ? SUITE_ORDER.size() : listed;
    }

    /** Returns what the plots need. Of the runs, that is only the course of the first warm-up. */
    private List<Map<String, Object>> data() {
        return report.results().stream().map(HtmlReport::data).toList();
    }

    private static Map<String, Object> data(final OperationResult result) {
        final Map<String, Object> data = new LinkedHashMap<>();
        data.put("suite", result.suite());
        data.put("device", result.device());
        data.put("operation", result.operation());
        data.put("title", Wording.title(result.operation()));
        data.put("binding", result.binding());
        data.put("failed", !result.problems().isEmpty());
        data.put("median", result.medianNs());
        data.put("low", result.lowNs());
        data.put("high", result.highNs());
        data.put("curve", result.curve().stream().map(point -> List.of(point.percentile(), point.ns())).toList());
        data.put("warmUp", result.runs().isEmpty() ? List.of() : result.runs().getFirst().warmUpMediansNs());
        return data;
    }

    private static String resource(final String name) throws IOException {
        try (InputStream content = HtmlReport.class.getResourceAsStream(name)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Reads a file of uPlot's package, in the version that is on the class path. */
    private static String plotResource(final String name) throws IOException {
        final Properties properties = new Properties();
        try (InputStream content = HtmlReport.class.getResourceAsStream(PLOT_PROPERTIES)) {
            properties.load(content);
        }
        return resource("/META-INF/resources/webjars/uplot/" + properties.getProperty("version") + "/dist/" + name);
    }
}
