// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class OwnershipRecordingTest {

    private static final String EVENT = "dev.ffmverbs.ccm.Ownership";
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final long LIMIT_NS = Duration.ofSeconds(60).toNanos();

    private final SharedArbiter arbiter = new SharedArbiter();

    private static void await(final BooleanSupplier condition, final Ownership shown) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, shown::toString);
            Thread.sleep(1);
        }
    }

    private Ownership start(final ClusterConnectionManager node, final String partner, final int index) {
        return Ownership.builder(node, partner, arbiter.of(index)).name("disk").lease(LEASE).start();
    }

    private void playTakeOver(final NodePair pair) throws InterruptedException {
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointB();
        try (ClusterConnectionManager nodeA = ClusterConnectionManager.builder(pair.deviceA(), "A", a)
                 .partner(new PartnerAddress("B", b)).start();
             ClusterConnectionManager nodeB = ClusterConnectionManager.builder(pair.deviceB(), "B", b)
                 .partner(new PartnerAddress("A", a)).start();
             Ownership ofA = start(nodeA, "B", 0);
             Ownership ofB = start(nodeB, "A", 1)) {
            await(ofA::isHeld, ofA);
            await(() -> ofA.toString().contains("OwnershipBlock[agreed=OwnershipWord[term=" + ofA.term()), ofA);
            arbiter.cut(0, true);
            end(nodeA);
            await(ofB::isHeld, ofB);
            await(() -> !ofA.isHeld(), ofA);
        }
    }

    /** Ends a node before the others. */
    private static void end(final ClusterConnectionManager node) {
        node.close();
    }

    private static List<String> changes(final List<RecordedEvent> events, final String node) {
        return events.stream().filter(event -> node.equals(event.getString("node")))
            .map(event -> event.getString("change")).toList();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aRecordingShowsTheAttemptsAndThePartsOfATakeOver(final NodePair pair, @TempDir final Path folder)
        throws Exception {
        pair.require();
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
        final RecordedEvent takeOver = events.stream().filter(event -> "B".equals(event.getString("node"))
            && "ACQUIRED".equals(event.getString("change"))).findFirst().orElseThrow();
        assertEquals("A", takeOver.getString("partner"));
        assertEquals("disk", takeOver.getString("ownership"));
        assertEquals(arbiter.word().term(), takeOver.getLong("term"));
        assertTrue(takeOver.getDuration("detectionNs").isPositive(), takeOver.toString());
        assertTrue(takeOver.getDuration("decisionNs").isPositive(), takeOver.toString());
        assertTrue(takeOver.getDuration("swapNs").isPositive(), takeOver.toString());
        assertTrue(takeOver.getDuration("waitNs").compareTo(LEASE) >= 0, "the lease of A: " + takeOver);
    }
}
