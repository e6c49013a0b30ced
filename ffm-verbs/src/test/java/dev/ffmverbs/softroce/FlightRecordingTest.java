// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightRecordingTest {

    private static final Duration PERIOD = Duration.ofMillis(20);

    /** Long enough for two records of a counter that increases constantly. */
    private static final int ROUNDS = 4;

    @TempDir
    private Path folder;

    /** Records what two connected ends do. */
    private List<RecordedEvent> record(final Consumer<List<SoftEndpoint>> story) throws Exception {
        final Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording();
             SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to);
            to.connect(from);
            recording.enable("dev.ffmverbs.softroce.Counter").withPeriod(PERIOD);
            recording.enable(Round.class).withPeriod(PERIOD);
            recording.start();
            story.accept(List.of(from, to));
            recording.stop();
            recording.dump(file);
        } finally {
            SoftRoceDevices.injectFaults(SoftDevices.LEFT, FaultSettings.NONE);
        }
        return RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith("dev.ffmverbs.softroce."))
            .sorted(Comparator.comparing(RecordedEvent::getStartTime)).toList();
    }

    private static List<RecordedEvent> ofKind(final List<RecordedEvent> events, final String kind) {
        return events.stream()
            .filter(event -> event.getEventType().getName().equals("dev.ffmverbs.softroce." + kind)).toList();
    }

    /** Counts the rounds of periodic events. A busy machine delays them. */
    @Name("dev.ffmverbs.test.Round")
    static final class Round extends Event {
    }

    @Test
    void everyCounterThatRoseIsRecordedWhileTheDeviceIsOpen() throws Exception {
        final AtomicInteger rounds = new AtomicInteger();
        final Runnable count = rounds::incrementAndGet;
        FlightRecorder.addPeriodicEvent(Round.class, count);
        final List<RecordedEvent> events = record(ends -> {
            final SoftEndpoint from = ends.getFirst();
            final SoftEndpoint to = ends.getLast();
            final int last = rounds.get() + ROUNDS;
            while (rounds.get() < last) {
                from.post(SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8)
                    .read(to.memory.iova(), to.memory.rkey()));
                from.poll(1);
            }
        });
        FlightRecorder.removePeriodicEvent(count);

        final List<RecordedEvent> sent = ofKind(events, "Counter").stream()
            .filter(event -> event.getString("counter").equals("PACKETS_SENT")
                && event.getString("device").equals(SoftDevices.LEFT)).toList();
        assertTrue(!sent.isEmpty(), "counters in " + events);
        assertTrue(sent.getLast().getLong("total") > sent.getFirst().getLong("total"), sent.toString());
        assertEquals(sent.getLast().getLong("total"),
            sent.getFirst().getLong("total") - sent.getFirst().getLong("increase")
                + sent.stream().mapToLong(event -> event.getLong("increase")).sum(), sent.toString());
        assertEquals(SoftDevices.LEFT_ADDRESS + ":4791", sent.getLast().getString("address"));
        assertEquals(List.of(), ofKind(events, "Nak"), "nothing was refused");
    }

    @Test
    void retransmissionsAreRecordedWithTheirReason() throws Exception {
        final int[] number = new int[1];
        final List<RecordedEvent> events = record(ends -> {
            final SoftEndpoint from = ends.getFirst();
            final SoftEndpoint to = ends.getLast();
            number[0] = from.queuePair.number();
            SoftRoceDevices.injectFaults(
                SoftDevices.LEFT, FaultSettings.NONE.withSeed(3).withShares(0.5, 0, 0, 0, 0));
            for (int i = 0; i < 20; i++) {
                from.post(SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8)
                    .write(to.memory.iova(), to.memory.rkey()));
                from.poll(1);
            }
        });

        final List<RecordedEvent> retransmissions = ofKind(events, "Retransmission");
        assertTrue(retransmissions.size() >= 5, "half of all packets are lost: " + retransmissions);
        for (final RecordedEvent event : retransmissions) {
            assertEquals(number[0], event.getInt("queuePair"));
            assertEquals("TIMEOUT", event.getString("reason"), "one packet under way cannot be out of order");
            assertTrue(event.getString("path").startsWith(SoftDevices.LEFT_ADDRESS), event.toString());
        }
    }

    @Test
    void naksAreRecordedAtBothSides() throws Exception {
        final List<RecordedEvent> events = record(ends -> {
            final SoftEndpoint from = ends.getFirst();
            final SoftEndpoint to = ends.getLast();
            from.post(SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8)
                .read(to.memory.iova() - 1, to.memory.rkey()));
            from.poll(1);
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR, from.completions.status(0));
        });

        assertEquals(List.of("ACCESS_NAKS_RECEIVED", "ACCESS_NAKS_SENT"),
            ofKind(events, "Nak").stream().map(event -> event.getString("kind")).sorted().toList());
        assertEquals(List.of(false, true),
            ofKind(events, "Nak").stream().map(event -> event.getBoolean("sent")).sorted().toList());
    }
}
