// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine.Help.Ansi;

@Timeout(60)
class TimelineTest {

    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Pattern LINE = Pattern.compile(" *([0-9.]+) s  (\\S)  (.*)");

    private final StringWriter output = new StringWriter();
    private final EventLines lines = new EventLines(new PrintWriter(output), Ansi.OFF);
    private long nowNs = lines.startNs();
    private final Timeline timeline = new Timeline(lines, () -> nowNs);

    private void say(final String node, final Kind kind, final long atMs, final String text) {
        timeline.add(new NodeLine(node, kind, lines.startNs() + atMs * MS, "B", text, "", Map.of()));
    }

    private void passTo(final long ms) {
        while (nowNs < lines.startNs() + ms * MS) {
            nowNs += 10 * MS;
            timeline.advance();
        }
    }

    private List<String> texts() {
        return output.toString().lines().map(line -> matcher(line).group(3)).toList();
    }

    private List<Double> times() {
        return output.toString().lines().map(line -> Double.parseDouble(matcher(line).group(1))).toList();
    }

    private static boolean announcesLateLine(final String text) {
        return text.startsWith("reported late, ");
    }

    private static Matcher matcher(final String line) {
        final Matcher matcher = LINE.matcher(line);
        assertTrue(matcher.matches(), line);
        return matcher;
    }

    @Test
    void linesOfTwoNodesThatArriveOutOfOrderArePrintedInOrderOfTime() {
        passTo(100);
        say("B", Kind.STEP, 80, "second");
        say("A", Kind.STEP, 90, "third");
        passTo(200);
        say("A", Kind.STEP, 70, "first");
        timeline.tell("fourth");
        passTo(1_000);

        assertEquals(List.of("first", "second", "third", "fourth"), texts());
        assertEquals(List.of(0.070, 0.080, 0.090, 0.200), times());
    }

    @Test
    void linesThatArriveInAnyOrderArePrintedInOrderOfTime() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final List<long[]> arrivals = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            final long atMs = random.nextInt(10_000);
            final long delayMs = random.nextInt(50) == 0 ? random.nextInt(2_000) : random.nextInt(290);
            arrivals.add(new long[] {atMs, atMs + delayMs});
        }
        arrivals.sort((one, other) -> Long.compare(one[1], other[1]));
        for (final long[] arrival : arrivals) {
            passTo(arrival[1]);
            say(random.nextBoolean() ? "A" : "B", Kind.STEP, arrival[0], "at " + arrival[0]);
        }
        timeline.close();

        assertEquals(times().stream().sorted().toList(), times(), "seed " + seed);
        final long late = texts().stream().filter(TimelineTest::announcesLateLine).count();
        assertEquals(arrivals.size() + late, times().size(), "seed " + seed);
        final Iterator<Matcher> printed = output.toString().lines().map(TimelineTest::matcher).iterator();
        while (printed.hasNext()) {
            final Matcher line = printed.next();
            if (announcesLateLine(line.group(3))) {
                printed.next();
            } else {
                assertEquals("at " + Math.round(Double.parseDouble(line.group(1)) * 1000), line.group(3));
            }
        }
    }

    @Test
    void aLateLineIsPrintedAtThePresentPointWithTheTimeAtWhichItHappened() {
        say("A", Kind.STEP, 500, "in time");
        passTo(1_000);
        say("B", Kind.STEP, 400, "too late");
        passTo(2_000);

        assertEquals(List.of("in time", "reported late, happened at 0.400 s:", "too late"), texts());
        assertEquals(List.of(0.500, 0.500, 0.500), times());
    }

    @Test
    void noTwoSecondsPassInSilenceWhileTheScenarioWaits() {
        timeline.tell("begin");
        timeline.pause("waiting until node B has started");
        passTo(20_000);

        final List<Double> times = times();
        assertTrue(times.size() >= 10, output.toString());
        for (int i = 1; i < times.size(); i++) {
            assertTrue(times.get(i) - times.get(i - 1) < 2, output.toString());
        }
        assertTrue(20 - times.getLast() < 2, output.toString());
        assertTrue(texts().get(1).matches("waiting until node B has started, 1 s so far"), output.toString());
        assertTrue(texts().getLast().matches("waiting until node B has started, 1[5-9] s so far"), output.toString());
    }

    @Test
    void nothingIsPrintedAboutWaitingWhileNodesPrintOrNothingIsAwaited() {
        timeline.pause("waiting");
        for (int i = 0; i < 10; i++) {
            passTo(i * 1_000);
            say("A", Kind.HEARTBEATS, i * 1_000, "beats");
        }
        timeline.pause(null);
        passTo(20_000);

        assertEquals(List.of("beats"), texts().stream().distinct().toList());
    }

    @Test
    void theEndOfAConnectionWhenThePartnerLeavesIsNotReportedAsALoss() {
        say("A", Kind.CONNECTION_LOST, 100, "connection to B lost");
        say("A", Kind.ATTEMPT_FAILED, 110, "cannot reconnect to B");
        say("C", Kind.CONNECTION_LOST, 110, "connection of another node lost");
        say("A", Kind.LEFT, 150, "B has LEFT cleanly");
        passTo(1_000);

        assertEquals(List.of("connection of another node lost", "B has LEFT cleanly"), texts());
    }

    @Test
    void noTextControlsTheTerminal() {
        say("A", Kind.STEP, 100, "red \033[31mred\033[0m, up \033[2A, bell \007, return \r, line \n, tab \t.");
        passTo(1_000);

        assertEquals(List.of("red red, up , bell , return , line , tab ."), texts());
    }
}
