// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Tests nodes as users run them: as processes that start, are killed and come back. */
@Timeout(240)
class ProcessesTest {

    private static final long LIMIT_S = 100;
    private static final long DEAD_MS = 4_000;

    /** How much later than that a busy, emulated processor may report it. */
    private static final long SLACK_MS = 4_000;

    private static final Pattern UP = Pattern.compile("session with B is UP, boot id ([0-9a-f]{32})");

    /** A node in a process, with the lines that it has printed and nobody has examined. */
    private record Node(NodeProcess process, BlockingQueue<String> lines, List<String> all) implements AutoCloseable {

        static Node start(
            final String name, final DemoPlacement.Place place, final String partner,
            final DemoPlacement.Place partnerPlace) {
            final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
            final List<String> arguments = List.of("--name", name, "--device", place.deviceName(),
                "--listen", NodeLog.text(place.address()), "--partner",
                partner + "=" + NodeLog.text(partnerPlace.address()),
                "--suspect-ms", "300", "--dead-ms", Long.toString(DEAD_MS), "--report-seconds", "1");
            return new Node(NodeProcess.start(place.jvmOptions(), arguments, lines::add), lines, new ArrayList<>());
        }

        Matcher await(final Pattern pattern) throws InterruptedException {
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
            while (true) {
                final String line = lines.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) {
                    throw new AssertionError("no \"" + pattern + "\" within " + LIMIT_S + " s, only " + all);
                }
                all.add(line);
                final Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    return matcher;
                }
            }
        }

        @Override
        public void close() {
            process.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aKilledNodeIsDeadWithinTheBoundAndComesBackWithANewBootIdAndSession(final NodePair nodes) throws Exception {
        nodes.require();
        final DemoPlacement place =
            DemoPlacement.choose(List.of(nodes.deviceA().name()), nodes.endpointA().getPort() + 20_000);
        try (Node survivor = Node.start("A", place.a(), "B", place.b())) {
            final String formerBootId;
            try (Node victim = Node.start("B", place.b(), "A", place.a())) {
                formerBootId = survivor.await(UP).group(1);
                survivor.await(Pattern.compile("B is ALIVE: \\d+ beats"));
                final long killedNs = System.nanoTime();
                victim.process().kill();
                survivor.await(Pattern.compile("B is SUSPECT: unreachable"));
                survivor.await(Pattern.compile("B is DEAD: unreachable"));
                final long deadMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killedNs);
                assertTrue(deadMs <= DEAD_MS + SLACK_MS, "declared dead after " + deadMs + " ms: " + survivor.all());
                survivor.await(Pattern.compile("session with B is DOWN"));
            }
            try (Node successor = Node.start("B", place.b(), "A", place.a())) {
                final String bootId = survivor.await(UP).group(1);
                assertTrue(!bootId.equals(formerBootId), "boot id " + bootId + " again");
                successor.process().stop();
                survivor.await(Pattern.compile("B has LEFT cleanly"));
                assertEquals(0, successor.process().await(), successor.lines()::toString);
            }
            survivor.process().stop();
            assertEquals(0, survivor.process().await(), survivor.all()::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void theDemonstrationSucceedsAndReportsEveryFigure(final NodePair nodes, @TempDir final Path folder) {
        nodes.require();
        final Path file = folder.resolve("demo.json");
        final StringWriter output = new StringWriter();
        final CommandLine command = CcmCommand.commandLine();
        command.setOut(new PrintWriter(output, true)).setErr(new PrintWriter(output, true));

        final int status = command.execute("demo", "--device", nodes.deviceA().name(), "--duration", "5",
            "--port", Integer.toString(nodes.endpointA().getPort() + 20_000), "--json", file.toString());

        assertEquals(0, status, output.toString());
        final Map<String, Object> json = NodeReport.read(file);
        assertEquals(nodes.deviceA().name(), json.get("device"));
        assertEquals(nodes.deviceA().provider(), json.get("provider"));
        final List<?> both = (List<?>) json.get("nodes");
        assertEquals(2, both.size());
        for (final Object each : both) {
            final Map<?, ?> node = (Map<?, ?>) each;
            for (final String field : List.of("r1Us", "w1Us", "r2Us", "w2Us", "totalUs", "attempts")) {
                assertTrue(number(node, "handshake", field) > 0, field + " of " + node);
            }
            for (final String field : List.of("count", "p50Us", "p99Us", "p999Us", "maxUs")) {
                assertTrue(number(node, "heartbeat", field) > 0, field + " of " + node);
            }
        }
    }

    private static double number(final Map<?, ?> node, final String part, final String field) {
        return ((Number) ((Map<?, ?>) node.get(part)).get(field)).doubleValue();
    }
}
