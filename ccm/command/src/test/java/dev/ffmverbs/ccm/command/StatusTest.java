// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

@Timeout(240)
class StatusTest {

    private static final int PORT = 46_700;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(60);

    private final StringWriter output = new StringWriter();

    private int run(final String... line) {
        output.getBuffer().setLength(0);
        final PrintWriter printer = new PrintWriter(output, true);
        return CcmCommand.commandLine().setOut(printer).setErr(printer).execute(line);
    }

    private static Path socketOf(final DemoStage stage, final String node) throws IOException {
        return RuntimeFolder.sockets(RuntimeFolder.candidates().getFirst()).stream()
            .filter(socket -> socket.node().equals(node) && socket.process() == stage.process(node).pid())
            .map(NodeSocket::file).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void showsTheSessionsOfARunningNodeAndForgetsAKilledOne(final NodePair nodes) throws Exception {
        nodes.require();
        final DemoPlacement placement = DemoPlacement.choose(List.of(nodes.deviceA().name()), PORT);
        final EventLines lines = new EventLines(new PrintWriter(new StringWriter()), Ansi.OFF);
        try (DemoStage stage = new DemoStage(placement, lines, Set.of())) {
            stage.start("A");
            stage.start("B", "--report-seconds", "1");
            final List<NodeLine> sessions = stage.awaitSessions();
            stage.await("B", "there were heartbeats", Kind.HEARTBEATS);

            final Map<String, Object> b = awaitAlive(stage, "B");
            final Map<?, ?> partner = (Map<?, ?>) ((List<?>) b.get("partners")).getFirst();
            final Map<?, ?> session = (Map<?, ?>) partner.get("session");
            assertEquals(List.of("B", "ACTIVE", sessions.getFirst().facts().get("bootId"), "A", "ALIVE", "ACTIVE",
                sessions.getLast().facts().get("bootId")), List.of(b.get("name"), b.get("phase"), b.get("bootId"),
                partner.get("name"), partner.get("liveness"), partner.get("phase"), session.get("bootId")));
            assertTrue(((Number) ((Map<?, ?>) partner.get("heartbeat")).get("count")).longValue() > 0, b.toString());
            assertEquals(1, ((Map<?, ?>) partner.get("counters")).get("sessions"), b.toString());

            awaitText("B", "Node B at ");
            assertTrue(output.toString().lines().allMatch(line -> line.length() <= 100), output.toString());
            final Path socketOfA = socketOf(stage, "A");
            final Path socketOfB = socketOf(stage, "B");
            assertSocketIsItsOwnersAlone(socketOfB);

            stage.process("B").pause();
            assertEquals(Map.of("name", "B", "process", Math.toIntExact(stage.process("B").pid()), "answers", false),
                status(stage, "B"));
            assertEquals(1, run("status", "B"));
            assertTrue(output.toString().contains(
                "Node B, process " + stage.process("B").pid() + " runs but does not answer"), output.toString());

            stage.process("B").kill();
            stage.process("B").await();
            run("status", "--json");
            assertFalse(Files.exists(socketOfB), "the socket of a killed node is removed");
            stage.process("A").stop();
            stage.process("A").await();
            assertFalse(Files.exists(socketOfA), "A has left");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void showsWhoOwnsTheLeaseAndTheStateOfTheLog(final NodePair nodes) throws Exception {
        nodes.require();
        final DemoPlacement placement = DemoPlacement.choose(List.of(nodes.deviceA().name()), PORT + 10);
        final EventLines lines = new EventLines(new PrintWriter(new StringWriter()), Ansi.OFF);
        final String witness = NodeLog.text(placement.witness().address());
        try (DemoStage stage = new DemoStage(placement, lines, Set.of())) {
            stage.startWitness();
            stage.start("A", "--witness", witness, "--lease-ms", "5000", "--report-seconds", "1");
            stage.start("B", "--witness", witness, "--lease-ms", "5000", "--report-seconds", "1");
            stage.awaitMirror();
            for (final String node : List.of("A", "B")) {
                stage.await(node, "it reports who owns", Kind.OWNERSHIP);
                stage.await(node, "it reports the state of its log", Kind.LOG);
            }
            final String owner = stage.awaitEither("one of them owns", Kind.OWNERSHIP_ACQUIRED).node();
            final String other = owner.equals("A") ? "B" : "A";
            final Map<?, ?> seen = awaitFact(stage, other, "ownership", "owner", owner);
            awaitText(owner, "  owns term " + seen.get("ownersTerm") + ", for ");
            assertTrue(output.toString().contains(" ms without a renewal; witness " + witness), output.toString());
            awaitText(other, "  does not own: " + owner + " owns term " + seen.get("ownersTerm") + "; witness "
                + witness);
            awaitText("A", "  log demo-log: MIRRORED, acknowledged up to entry 1000 of 1000");
            awaitText("B", "  log demo-log: MIRRORED, no entry");

            stage.process("B").kill();
            stage.process("B").await();
            final Map<?, ?> alone = awaitFact(stage, "A", "log", "state", "ALONE");
            assertEquals(0, ((Number) alone.get("acknowledged")).longValue());
        }
    }

    /** Waits for an answer in which a field of a part has a value; returns the part. */
    private Map<?, ?> awaitFact(
        final DemoStage stage, final String node, final String part, final String field, final Object value)
        throws IOException {
        final long startNs = System.nanoTime();
        while (true) {
            if (status(stage, node).get(part) instanceof final Map<?, ?> facts && value.equals(facts.get(field))) {
                return facts;
            }
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, output::toString);
        }
    }

    /** Waits for an answer that shows its partner alive, which may take seconds on a busy machine. */
    private Map<String, Object> awaitAlive(final DemoStage stage, final String node) throws Exception {
        final long startNs = System.nanoTime();
        while (true) {
            final Map<String, Object> answer = status(stage, node);
            if (StatusText.partners(answer).stream()
                .anyMatch(partner -> StatusText.isAlive(partner) && "ACTIVE".equals(partner.get("phase")))) {
                return answer;
            }
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, output::toString);
        }
    }

    private void awaitText(final String node, final String text) {
        final long startNs = System.nanoTime();
        while (!output.toString().contains(text)) {
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, output::toString);
            run("status", node);
        }
    }

    private Map<String, Object> status(final DemoStage stage, final String node) throws IOException {
        run("status", "--json", node);
        return JSON.std.listOfFrom(Object.class, output.toString()).stream()
            .map(StatusTest::node)
            .filter(found -> ((Number) found.get("process")).longValue() == stage.process(node).pid())
            .findFirst().orElseThrow(() -> new AssertionError(output.toString()));
    }

    private static void assertSocketIsItsOwnersAlone(final Path socket) throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> node(final Object node) {
        return (Map<String, Object>) node;
    }

    @Test
    void saysThatThereIsNoSuchNode() {
        assertEquals(1, run("status", "nobody-has-this-name"));
        assertTrue(output.toString().startsWith("ccm: no node nobody-has-this-name of this user runs here"),
            output.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"name\":\"old\",\"process\":7,\"uptimeS\":1,\"rejections\":{},\"partners\":[{}]}",
        "{\"partners\":7}", "{\"pairs\":[{}]}"})
    void saysThatANodeAnswersAsAnotherVersionDoes(final String answer) throws Exception {
        final String name = "other-version-" + ProcessHandle.current().pid();
        try (StatusServer server = StatusServer.start(name, RuntimeFolder.candidates(), () -> answer)) {
            assertEquals(1, run("status", name), () -> server + " " + output);
            assertTrue(output.toString().contains("answers as another version of ccm does"), output.toString());
        }
    }
}
