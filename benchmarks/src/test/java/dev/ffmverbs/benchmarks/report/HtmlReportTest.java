// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.RunResult;
import dev.ffmverbs.benchmarks.result.SafepointTimes;
import dev.ffmverbs.benchmarks.result.ScaleFigures;
import dev.ffmverbs.benchmarks.result.Skip;
import dev.ffmverbs.benchmarks.result.Status;
import dev.ffmverbs.benchmarks.statistics.PercentilePoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HtmlReportTest {

    private static final Pattern LOADED_FROM_ELSEWHERE =
        Pattern.compile("(src|href)\\s*=|@import|url\\(|fetch\\(|XMLHttpRequest");

    @TempDir
    private Path folder;

    static OperationResult result(
        final String suite, final String device, final String operation, final String binding, final double ns,
        final String... problems) {
        final RunResult run = new RunResult(1, ns, 10, 10, 0, 0, 0, 1, List.of(3 * ns, ns), List.of());
        return new OperationResult(suite, device, operation, binding, "FFM",
            problems.length == 0 ? Status.OK : Status.FAILED, List.of(problems), ns, 0.9 * ns, 1.1 * ns, 0.9375,
            List.of(new PercentilePoint(0, ns / 2), new PercentilePoint(50, ns), new PercentilePoint(99, 2 * ns),
                new PercentilePoint(100, 9 * ns)), List.of(run));
    }

    static Report report(final OperationResult... results) {
        return new Report("bench --quick", false, Map.of("processor", "A < B & C"), Map.of("ffm", "plain"),
            List.of(results), List.of(new SafepointTimes("calls", "stub", "ffm", 9, 12_300, 45_600)),
            List.of(new Skip("calls", "soft", "", "no calls")), List.of(), List.of());
    }

    private String writeAndRead(final Report report) throws IOException {
        new HtmlReport(report).write(folder);
        return Files.readString(folder.resolve(HtmlReport.FILE));
    }

    @Test
    void hasEverythingInside() throws IOException {
        final String page = writeAndRead(report(result("calls", "stub", "empty-poll", "ffm", 4)));

        assertEquals(List.of(), LOADED_FROM_ELSEWHERE.matcher(page).results().map(match -> match.group()).toList());
        assertFalse(page.contains("{{"), "a part of the template was not filled in");
        assertTrue(page.contains("uPlot"));
    }

    @Test
    void statesHowLongSafepointsTook() throws IOException {
        assertTrue(writeAndRead(report(result("calls", "stub", "empty-poll", "ffm", 4)))
            .contains("<td>ffm</td><td>9</td><td>12.3 µs</td><td>45.6 µs</td>"));
    }

    @Test
    void writesTextAsText() throws IOException {
        final String page =
            writeAndRead(report(result("calls", "stub", "empty-poll", "ffm", 4, "</script><b>lost</b>")));

        assertTrue(page.contains("A &lt; B &amp; C"));
        assertFalse(page.contains("<b>lost</b>"));
    }

    @Test
    void marksFailedResultsAndSaysWhatWasSkipped() throws IOException {
        final String page = writeAndRead(report(result("calls", "stub", "empty-poll", "ffm", 4, "lost 3 operations")));

        assertTrue(page.contains("FAILED: lost 3 operations"));
        assertTrue(page.contains("<b>calls on soft</b>: no calls"));
    }

    @Test
    void saysThatAnInterruptedRunIsIncomplete() throws IOException {
        final Report report = new Report("bench", true, Map.of(), Map.of(), List.of(), List.of(), List.of(), List.of(),
            List.of());

        assertTrue(writeAndRead(report).contains("INCOMPLETE"));
    }

    @Test
    void statesWhatPartnersCostIfThatWasMeasured() throws IOException {
        final Report report = report(result("calls", "stub", "empty-poll", "ffm", 4));
        assertFalse(writeAndRead(report).contains("What each partner costs"));

        final String page = writeAndRead(report.withScale(List.of(
            new ScaleFigures(10, 10, 1200, 5000, 204_800, 1_024_000, 990, 1000, 60, 900),
            new ScaleFigures(100, 99, 3400, 40_000, 2_048_000, 8_192_000, 9900, 10_000, 70, 1900))));
        assertTrue(page.contains("What each partner costs"));
        assertTrue(page.contains("<td>500 µs</td><td>20.0 KiB</td><td>100.0 KiB</td>"), page);
        assertTrue(page.contains("FAILED: 1 of 100 sessions missing"));
    }

    @Test
    void drawsItsPlotsInABrowser() throws IOException, InterruptedException {
        final Optional<Path> browser = Stream.of("chromium", "chromium-browser", "google-chrome")
            .map(name -> Path.of("/usr/bin", name)).filter(Files::isExecutable).findFirst();
        assumeTrue(browser.isPresent(), "no Chromium in /usr/bin to open the report with: apt-get install chromium");
        writeAndRead(report(result("calls", "stub", "empty-poll", "ffm", 4),
            result("calls", "stub", "empty-poll", "c", 2),
            result("data-path", "soft", "read-8", "ffm", 9000), result("data-path", "soft", "read-64", "ffm", 9500))
            .withScale(List.of(new ScaleFigures(1, 1, 90, 800, 20_480, 102_400, 100, 100, 60, 900),
                new ScaleFigures(10, 10, 120, 5000, 204_800, 1_024_000, 1000, 1000, 60, 900))));
        final Path page = folder.resolve("page");

        final Process process = new ProcessBuilder(browser.get().toString(), "--headless", "--no-sandbox",
            "--disable-gpu", "--user-data-dir=" + folder.resolve("profile"), "--window-size=390,800",
            "--virtual-time-budget=5000", "--dump-dom", folder.resolve(HtmlReport.FILE).toUri().toString())
            .redirectOutput(page.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();

        assertTrue(process.waitFor(90, TimeUnit.SECONDS));
        final String drawn = Files.readString(page);
        assertEquals(7, Pattern.compile("<canvas").matcher(drawn).results().count(),
            "one bar chart, a curve over lengths, percentiles of two lengths, and three curves over partners");
    }
}
