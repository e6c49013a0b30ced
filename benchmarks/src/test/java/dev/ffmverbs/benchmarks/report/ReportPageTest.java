// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.RunResult;
import dev.ffmverbs.benchmarks.result.ScaleFigures;
import dev.ffmverbs.benchmarks.result.Status;
import dev.ffmverbs.benchmarks.statistics.PercentilePoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report in a browser: on a telephone, a tablet and a desk, nothing is cut off and nothing goes wrong. */
@Timeout(300)
class ReportPageTest {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** Names what is wider than the window, or than the element that has to show it. */
    private static final String CUT_OFF = """
        [document.documentElement.scrollWidth > innerWidth ? "page " + document.documentElement.scrollWidth : "",
          ...[...document.querySelectorAll("[data-clipped]")].map((place) => place.dataset.clipped),
          ...[...document.querySelectorAll(
            "h1, h2, h3, h4, p, li, .plot, .plot canvas, .facts th, .facts td, .peers tbody th")]
            .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0
              || element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".scroll"))
            .map((element) => element.tagName + " " + element.textContent.slice(0, 40))].filter(Boolean).join("; ")
        """;

    private static OperationResult result(
        final String suite, final String device, final String operation, final String binding, final String family,
        final double ns, final double bytes, final String... problems) {
        final List<RunResult> runs =
            List.of(new RunResult(1, ns, 100, 100, 100, 100, bytes, 1, List.of(3 * ns, ns), List.of()));
        return new OperationResult(suite, device, operation, binding, family,
            problems.length == 0 ? Status.OK : Status.FAILED, List.of(problems), ns, 0.9 * ns, 1.3 * ns, 0.9375,
            List.of(new PercentilePoint(0, ns / 2), new PercentilePoint(50, ns), new PercentilePoint(99, 2 * ns),
                new PercentilePoint(99.99, 5 * ns), new PercentilePoint(100, 90 * ns)), runs);
    }

    /** A report with every kind of section. */
    private static Report report() {
        final List<OperationResult> results = new ArrayList<>();
        for (final String operation : List.of("empty-poll", "post-1", "post-and-poll-16")) {
            results.add(result("calls", "stub", operation, "c", "C", 1.8, 0));
            results.add(result("calls", "stub", operation, "ffm-critical", "FFM", 3.3, 0));
            results.add(result("calls", "stub", operation, "ffm", "FFM", 7.3, 0));
            results.add(result("calls", "stub", operation, "ffm-shared", "FFM_SHARED", 8.7, 0, "run 1 drifts"));
        }
        for (final String operation : List.of("read-8", "read-4096", "read-65536", "write-8", "send-8")) {
            results.add(result("data-path", "soft", operation, "ffm", "FFM", 8110, 0));
            results.add(result("data-path", "soft", operation, "jucx-tcp", "PEER", 13_700, 104));
            results.add(result("data-path", "soft", operation, "jucx-shm", "PEER", 631, 104,
                "run 1 lost operations: 39 of 40 completed"));
        }
        for (final String side : List.of("c", "c-trains", "soft", "jucx-tcp")) {
            results.add(result("soft", "soft", "read-8-poll", side, side.startsWith("jucx") ? "PEER" : "C", 6600, 0));
            results.add(result("soft", "soft", "read-8-poll-processor-time", side, "C", 14_200, 0));
        }
        results.add(result("messages", "soft", "message-32-poll", "soft", "FFM_SHARED", 14_000, 0));
        results.add(result("messages", "soft", "message-32-poll", "aeron-ipc", "PEER", 251, 0));
        results.add(result("messages", "soft", "message-32-poll", "aeron-udp", "PEER", 18_200, 0));
        results.add(result("registration", "stub", "register-4096", "ffm", "FFM", 200, 0));
        results.add(result("registration", "soft", "register-1048576", "ffm", "FFM", 2000, 0));
        for (final String step : List.of("session", "cold-session", "handshake", "handshake-r1", "handshake-w1",
            "handshake-r2", "handshake-w2", "cold-handshake", "handshake-on-connection", "two-reads-two-writes")) {
            results.add(result("handshake", "soft", step, "ffm", "FFM", 31_400_000, 0));
        }
        final Map<String, String> facts = new LinkedHashMap<>(Map.of("processor", "AMD EPYC", "cores", "2",
            "rounds planned", "5", "load before", "12.55 15.59 11.51 6/318 31148", "JDK", "Eclipse Adoptium 25"));
        facts.put("JVM options", "-XX:+UseSerialGC -Xms256m -Xmx256m -XX:MaxDirectMemorySize=9g -Xbatch");
        return new Report("benchmarks/bin/bench --quick --bindings ffm,jucx --out a/folder/with/a/long/name", false,
            facts, Map.of("ffm", "ffm-verbs' public API, queues confined to their thread", "jucx-tcp", "jucx over TCP"),
            results, List.of(), List.of(), List.of("mirrored-log on soft, ffm, run 1: the process ended"),
            List.of(new ScaleFigures(1, 1, 90, 800, 20_480, 102_400, 100, 100, 60, 900),
                new ScaleFigures(1000, 1000, 120_000, 50_000, 20_480_000, 102_400_000, 1000, 1000, 60, 900)));
    }

    @ParameterizedTest
    @ValueSource(ints = {360, 768, 1400})
    void nothingIsCutOffAndNothingGoesWrongAtTheWidth(final int widthPx) throws Exception {
        final Optional<Path> program = Chromium.find();
        assumeTrue(program.isPresent(), "no Chromium in /usr/bin to open the report with: apt-get install chromium");
        final Path folder = Files.createDirectories(SCREENSHOTS.resolve("at-" + widthPx).toAbsolutePath());
        new HtmlReport(report()).write(folder);
        try (Chromium browser = new Chromium(program.get(), folder.resolve("profile"))) {
            browser.open(folder.resolve(HtmlReport.FILE), widthPx);

            final String cutOff = browser.evaluate(CUT_OFF);

            browser.photograph(SCREENSHOTS.resolve("report-" + widthPx + ".png"));
            assertEquals("", cutOff, "see " + SCREENSHOTS);
            assertEquals(List.of(), browser.errors());
        }
    }
}
