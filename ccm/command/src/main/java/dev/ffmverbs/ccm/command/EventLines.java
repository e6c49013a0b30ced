// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/**
 * Prints the lines of nodes, each with the seconds since this object was created and the name of the node, in colours
 * if the terminal supports them.
 */
final class EventLines implements Consumer<NodeLine> {

    private static final double NS_PER_SECOND = 1e9;

    /** Sequences that control a terminal; no text may contain them, wherever it comes from. */
    private static final Pattern CONTROL = Pattern.compile("\033\\[[0-9;?]*[A-Za-z]|\\p{Cntrl}");

    private final PrintWriter out;
    private final Ansi ansi;
    private final long startNs = System.nanoTime();

    EventLines(final PrintWriter out, final Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    /** Returns when this object was created, in nanoseconds of {@link System#nanoTime}. */
    long startNs() {
        return startNs;
    }

    /** Prints a line with its detail. */
    @Override
    public void accept(final NodeLine line) {
        if (line.kind() != NodeLog.Kind.RESULTS) {
            print(line.atNs(), line.node(), colour(line),
                line.detail().isEmpty() ? "" : " (" + line.detail() + ")");
        }
    }

    /** Prints a line without its detail. */
    void acceptBriefly(final NodeLine line) {
        print(line.atNs(), line.node(), colour(line), "");
    }

    /** Prints a line that arrived too late to be printed in order of time, without its detail, and when it happened. */
    void acceptLate(final NodeLine line, final long toldNs) {
        print(toldNs, line.node(), String.format(Locale.ROOT, "reported late, happened at %.3f s:",
            seconds(line.atNs())), "");
        print(toldNs, line.node(), colour(line), "");
    }

    /** Prints a line of the narrator. */
    void narrate(final long atNs, final String text) {
        print(atNs, "*", style("bold", removeControls(text)), "");
    }

    private double seconds(final long atNs) {
        return (atNs - startNs) / NS_PER_SECOND;
    }

    private void print(final long atNs, final String who, final String styledText, final String more) {
        out.printf(Locale.ROOT, "%7.3f s  %s  %s%s%n", seconds(atNs), who, styledText, removeControls(more));
        out.flush();
    }

    /** Returns the text without anything that controls a terminal. */
    static String removeControls(final String text) {
        return CONTROL.matcher(text).replaceAll("");
    }

    private String colour(final NodeLine line) {
        final String text = removeControls(line.text());
        final String colour =
            line.isLiveness("ALIVE") ? "green" : line.isLiveness("DEAD") ? "red" : line.kind().colour();
        return colour.isEmpty() ? text : style(colour, text);
    }

    private String style(final String style, final String text) {
        return ansi.enabled() ? Ansi.Style.on(Ansi.Style.parse(style)) + text + Ansi.Style.reset.on()
            : text;
    }
}
