// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import picocli.CommandLine.Help.Ansi;

/**
 * Prints events as lines, each with the seconds since this object was made and the name of the node, coloured where a
 * terminal shows colours.
 */
final class EventLines implements Consumer<NodeEvent> {

    private static final double NS_PER_SECOND = 1e9;

    /** What could make a terminal do something: no text of this program or from elsewhere may. */
    private static final Pattern CONTROL = Pattern.compile("\033\\[[0-9;?]*[A-Za-z]|\\p{Cntrl}");

    private final PrintWriter out;
    private final Ansi ansi;
    private final long startNs = System.nanoTime();

    /** Prints to there from now on. */
    EventLines(final PrintWriter out, final Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    /** When this object was made, in nanoseconds of {@link System#nanoTime}. */
    long startNs() {
        return startNs;
    }

    /** A line for a person who wants to know all. */
    @Override
    public void accept(final NodeEvent event) {
        if (event.kind() != NodeEvent.Kind.RESULTS) {
            print(event.atNs(), event.node(), coloured(event),
                event.detail().isEmpty() ? "" : " (" + event.detail() + ")");
        }
    }

    /** A line without the detail. */
    void acceptBriefly(final NodeEvent event) {
        print(event.atNs(), event.node(), coloured(event), "");
    }

    /** A line without the detail, on an event of which the line could not be printed at its time. */
    void acceptLate(final NodeEvent event, final long toldNs) {
        print(toldNs, event.node(), coloured(event),
            String.format(Locale.ROOT, " (told late: it was at %.3f s)", seconds(event.atNs())));
    }

    /** A line of the teller's. */
    void tell(final long atNs, final String text) {
        print(atNs, "*", style("bold", plain(text)), "");
    }

    private double seconds(final long atNs) {
        return (atNs - startNs) / NS_PER_SECOND;
    }

    private void print(final long atNs, final String who, final String styledText, final String more) {
        out.printf(Locale.ROOT, "%7.3f s  %s  %s%s%n", seconds(atNs), who, styledText, plain(more));
        out.flush();
    }

    /** A text without anything that controls a terminal. */
    static String plain(final String text) {
        return CONTROL.matcher(text).replaceAll("");
    }

    private String coloured(final NodeEvent event) {
        final String text = plain(event.text());
        return switch (event.kind()) {
            case SESSION_UP, CLIENT_READY, MIRRORED -> style("green", text);
            case DOWN, DROPPED, RESTARTED, REJECTED, CLIENT_REFUSED -> style("red", text);
            case CONNECTION_LOST, PATH_CHANGED, STATUS_UNAVAILABLE -> style("yellow", text);
            case LIVENESS -> style(event.isLiveness("ALIVE") ? "green" : event.isLiveness("DEAD") ? "red" : "yellow",
                text);
            default -> text;
        };
    }

    private String style(final String style, final String text) {
        return ansi.enabled() ? Ansi.Style.on(Ansi.Style.parse(style)) + text + Ansi.Style.reset.on()
            : text;
    }
}
