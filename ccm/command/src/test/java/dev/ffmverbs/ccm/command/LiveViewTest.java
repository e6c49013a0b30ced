// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LiveViewTest {

    private static final Pattern UP = Pattern.compile("\033\\[(\\d+)A\033\\[J");

    private final StringWriter output = new StringWriter();
    private final PrintWriter out = new PrintWriter(output);
    private final LiveView view = new LiveView(out, event -> out.println(event.text()));

    private void say(final Kind kind, final String partner, final String text) {
        view.accept(new NodeLine("A", kind, System.nanoTime(), partner, text, "", Map.of()));
    }

    /** Returns what a terminal with enough lines shows after the output. */
    private List<String> screen() {
        final List<String> lines = new ArrayList<>();
        final String shown = output.toString().replaceAll("\033\\[\\?7[lh]", "");
        for (final String line : shown.split(System.lineSeparator(), -1)) {
            String text = line;
            for (Matcher up = UP.matcher(text); up.lookingAt(); up = UP.matcher(text)) {
                for (int i = Integer.parseInt(up.group(1)); i > 0; i--) {
                    lines.removeLast();
                }
                text = text.substring(up.end());
            }
            lines.add(text);
        }
        lines.removeLast();
        return lines;
    }

    @Test
    void heartbeatsStandStillBelowWhatScrollsBy() {
        say(Kind.STARTED, "", "started");
        say(Kind.HEARTBEATS, "B", "B 1");
        say(Kind.HEARTBEATS, "C", "C 1");
        say(Kind.HEARTBEATS, "B", "B 2");
        say(Kind.LIVENESS, "B", "B is SUSPECT");
        say(Kind.HEARTBEATS, "C", "C 2");

        assertEquals(List.of("started", "B is SUSPECT", "B 2", "C 2"), screen());
    }

    @Test
    void whoOwnsAndTheStateOfTheLogStandAboveTheHeartbeatsUntilTheyAreOutOfDate() {
        say(Kind.HEARTBEATS, "B", "B 1");
        say(Kind.LOG, "", "log 1");
        say(Kind.OWNERSHIP, "", "owns 1");
        say(Kind.OWNERSHIP, "", "owns 2");
        say(Kind.LOG, "", "log 2");

        assertEquals(List.of("owns 2", "log 2", "B 1"), screen());
        say(Kind.OWNERSHIP_LOST, "", "no longer owns");
        assertEquals(List.of("no longer owns", "log 2", "B 1"), screen());
        say(Kind.STOPPED, "", "left");
        assertEquals(List.of("no longer owns", "left", "B 1"), screen());
    }

    @Test
    void aPartnerThatIsGoneNoLongerHasALine() {
        say(Kind.HEARTBEATS, "B", "B 1");
        say(Kind.HEARTBEATS, "C", "C 1");
        say(Kind.DOWN, "B", "B is down");

        assertEquals(List.of("B is down", "C 1"), screen());
    }

    @Test
    void ofManyPartnersTheFirstAreShownAndTheOthersCounted() {
        for (int i = 10; i < 30; i++) {
            say(Kind.HEARTBEATS, "P" + i, "P" + i);
        }
        say(Kind.STOPPED, "", "left");

        final List<String> screen = screen();
        assertEquals("left", screen.getFirst());
        assertEquals(List.of("P10", "P19", "and 10 more: see them with ccm status"),
            List.of(screen.get(1), screen.get(10), screen.get(11)));
        assertEquals(12, screen.size());
    }
}
