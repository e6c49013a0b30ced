// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class PathsTest {

    private final RecordingClient clientA = new RecordingClient("log", 1, 64);
    private final RecordingClient clientB = new RecordingClient("log", 1, 64);
    private final RecordedEvents eventsA = new RecordedEvents();
    private final RecordedEvents eventsB = new RecordedEvents();

    private static ClusterConnectionManager start(
        final NodePair pair, final String name, final List<InetSocketAddress> own, final PartnerAddress partner,
        final RecordedEvents events, final ClusterClient client) {
        return ClusterConnectionManager.builder(pair.deviceA(), name, own.getFirst())
            .interconnect(pair.deviceB(), own.getLast()).partner(partner).listener(events).client(client).start();
    }

    /** Waits until the ports use this path on both sides. */
    private void awaitPath(final int path) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!isOver(clientA, path) || !isOver(clientB, path)) {
            if (System.nanoTime() - startNs > TwoNodes.LIMIT.toNanos()) {
                throw new AssertionError("no ports over path " + path + " within " + TwoNodes.LIMIT + ": A heard "
                    + clientA.heard + " " + eventsA.heard + ", B heard " + clientB.heard + " " + eventsB.heard);
            }
            Thread.sleep(1);
        }
    }

    private static boolean isOver(final RecordingClient client, final int path) {
        return !client.sessions.isEmpty() && client.sessions.getLast().isOpen()
            && client.sessions.getLast().path() == path;
    }

    private void assertReaches(final long number) {
        final ClientSession ofA = clientA.sessions.getLast();
        final MemoryRegion local = ofA.allocate(Long.BYTES);
        local.segment().set(ValueLayout.JAVA_LONG, 0, number);
        assertEquals(WorkCompletionStatus.SUCCESS, PortOperations.write(
            ofA.port(0), local, ofA.port(0).partnerMemory().address(0, Long.BYTES), Long.BYTES));
        assertEquals(number, clientB.sessions.getLast().memory().get(ValueLayout.JAVA_LONG, 0));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#all")
    void aSessionMovesToTheNextInterconnectAndBackAndPortsWithIt(final NodePair pair) throws Exception {
        pair.require();
        Assumptions.assumeFalse(pair.deviceA().name().equals(pair.deviceB().name()), "two devices are needed");
        Assumptions.assumeTrue("softroce".equals(pair.deviceA().provider()),
            "faults can be injected into software devices only");
        final List<InetSocketAddress> a = List.of(pair.endpointA(), pair.endpointB());
        final List<InetSocketAddress> b = List.of(pair.endpointA(), pair.endpointB());
        try (ClusterConnectionManager nodeA = start(pair, "A", a, new PartnerAddress("B", b), eventsA, clientA);
             ClusterConnectionManager nodeB = start(pair, "B", b, new PartnerAddress("A", a), eventsB, clientB)) {
            awaitPath(0);
            assertReaches(1);

            SoftRoceDevices.injectFaults(pair.deviceA().name(),
                FaultSettings.NONE.withPartition(FaultSettings.Partition.BOTH));
            awaitPath(1);
            assertReaches(2);

            SoftRoceDevices.injectFaults(pair.deviceA().name(), FaultSettings.NONE);
            awaitPath(0);
            assertTrue(nodeA.partners().getFirst().session().isPresent(), nodeB.toString());
            assertReaches(3);
            assertEquals(1, eventsA.sessions.size(), eventsA.heard.toString());
            assertFalse(eventsA.heard.contains("down"), eventsA.heard.toString());
        } finally {
            SoftRoceDevices.injectFaults(pair.deviceA().name(), FaultSettings.NONE);
        }
    }
}
