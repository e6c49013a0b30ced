// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Help.Ansi;

/** Nodes in separate processes, on software devices that lose and reorder packets from the first one on. */
@Timeout(300)
class PacketLossTest {

    private static final int PORT = 46_900;
    private static final String LOSSY = "drop=0.2,reorder=0.2";
    private static final long BEATS = 200;
    private static final long DEAD_MS = 1_000;

    /** A machine that lets a thread wait for a second may do so with each thread that takes part in the verdict. */
    private static final long SLACK_MS = 5_000;

    private final StringWriter told = new StringWriter();

    private DemoStage stage(final NodePair nodes, final int port) {
        nodes.require();
        final DemoPlacement placement = DemoPlacement.choose(List.of(nodes.deviceA().name()), port);
        Assumptions.assumeTrue(placement.b().isSoftware(),
            placement.b() + " is no software device; only those lose packets on purpose");
        return new DemoStage(placement, new EventLines(new PrintWriter(told, true), Ansi.OFF), Set.of());
    }

    private static boolean hasBeaten(final NodeLine event) {
        return event.kind() == Kind.HEARTBEATS && ((Number) event.facts().get("count")).longValue() >= BEATS;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void nodesThatLoseAndReorderAFifthOfAllPacketsHaveASessionBeatAndMirror(final NodePair nodes) throws Exception {
        try (DemoStage stage = stage(nodes, PORT)) {
            for (final String node : List.of("A", "B")) {
                stage.start(node, Map.of("SOFTROCE_FAULTS", LOSSY + ",seed=" + (int) node.charAt(0)),
                    "--report-seconds", "1", "--dead-ms", "20000");
            }
            stage.awaitSessions();
            stage.await("A", "B beats", PacketLossTest::hasBeaten);
            stage.await("B", "A beats", PacketLossTest::hasBeaten);

            for (final String node : List.of("A", "B")) {
                stage.requireNone(node, Kind.DOWN);
                stage.requireNone(node, Kind.DROPPED);
                stage.requireNone(node, Kind.RESTARTED);
            }
        } catch (final CommandFailedException e) {
            throw new AssertionError(e.getMessage() + "; both nodes said: " + told, e);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aPartnerThatFallsSilentIsSuspectAndThenDeadWithinTheBound(final NodePair nodes) throws Exception {
        try (DemoStage stage = stage(nodes, PORT + 2)) {
            for (final String node : List.of("A", "B")) {
                stage.start(node, "--report-seconds", "1", "--suspect-ms", "300", "--dead-ms", Long.toString(DEAD_MS));
            }
            stage.awaitSessions();
            stage.await("A", "B beats", PacketLossTest::hasBeaten);

            final long cutNs = System.nanoTime();
            stage.process("B").tell("partition=outgoing");
            final NodeLine suspect = stage.await("A", "B is suspect", event -> event.isLiveness("SUSPECT"));
            final NodeLine dead = stage.await("A", "B is dead", event -> event.isLiveness("DEAD"));
            stage.await("A", "the session is down", Kind.DOWN);

            assertEquals("UNREACHABLE", dead.facts().get("silence"), told.toString());
            assertTrue(suspect.atNs() < dead.atNs(), told.toString());
            final long deadMs = TimeUnit.NANOSECONDS.toMillis(dead.atNs() - cutNs);
            assertTrue(deadMs <= DEAD_MS + SLACK_MS, "dead after " + deadMs + " ms: " + told);
        } catch (final CommandFailedException e) {
            throw new AssertionError(e.getMessage() + "; both nodes said: " + told, e);
        }
    }
}
