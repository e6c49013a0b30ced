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
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
}
