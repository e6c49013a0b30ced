// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import static dev.ffmverbs.benchmarks.report.HtmlReportTest.report;
import static dev.ffmverbs.benchmarks.report.HtmlReportTest.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.result.Report;
import java.io.IOException;
import java.io.StringReader;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SummaryFilesTest {

    private static final Report REPORT = report(result("calls", "stub", "post-1", "ffm-critical", 4.5),
        result("calls", "stub", "post-1", "jni", 9), result("calls", "stub", "post-1", "ffm", 8.1, "lost"),
        result("data-path", "soft", "read-8", "ffm", 32_000),
        result("data-path", "soft", "write-batch-65536", "ffm", 1_600_000));

    @Test
    void showsTheBindingsSideBySideAndLeavesOutWhatFailed() {
        final String markdown = new SummaryTable(REPORT).markdown();

        assertTrue(markdown.contains("| Post 1 request | – | 4.5 ns | – | – | 9.0 ns | 0.50 × |"), markdown);
        assertTrue(markdown.contains("| 16 RDMA WRITEs, 64 KiB | 0.0100 | 625.00 |"), markdown);
        assertTrue(markdown.contains("| RDMA READ, 8 B | 32.0 µs | "), markdown);
        assertTrue(markdown.contains("1 of 5 results FAILED"), markdown);
    }

    @Test
    void drawsABarForEveryFigureThatHolds() throws IOException, ParserConfigurationException, SAXException {
        final String svg = new SummaryPlot(REPORT).svg();

        final Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
        final int background = 1;
        final int legend = 4;
        assertEquals(background + legend + 2, document.getElementsByTagName("rect").getLength(), svg);
        assertTrue(svg.contains("width=\"430.0\""), "the longest bar fills the plot: " + svg);
    }
}
