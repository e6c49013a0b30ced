// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A share of one of what {@code ccm takeover} and {@code ccm tune} do; how long it takes is not asserted. */
@Timeout(300)
class TakeOverCommandTest {

    private static final AtomicInteger NEXT_PORT = new AtomicInteger(47_300);
    private static final double LEASE_MS = 600;
    private static final long LIMIT_S = 60;

    private final StringWriter output = new StringWriter();

    private void run(final NodePair nodes, final Path file, final String... line) {
        nodes.require();
        final List<String> all = new ArrayList<>(List.of(line));
        all.addAll(List.of("--device", nodes.deviceA().name(), "--port",
            Integer.toString(NEXT_PORT.getAndAdd(3)), "--json", file.toString()));
        final PrintWriter printer = new PrintWriter(output, true);
        final int status =
            CcmCommand.commandLine().setOut(printer).setErr(printer).execute(all.toArray(String[]::new));
        assertEquals(0, status, output.toString());
    }

    private static double p50Ms(final Map<String, Object> results, final String part) {
        return ((Number) ((Map<?, ?>) results.get(part)).get("p50Ms")).doubleValue();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void theOwnerIsKilledAndThePartsOfTheTakeOverAreShown(final NodePair nodes, @TempDir final Path folder) {
        final Path file = folder.resolve("results.json");

        run(nodes, file, "takeover", "--runs", "1", "--interval-ms", "12.5", "--dead-ms", "1500", "--lease-ms", "600");

        final Map<String, Object> results = NodeReport.read(file);
        double sumMs = 0;
        for (final String part : List.of("detection", "decision", "swap", "wait")) {
            assertTrue(p50Ms(results, part) > 0, part + ": " + results);
            assertTrue(output.toString().lines().anyMatch(line -> line.startsWith(part)), output.toString());
            sumMs += p50Ms(results, part);
        }
        assertEquals(sumMs, p50Ms(results, "total"), 0.01);
        assertTrue(p50Ms(results, "wait") >= LEASE_MS, "the lease of the former owner: " + results);
        assertTrue(output.toString().contains("interval 12.5 ms, dead 1500 ms, lease 600 ms"), output.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void timesThatHoldAreRecommendedTwice(final NodePair nodes, @TempDir final Path folder) {
        final Path file = folder.resolve("results.json");

        run(nodes, file, "tune", "--from-ms", "20000", "--to-ms", "20000", "--seconds", "1");

        final Map<String, Object> results = NodeReport.read(file);
        assertEquals(1, ((List<?>) results.get("trials")).size());
        assertEquals(List.of("--interval-ms", "10", "--suspect-ms", "10000", "--dead-ms", "20000", "--lease-ms",
            "10000"), results.get("lowest"));
        assertTrue(output.toString().contains(
            "ccm node --interval-ms 10 --suspect-ms 20000 --dead-ms 40000 --lease-ms 20000"), output.toString());
    }

    /** The node cannot notice that its input has ended while it is stopped. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aDemonstrationThatIsKilledWhileANodeIsStoppedLeavesNoProcessBehind(final NodePair nodes) throws Exception {
        nodes.require();
        final List<String> arguments = List.of("demo", "--scenario", "stall", "--device", nodes.deviceA().name(),
            "--port", Integer.toString(NEXT_PORT.getAndAdd(3)));
        try (ProgramProcess command = new ProgramProcess(CcmCommand.class, softwareOptions(), arguments)) {
            command.await(line -> line.contains("SIGSTOP to node B, until"), "second pause of B", LIMIT_S);
            final List<ProcessHandle> started = command.descendants();
            awaitStopped(started);

            command.signal("KILL");

            for (final ProcessHandle each : started) {
                each.onExit().get(LIMIT_S, TimeUnit.SECONDS);
            }
        }
    }

    private static void awaitStopped(final List<ProcessHandle> processes) throws Exception {
        final long startNs = System.nanoTime();
        while (true) {
            for (final ProcessHandle each : processes) {
                if (Files.readString(Path.of("/proc", Long.toString(each.pid()), "stat")).contains(") T ")) {
                    return;
                }
            }
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LIMIT_S), "none is stopped");
            Thread.sleep(2);
        }
    }

    private static List<String> softwareOptions() {
        return System.getProperties().stringPropertyNames().stream()
            .filter(name -> name.startsWith("softroce.")).map(name -> "-D" + name + "=" + System.getProperty(name))
            .toList();
    }

    /** When the command is ended, its nodes and its witness end too, and free their ports. */
    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aCommandThatIsEndedLeavesNoProcessBehind(final NodePair nodes) throws Exception {
        nodes.require();
        final List<String> options = softwareOptions();
        for (final String signal : List.of("TERM", "KILL")) {
            try (ProgramProcess command = new ProgramProcess(CcmCommand.class, options, List.of("takeover",
                "--device", nodes.deviceA().name(), "--port", Integer.toString(NEXT_PORT.getAndAdd(3))))) {
                command.await(line -> line.contains("after kill -9 of A"), "first take-over", LIMIT_S);
                final List<ProcessHandle> started = command.descendants();
                assertTrue(started.size() >= 2, "the witness and B run: " + started);

                command.signal(signal);

                for (final ProcessHandle each : started) {
                    each.onExit().get(LIMIT_S, TimeUnit.SECONDS);
                }
            }
        }
    }
}
