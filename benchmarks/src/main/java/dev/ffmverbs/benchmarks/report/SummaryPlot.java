// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.Status;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Draws the cost of calls on the stub as bars side by side, in an SVG image of a few kilobytes for a web page. */
public final class SummaryPlot {

    /** Name of the file. */
    public static final String FILE = "summary.svg";

    private static final int LABEL_WIDTH = 190;
    private static final int BARS_WIDTH = 430;
    private static final int VALUE_WIDTH = 100;
    private static final int BAR_HEIGHT = 13;
    private static final int GROUP_GAP = 14;
    private static final int TOP = 40;

    /** A binding and the colour of its bars. People with red-green blindness can distinguish the colours. */
    private enum Bar {
        C("c", "#8c8c8c"), CRITICAL("ffm-critical", "#0072b2"), PLAIN("ffm", "#56b4e9"), JNI("jni", "#e69f00");

        private final String binding;
        private final String colour;

        Bar(final String binding, final String colour) {
            this.binding = binding;
            this.colour = colour;
        }
    }

    private final Report report;

    /**
     * Prepares a plot.
     *
     * @param report figures, including the stub's calls.
     */
    public SummaryPlot(final Report report) {
        this.report = report;
    }

    /**
     * Draws the plot.
     *
     * @return the image; a figure that failed has no bar.
     */
    public String svg() {
        final List<String> operations = SummaryTable.CALLS;
        final double longest = operations.stream().flatMap(operation -> List.of(Bar.values()).stream()
            .flatMap(bar -> valid(operation, bar).stream())).mapToDouble(OperationResult::medianNs).max().orElse(1);
        final int groupHeight = Bar.values().length * BAR_HEIGHT + GROUP_GAP;
        final int width = LABEL_WIDTH + BARS_WIDTH + VALUE_WIDTH;
        final StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" \
            font-family="sans-serif" font-size="12">
            <title>Median time of a call on a libibverbs that does no I/O, in nanoseconds</title>
            <rect width="100%%" height="100%%" rx="6" fill="#ffffff"/>
            """, width, TOP + operations.size() * groupHeight));
        drawLegend(svg);
        for (int i = 0; i < operations.size(); i++) {
            drawGroup(svg, operations.get(i), TOP + i * groupHeight, longest);
        }
        return svg.append("</svg>\n").toString();
    }

    private Optional<OperationResult> valid(final String operation, final Bar bar) {
        return report.find("calls", "stub", operation, bar.binding).filter(result -> result.status() == Status.OK);
    }

    private static void drawLegend(final StringBuilder svg) {
        int x = LABEL_WIDTH;
        for (final Bar bar : Bar.values()) {
            svg.append(String.format(Locale.ROOT, """
                <rect x="%d" y="14" width="12" height="12" fill="%s"/><text x="%d" y="24">%s</text>
                """, x, bar.colour, x + 17, bar.binding));
            x += 105;
        }
    }

    private void drawGroup(final StringBuilder svg, final String operation, final int top, final double longest) {
        svg.append(String.format(Locale.ROOT, """
            <text x="%d" y="%d" text-anchor="end">%s</text>
            """, LABEL_WIDTH - 10, top + Bar.values().length * BAR_HEIGHT / 2 + 4,
            Wording.html(Wording.title(operation))));
        int y = top;
        for (final Bar bar : Bar.values()) {
            final int rowTop = y;
            valid(operation, bar).ifPresent(result -> {
                final double length = result.medianNs() / longest * BARS_WIDTH;
                svg.append(String.format(Locale.ROOT, """
                    <rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>\
                    <text x="%.1f" y="%d" font-size="11">%s</text>
                    """, LABEL_WIDTH, rowTop, length, BAR_HEIGHT - 2, bar.colour, LABEL_WIDTH + length + 5,
                    rowTop + BAR_HEIGHT - 3, Wording.time(result.medianNs())));
            });
            y += BAR_HEIGHT;
        }
    }
}
