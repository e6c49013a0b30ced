// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Help.Ansi;

/** Every scenario ends as expected, and one that goes wrong is reported as such. */
@Timeout(300)
class DemoStoriesTest {

    private static final int TERMINAL_COLUMNS = 100;
    private static final int TERMINAL_LINES = 40;

    /** Lines of which there are more the slower the machine is: they come every two seconds while a story waits. */
    private static final Predicate<String> WAIT_GOES_ON =
        Pattern.compile("  \\*  (wait|watch).*, [0-9]+ s so far$").asPredicate();

    /** A line in addition for each one that the machine was too busy to print in time. */
    private static final String LATE = "  reported late, happened at ";

    /** A suspicion and its end, of which there are more the busier the machine is. */
    private static final int LINES_OF_A_SUSPICION = 2;

    /** Longer than a node that is not told otherwise waits for its partner when it leaves. */
    private static final Duration LATE_BY = Duration.ofSeconds(8);
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(45_000);

    private final StringWriter output = new StringWriter();

    /** The scenarios that {@link ProcessesTest} does not cover. */
    static Stream<Arguments> stories() {
        return NodePair.single().flatMap(nodes -> Stream.of(DemoScenario.values())
            .filter(scenario -> scenario != DemoScenario.CLEAN).map(scenario -> Arguments.of(nodes, scenario)));
    }

    private int run(final NodePair nodes, final DemoScenario scenario, final String... more) {
        final List<String> line = new ArrayList<>(List.of("demo", "--scenario", scenario.toString(),
            "--device", nodes.deviceA().name(), "--port", Integer.toString(NEXT_PORT.getAndAdd(3))));
        line.addAll(List.of(more));
        final PrintWriter printer = new PrintWriter(output, true);
        return CcmCommand.commandLine().setOut(printer).setErr(printer).execute(line.toArray(String[]::new));
    }

    private static DemoPlacement place(final NodePair nodes) {
        return DemoPlacement.choose(List.of(nodes.deviceA().name()), NEXT_PORT.getAndAdd(3));
    }

    private DemoStage open(final DemoPlacement placement) {
        return new DemoStage(placement, new EventLines(new PrintWriter(output, true), Ansi.OFF), Set.of());
    }

    @ParameterizedTest
    @MethodSource("stories")
    void everyScenarioEndsAsExpectedAndFitsOneScreen(
        final NodePair nodes, final DemoScenario scenario, @TempDir final Path folder) {
        nodes.require();
        final Path file = folder.resolve("story.json");

        final int status = run(nodes, scenario, "--json", file.toString());

        Assumptions.assumeFalse(status == DemoCommand.UNSUPPORTED, output::toString);
        assertEquals(0, status, output.toString());
        final Map<String, Object> json = NodeReport.read(file);
        assertEquals(scenario.toString(), json.get("scenario"));
        if (scenario == DemoScenario.TAKEOVER) {
            assertTrue(((Map<?, ?>) json.get("figures")).keySet().containsAll(Set.of("detectionMs", "decisionMs",
                "swapMs", "waitMs", "totalMs")), json.toString());
        }
        final List<String> lines = output.toString().lines().toList();
        assertTrue(lines.getLast().startsWith("OK: "), lines.getLast());
        final long unfounded = lines.stream().filter(line -> line.endsWith(" is ALIVE again")).count();
        assertTrue(lines.stream().filter(line -> !WAIT_GOES_ON.test(line) && !line.contains(LATE)).count()
            - LINES_OF_A_SUSPICION * unfounded <= TERMINAL_LINES, output.toString());
        for (final String line : lines) {
            assertTrue(line.length() <= TERMINAL_COLUMNS, line);
        }
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
