// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class OwnershipRecordingTest extends OwnershipTestBase {

    private static final String EVENT = "dev.ffmverbs.ccm.Ownership";

    private void playTakeOver(final NodePair pair) throws InterruptedException {
        awaitAgreement(startOwned(pair));
        arbiter.cut(0, true);
        nodeA.close();
        await("B owns", ofB::isHeld);
        await("A has lost", () -> !ofA.isHeld());
        closeAll();
    }

    private static List<String> changes(final List<RecordedEvent> events, final String node) {
        return events.stream().filter(event -> node.equals(event.getString("node")))
            .map(event -> event.getString("change")).toList();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aRecordingShowsTheAttemptsAndThePartsOfATakeOver(final NodePair pair, @TempDir final Path folder)
        throws Exception {
        final Path file = folder.resolve("ownership.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            playTakeOver(pair);
            recording.stop();
            recording.dump(file);
        }
        final List<RecordedEvent> events = RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals(EVENT)).toList();

        assertTrue(changes(events, "A").containsAll(List.of("WON", "ACQUIRED", "LOST")), events.toString());
        assertEquals(List.of("EXPIRED"), events.stream().filter(event -> "LOST".equals(event.getString("change")))
            .filter(event -> "A".equals(event.getString("node"))).map(event -> event.getString("reason")).toList());
        final RecordedEvent takeOver = events.stream().filter(event -> "B".equals(event.getString("node"))
            && "ACQUIRED".equals(event.getString("change"))).findFirst().orElseThrow();
        assertEquals("A", takeOver.getString("partner"));
        assertEquals(NAME, takeOver.getString("ownership"));
        assertEquals(arbiter.word().term(), takeOver.getLong("term"));
        assertTrue(takeOver.getDuration("detectionNs").isPositive(), takeOver.toString());
        assertTrue(takeOver.getDuration("decisionNs").isPositive(), takeOver.toString());
        assertTrue(takeOver.getDuration("swapNs").isPositive(), takeOver.toString());
        assertTrue(takeOver.getDuration("waitNs").compareTo(LEASE) >= 0, "the lease of A: " + takeOver);
    }
}
