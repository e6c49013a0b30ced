// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Help.Ansi;

/** A demo copes with processes that are late, and ends when one of them dies. */
@Timeout(300)
class DemoStageTest {

    /** Longer than a node that is not told otherwise waits for its partner when it leaves. */
    private static final Duration LATE_BY = Duration.ofSeconds(8);
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(46_000);

    private final StringWriter output = new StringWriter();

    private static DemoPlacement place(final NodePair nodes) {
        return DemoPlacement.choose(List.of(nodes.deviceA().name()), NEXT_PORT.getAndAdd(3));
    }

    private DemoStage open(final DemoPlacement placement) {
        return new DemoStage(placement, new EventLines(new PrintWriter(output, true), Ansi.OFF), Set.of());
    }

    @ParameterizedTest
    @EnumSource(value = DemoScenario.class, names = {"SPLIT", "WITNESS_LOST", "HANDOVER"})
    void whatBOwnedBeforeTheStoryBeganIsNoPartOfIt(final DemoScenario scenario) throws InterruptedException {
        final NodePair nodes = NodePair.single().findFirst().orElseThrow();
        nodes.require();
        final DemoPlacement placement = place(nodes);
        Assumptions.assumeTrue(placement.b().isSoftware() || !scenario.cutsLinks(),
            () -> "the links of " + nodes + " cannot be cut");
        try (DemoStage stage = open(placement)) {
            new OwnershipStories(stage, true).play(scenario);

            assertFalse(stage.figures().isEmpty());
            stage.figures().forEach((name, ms) -> assertTrue(((Number) ms).doubleValue() > 0,
                () -> name + " is " + ms + ": " + output));
        }
        assertTrue(output.toString().contains("B owns, because A was late"), output.toString());
    }

    @Test
    void aNodeWhosePartnerWasTooLateToTakeOverIsAskedAgain() throws Exception {
        final NodePair nodes = NodePair.single().findFirst().orElseThrow();
        nodes.require();
        final DemoPlacement placement = place(nodes);
        try (DemoStage stage = open(placement)) {
            stage.startWitness();
            stage.startBoth("--witness", NodeLog.text(placement.witness().address()), "--owns-first", "A",
                "--dead-ms", "60000", "--stalled-dead-ms", "60000");
            stage.awaitSessions();
            stage.await("A", "A owns", NodeLog.Kind.OWNERSHIP_ACQUIRED);
            final PausedProcess late =
                new PausedProcess(stage.process("B"), NodeOwnership.HAND_OVER_LIMIT.plusSeconds(2));

            assertEquals("B", new OwnershipStories(stage).passOwnership("A", "B").node());

            late.awaitResumed();
        }
        assertTrue(output.toString().contains("B was late and did not take over; A is asked again"),
            output.toString());
    }

    @Test
    void aLeaseIsLongerWhereAProcessTakesLongToStart() {
        assertEquals(500, OwnershipStories.leaseMs(300));
        assertEquals(1_500, OwnershipStories.leaseMs(1_500));
        assertEquals(3_000, OwnershipStories.leaseMs(24_000));
    }

    @Test
    void aNodeThatLeavesWaitsForAPartnerThatRunsLate() throws Exception {
        final NodePair nodes = NodePair.single().findFirst().orElseThrow();
        nodes.require();
        final DemoPlacement placement = place(nodes);
        try (DemoStage stage = open(placement)) {
            stage.startBoth("--dead-ms", "60000", "--stalled-dead-ms", "60000");
            stage.awaitSessions();
            final PausedProcess late = new PausedProcess(stage.process("B"), LATE_BY);

            stage.leave("A");

            late.awaitResumed();
            stage.await("B", "B has seen A leave", NodeLog.Kind.LEFT);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--interval-ms -1 | the heartbeat interval is PT-0.001S",
        "--witness 127.0.0.1:7470 --owns-first C | --owns-first is C; it must be A or B"})
    void aScenarioEndsWhenANodeDiesByItself(final String options, final String reason) {
        final NodePair nodes = NodePair.single().findFirst().orElseThrow();
        nodes.require();
        final DemoPlacement placement = place(nodes);
        try (DemoStage stage = open(placement)) {
            stage.start("A", options.split(" "));

            final CommandFailedException failure = assertThrows(
                CommandFailedException.class, () -> stage.await("A", "A has a session", NodeLog.Kind.SESSION_UP));

            assertTrue(failure.getMessage().contains("node A ended before A has a session"),
                failure.getMessage());
            assertTrue(failure.getMessage().contains(reason), failure.getMessage());
            assertFalse(stage.process("A").isAlive());
        }
    }
}
