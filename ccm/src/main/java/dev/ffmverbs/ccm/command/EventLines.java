// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Help.Ansi;

/** Prints events as lines, with the seconds since its start, coloured where a terminal shows colours. */
final class EventLines implements Consumer<NodeEvent> {

    private static final double NS_PER_SECOND = 1e9;

    private final PrintWriter out;
    private final Ansi ansi;
    private final long startNs = System.nanoTime();

    /** Prints to there from now on. */
    EventLines(final PrintWriter out, final Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    /** A line for a person who wants to know all. */
    @Override
    public void accept(final NodeEvent event) {
        if (event.kind() != NodeEvent.Kind.RESULTS) {
            print(event.atNs(), coloured(event) + (event.detail().isEmpty() ? "" : " (" + event.detail() + ")"));
        }
    }

    /** A line on what one of several nodes says. */
    void accept(final String node, final NodeEvent event) {
        print(event.atNs(), node + "  " + coloured(event));
    }

    /** A line of the teller's. */
    void tell(final String text) {
        print(System.nanoTime(), "*  " + style("bold", text));
    }

    private void print(final long atNs, final String text) {
        out.printf(Locale.ROOT, "%7.3f s  %s%n", (atNs - startNs) / NS_PER_SECOND, text);
        out.flush();
    }

    private String coloured(final NodeEvent event) {
        final String text = event.text();
        return switch (event.kind()) {
            case SESSION_UP, CLIENT_READY, MIRRORED -> style("green", text);
            case DOWN, DROPPED, RESTARTED, REJECTED, CLIENT_REFUSED -> style("red", text);
            case CONNECTION_LOST, PATH_CHANGED -> style("yellow", text);
            case LIVENESS -> style(event.isLiveness("ALIVE") ? "green" : event.isLiveness("DEAD") ? "red" : "yellow",
                text);
            default -> text;
        };
    }

    private String style(final String style, final String text) {
        return ansi.enabled() ? Ansi.Style.on(Ansi.Style.parse(style)) + text + Ansi.Style.off(Ansi.Style.parse(style))
            : text;
    }
}
