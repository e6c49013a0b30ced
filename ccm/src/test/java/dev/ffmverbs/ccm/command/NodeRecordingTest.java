// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Help.Ansi;

@Timeout(240)
class NodeRecordingTest {

    private static final int PORT = 46_800;

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aNodeThatASignalEndsHasRecordedItsHandshakeItsHeartbeatsAndItsJvm(
        final NodePair nodes, @TempDir final Path folder) throws Exception {
        nodes.require();
        final Path file = folder.resolve("node.jfr");
        final DemoPlacement placement = DemoPlacement.choose(List.of(nodes.deviceA().name()), PORT);
        final EventLines lines = new EventLines(new PrintWriter(new StringWriter()), Ansi.OFF);
        try (DemoStage stage = new DemoStage(placement, lines, Set.of())) {
            stage.start("A", "--flight-recording", file.toString(), "--report-seconds", "1");
            stage.start("B");
            stage.awaitSessions();
            stage.await("A", "there were heartbeats", Kind.HEARTBEATS);
            stage.leave("A");
            stage.leave("B");
        }
        final List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertEquals(Set.of("R1", "W1", "R2", "W2"), events.stream()
            .filter(event -> event.getEventType().getName().equals("dev.ffmverbs.ccm.HandshakeStep"))
            .map(event -> event.getString("step")).collect(Collectors.toSet()));
        final Set<String> names =
            events.stream().map(event -> event.getEventType().getName()).collect(Collectors.toSet());
        assertTrue(names.containsAll(
            Set.of("dev.ffmverbs.ccm.Session", "dev.ffmverbs.ccm.Heartbeat", "jdk.JVMInformation")), names.toString());
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedBeforeTheNodeStarts(@TempDir final Path folder) throws Exception {
        final StringWriter errors = new StringWriter();
        final Path file = folder.resolve("missing").resolve("node.jfr");

        assertEquals(1, CcmCommand.commandLine().setErr(new PrintWriter(errors, true)).execute("node", "--name", "A",
            "--listen", "10.9.9.1:7471", "--partner", "B=10.9.9.2:7471", "--flight-recording", file.toString()));

        assertTrue(errors.toString().startsWith("ccm: cannot record to " + file + ": there is no folder "
            + file.getParent()), errors.toString());
        assertTrue(Files.notExists(file));
    }
}
