// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Help.Ansi;

@Timeout(240)
class StatusTest {

    private static final int PORT = 46_700;

    private final StringWriter output = new StringWriter();

    private int run(final String... line) {
        output.getBuffer().setLength(0);
        final PrintWriter printer = new PrintWriter(output, true);
        return CcmCommand.commandLine().setOut(printer).setErr(printer).execute(line);
    }

    private static String socketOf(final DemoStage stage, final String node) {
        return node + "-" + stage.process(node).pid() + ".sock";
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
            final List<NodeEvent> sessions = stage.awaitSessions();
            stage.await("B", "there were heartbeats", Kind.HEARTBEATS);

            run("status", "--json");
            final Map<String, Object> b = JSON.std.listOfFrom(Object.class, output.toString()).stream()
                .map(StatusTest::node)
                .filter(node -> ((Number) node.get("process")).longValue() == stage.process("B").pid())
                .findFirst().orElseThrow(() -> new AssertionError(output.toString()));
            final Map<?, ?> partner = (Map<?, ?>) ((List<?>) b.get("partners")).getFirst();
            assertEquals(List.of("B", sessions.getFirst().facts().get("bootId"), "A", "ALIVE", "ACTIVE",
                sessions.getLast().facts().get("bootId")), List.of(b.get("name"), b.get("bootId"),
                partner.get("name"), partner.get("liveness"), partner.get("phase"), partner.get("bootId")));
            assertTrue(((Number) ((Map<?, ?>) partner.get("heartbeat")).get("count")).longValue() > 0, b.toString());

            run("status", "B");
            assertTrue(output.toString().contains("Node B at "), output.toString());
            assertTrue(output.toString().lines().allMatch(line -> line.length() <= 100), output.toString());

            final Path socket = RuntimeFolder.path().resolve(socketOf(stage, "B"));
            assertTrue(Files.exists(socket), socket.toString());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
            stage.process("B").kill();
            stage.process("B").await();
            run("status", "--json");
            assertFalse(Files.exists(socket), "the socket of a killed node is removed");
            stage.process("A").stop();
            stage.process("A").await();
            assertFalse(Files.exists(RuntimeFolder.path().resolve(socketOf(stage, "A"))), "A has left");
        }
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

    @Test
    void aSecretFileThatOthersCanReadIsRefused(@TempDir final Path folder) throws Exception {
        final Path file = Files.writeString(folder.resolve("secret"), "0123456789abcdef\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        final String[] line = {"node", "--name", "A", "--listen", "10.9.9.1:7471", "--partner", "B=10.9.9.2:7471",
            "--secret-file", file.toString()};
        assertEquals(1, run(line));
        assertTrue(output.toString().contains("run 'chmod 600 " + file + "'"), output.toString());

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "too short\n");
        assertEquals(2, run(line));
        assertTrue(output.toString().contains(file + ": the shared secret has 9 bytes"), output.toString());

        Files.delete(file);
        assertEquals(1, run(line));
        assertTrue(output.toString().contains("there is no secret file " + file), output.toString());
    }

    @Test
    void takesArgumentsFromAFileAndGeneratesCompletion(@TempDir final Path folder) throws Exception {
        final Path file = Files.writeString(folder.resolve("arguments"), "--scenario\ncomedy\n");
        assertEquals(2, run("demo", "@" + file));
        assertTrue(output.toString().contains("there is no story \"comedy\""), output.toString());

        assertEquals(0, run("generate-completion"));
        assertTrue(output.toString().contains("complete -F") && output.toString().contains("wrong-secret"),
            output.toString());
    }
}
