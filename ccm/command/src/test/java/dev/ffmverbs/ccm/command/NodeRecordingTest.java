// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

@Timeout(240)
class NodeRecordingTest {

    private static final int PORT = 46_800;
    private static final String SECRET = "do-not-record-this-secret";
    private static final String HIDDEN = "hidden-4711";

    /** Much longer than Flight Recorder needs to end a recording. */
    private static final Duration PARTNER_PAUSE = Duration.ofSeconds(4);

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
            Set.of("dev.ffmverbs.ccm.Session", "dev.ffmverbs.ccm.Heartbeat", "jdk.CPUInformation")), names.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void whatANodeDoesWhileASignalEndsItIsRecorded(final NodePair nodes, @TempDir final Path folder) throws Exception {
        nodes.require();
        final DemoPlacement placement = DemoPlacement.choose(List.of(nodes.deviceA().name()), PORT);
        final EventLines lines = new EventLines(new PrintWriter(new StringWriter()), Ansi.OFF);
        final String owner;
        try (DemoStage stage = new DemoStage(placement, lines, Set.of())) {
            stage.startWitness();
            for (final String node : List.of("A", "B")) {
                stage.start(node, "--witness", NodeLog.text(placement.witness().address()), "--flight-recording",
                    folder.resolve(node).toString());
            }
            owner = stage.awaitEither("one of them owns", Kind.OWNERSHIP_ACQUIRED).node();
            stage.leave(owner);
            stage.leave(owner.equals("A") ? "B" : "A");
        }
        final List<String> changes = RecordingFile.readAllEvents(folder.resolve(owner)).stream()
            .filter(event -> event.getEventType().getName().equals("dev.ffmverbs.ccm.Ownership"))
            .map(event -> event.getString("change")).toList();
        assertEquals("LOST", changes.getLast(), changes.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aNodeThatASignalEndsRecordsUntilItsPartnerHasSeenIt(final NodePair nodes, @TempDir final Path folder)
        throws Exception {
        nodes.require();
        final DemoPlacement placement = DemoPlacement.choose(List.of(nodes.deviceA().name()), PORT);
        final EventLines lines = new EventLines(new PrintWriter(new StringWriter()), Ansi.OFF);
        final Path file = folder.resolve("node.jfr");
        final Instant signaled;
        try (DemoStage stage = new DemoStage(placement, lines, Set.of())) {
            stage.start("A", "--flight-recording", file.toString(), "--dead-ms", "60000", "--stalled-dead-ms", "60000");
            stage.start("B", "--dead-ms", "60000", "--stalled-dead-ms", "60000");
            stage.awaitSessions();
            final PausedProcess partner = new PausedProcess(stage.process("B"), PARTNER_PAUSE);
            signaled = Instant.now();
            stage.leave("A");
            partner.awaitResumed();
        }
        final Instant last = RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith("dev.ffmverbs.ccm."))
            .map(RecordedEvent::getEndTime).max(Comparator.naturalOrder()).orElseThrow();
        assertTrue(Duration.between(signaled, last).compareTo(PARTNER_PAUSE.dividedBy(2)) > 0,
            "signal at " + signaled + ", last event at " + last);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRecordingHoldsNoSecretAndIsForItsOwner(final boolean exists, @TempDir final Path folder) throws Exception {
        final NodePair nodes = NodePair.single().findFirst().orElseThrow();
        nodes.require();
        final Path file = folder.resolve("node.jfr");
        final Path temporary = Files.createDirectory(folder.resolve("temporary"));
        if (exists) {
            Files.writeString(file, "of a former run");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        final DemoPlacement.Place place =
            DemoPlacement.choose(List.of(nodes.deviceA().name()), PORT).a();
        final List<String> options = new ArrayList<>(place.jvmOptions());
        options.add("-Dsome.password=" + HIDDEN);
        options.add("-Djava.io.tmpdir=" + temporary);
        options.add("-XX:OnError=echo " + HIDDEN);
        final StringBuffer printed = new StringBuffer();
        final Process other = new ProcessBuilder("sh", "-c", "sleep 60; echo " + HIDDEN).start();
        try (NodeProcess node = NodeProcess.start("node", options, List.of("--name", "A",
                "--device", place.deviceName(), "--listen", NodeLog.text(place.address()),
                "--partner", HIDDEN + "=127.0.0.9:7471", "--flight-recording", file.toString()),
                Map.of(Secrets.VARIABLE, SECRET, "TOKEN", HIDDEN),
                line -> printed.append(line).append('\n'))) {
            assertTrue(other.isAlive());
            awaitStart(node, printed);
            assertPrivate(file);
            try (Stream<Path> kept = Files.list(temporary)) {
                for (final Path each : kept.toList()) {
                    assertEquals("rwx------", permissions(each), each.toString());
                }
            }
            node.stop();
            node.await();
        } finally {
            other.destroyForcibly();
        }
        assertPrivate(file);
        final String raw = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertFalse(raw.contains(SECRET), "the secret is in the recording");
        final List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertFalse(events.isEmpty());
        for (final RecordedEvent event : events) {
            assertFalse(event.toString().contains(SECRET), event.toString());
            assertFalse(event.toString().contains(HIDDEN)
                && !event.getEventType().getName().startsWith("dev.ffmverbs."), event.toString());
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(), left.filter(each -> !each.getFileName().toString().startsWith("hsperf")).toList());
        }
    }

    private static void awaitStart(final NodeProcess node, final StringBuffer printed) throws InterruptedException {
        while (!printed.toString().contains("listens at")) {
            assertTrue(node.isAlive(), printed.toString());
            Thread.sleep(20);
        }
    }

    private static void assertPrivate(final Path file) throws IOException {
        assertEquals("rw-------", permissions(file));
    }

    private static String permissions(final Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedBeforeTheNodeStarts(@TempDir final Path folder) throws Exception {
        final StringWriter errors = new StringWriter();
        final Path file = folder.resolve("missing").resolve("node.jfr");

        assertEquals(1, CcmCommand.commandLine().setErr(new PrintWriter(errors, true)).execute("node", "--name", "A",
            "--listen", "10.9.9.1:7471", "--partner", "B=10.9.9.2:7471", "--flight-recording", file.toString()));

        assertTrue(errors.toString().startsWith("ccm: --flight-recording: cannot write " + file
            + ": there is no folder " + file.getParent()), errors.toString());
        assertTrue(Files.notExists(file));
    }
}
