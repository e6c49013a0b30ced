// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.Timeouts;
import dev.ffmverbs.ccm.value.TraceEntry;
import dev.ffmverbs.cm.ConnectionException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClusterConnectionManagerTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final MemoryAddresses ELSEWHERE = new MemoryAddresses(0x7000_0000_0000L, 0x7000_0000_1000L);

    private final RecordedEvents eventsA = new RecordedEvents();
    private final RecordedEvents eventsB = new RecordedEvents();

    private static ClusterConnectionManager.Builder node(
        final Device device, final String name, final InetSocketAddress address, final String partner,
        final InetSocketAddress partnerAddress, final RecordedEvents events) {
        return ClusterConnectionManager.builder(device, name, address)
            .partner(new PartnerAddress(partner, partnerAddress)).listener(events)
            .liveness(LivenessThresholds.defaults().withInterval(Duration.ofMillis(20))).timeouts(TwoNodes.PATIENT);
    }

    private static void awaitOutcome(final RecordedEvents events, final AttemptOutcome outcome)
        throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!events.failedAttempts.contains(outcome)) {
            if (System.nanoTime() - startNs > LIMIT.toNanos()) {
                throw new AssertionError("no attempt ended with " + outcome + ", only " + events.failedAttempts
                    + "; heard " + events.heard);
            }
            Thread.sleep(1);
        }
    }

    private static List<TraceEntry> trace(final ClusterConnectionManager node) {
        return node.partners().getFirst().trace();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#all")
    void aCleanRunIsExactlyReadWriteReadWriteAtTheConfiguredAddresses(final NodePair nodes) throws Exception {
        nodes.require();
        final InetSocketAddress a = nodes.endpointA();
        final InetSocketAddress b = nodes.endpointB();
        try (ClusterConnectionManager nodeB =
                 node(nodes.deviceB(), "B", b, "A", a, eventsB).memory(ELSEWHERE).start();
             ClusterConnectionManager nodeA =
                 node(nodes.deviceA(), "A", a, "B", b, eventsA).memory(ELSEWHERE).start()) {
            eventsA.await("up 1", LIMIT);
            eventsB.await("up 1", LIMIT);

            Attempts.assertReadWriteReadWrite(trace(nodeA));
            for (final TraceEntry entry : trace(nodeA)) {
                assertEquals(b, entry.remote());
                assertEquals(a.getAddress(), entry.local().getAddress());
            }
            assertEquals(eventsA.sessions.getFirst().self(), eventsB.sessions.getFirst().partnerSide());
            assertEquals(eventsB.sessions.getFirst().self(), eventsA.sessions.getFirst().partnerSide());
            assertEquals(nodeB.bootId(), eventsA.sessions.getFirst().partnerSide().bootId());
            nodes.requireChosenAddresses();
            assertEquals(List.of(ELSEWHERE.statusAddress(), ELSEWHERE.mailboxAddress(), ELSEWHERE.statusAddress(),
                ELSEWHERE.mailboxAddress() + 128),
                Attempts.whole(trace(nodeA)).getFirst().stream().map(TraceEntry::memoryAddress).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aPartnerThatStartsLateIsFoundAndOneThatLeavesHasLeft(final NodePair nodes) throws Exception {
        nodes.require();
        final InetSocketAddress a = nodes.endpointA();
        final InetSocketAddress b = nodes.endpointB();
        try (ClusterConnectionManager nodeA = node(nodes.deviceA(), "A", a, "B", b, eventsA).start()) {
            awaitOutcome(eventsA, AttemptOutcome.NOT_LISTENING);
            Thread.sleep(3_000);
            assertEquals(List.of(), trace(nodeA), "nothing is read or written before the partner is there");
            final Partner partner = nodeA.partners().getFirst();
            final ClusterConnectionManager nodeB = node(nodes.deviceB(), "B", b, "A", a, eventsB).start();
            try {
                eventsA.await("up 1", LIMIT);
                eventsB.await("up 1", LIMIT);
                awaitHeartbeats(partner, 50);
                assertTrue(nodeB.leave(), "node A has seen it leave");
            } finally {
                nodeB.close();
            }
            eventsA.await("left", LIMIT);
            assertFalse(partner.session().isPresent());

            try (ClusterConnectionManager again = node(nodes.deviceB(), "B", b, "A", a, eventsB).start()) {
                eventsA.await("up 2", LIMIT);
                assertNotEquals(nodeB.bootId(), again.bootId());
                assertEquals(again.bootId(), eventsA.sessions.getLast().partnerSide().bootId());
            }
        }
    }

    private static void awaitHeartbeats(final Partner partner, final long count) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (partner.heartbeats().count() < count) {
            if (System.nanoTime() - startNs > LIMIT.toNanos()) {
                throw new AssertionError("no " + count + " heartbeats within " + LIMIT + ": " + partner.heartbeats());
            }
            Thread.sleep(1);
        }
        final HeartbeatSummary summary = partner.heartbeats();
        assertTrue(summary.p50Ns() > 0 && summary.p50Ns() <= summary.p99Ns() && summary.p99Ns() <= summary.maxNs(),
            summary.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void neitherHeartbeatsNorPublishingAllocate(final NodePair nodes) throws Exception {
        nodes.require();
        AllocatedBytes.requireOptimizingCompiler();
        final InetSocketAddress a = nodes.endpointA();
        final InetSocketAddress b = nodes.endpointB();
        try (ClusterConnectionManager nodeA = node(nodes.deviceA(), "A", a, "B", b, eventsA).start();
             ClusterConnectionManager nodeB = node(nodes.deviceB(), "B", b, "A", a, eventsB).start()) {
            eventsA.await("up 1", LIMIT);
            final Partner partner = nodeA.partners().getFirst();
            awaitHeartbeats(partner, 100);

            assertEquals(0, leastAllocatedIn100Heartbeats("ccm-sessions-A", partner), "bytes in 100 heartbeat READs");
            assertEquals(0, leastAllocatedIn100Heartbeats("ccm-heartbeat-A", partner), "bytes in 100 publications");
            assertEquals(List.of("up 1"), eventsA.heardOfSessions(), "nothing else happened, on " + nodeB);
        }
    }

    /**
     * Code that runs for the first time, such as the counting of a late beat, allocates once. Nothing allocates each
     * time.
     */
    private static long leastAllocatedIn100Heartbeats(final String thread, final Partner partner) throws Exception {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 10 && least > 0; i++) {
            final long bytes = AllocatedBytes.of(thread);
            awaitHeartbeats(partner, partner.heartbeats().count() + 100);
            least = Math.min(least, AllocatedBytes.of(thread) - bytes);
        }
        return least;
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aStrangerIsRejectedWithAReason(final NodePair nodes) throws Exception {
        nodes.require();
        final InetSocketAddress a = nodes.endpointA();
        final InetSocketAddress b = nodes.endpointB();
        try (ClusterConnectionManager nodeA = node(nodes.deviceA(), "A", a, "B", b, eventsA).start();
             ClusterConnectionManager stranger = node(nodes.deviceB(), "C", b, "A", a, eventsB).start()) {
            awaitOutcome(eventsB, AttemptOutcome.UNKNOWN_TO_PARTNER);

            assertEquals(List.of(), trace(stranger), "it reads and writes nothing");
            assertEquals(List.of(), eventsA.heard);
            assertEquals(List.of(), trace(nodeA));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void memoryAtAnotherAddressThanConfiguredIsNotTouched(final NodePair nodes) throws Exception {
        nodes.requireChosenAddresses();
        final InetSocketAddress a = nodes.endpointA();
        final InetSocketAddress b = nodes.endpointB();
        try (ClusterConnectionManager nodeA = node(nodes.deviceA(), "A", a, "B", b, eventsA).start();
             ClusterConnectionManager nodeB =
                 node(nodes.deviceB(), "B", b, "A", a, eventsB).memory(ELSEWHERE).start()) {
            awaitOutcome(eventsA, AttemptOutcome.WRONG_MEMORY_ADDRESS);
            awaitOutcome(eventsB, AttemptOutcome.WRONG_MEMORY_ADDRESS);

            assertEquals(List.of(), trace(nodeA));
            assertEquals(List.of(), trace(nodeB));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aTakenPortIsRefusedAndLeavesNothingOpen(final NodePair nodes) throws Exception {
        nodes.require();
        final InetSocketAddress a = nodes.endpointA();
        final InetSocketAddress b = nodes.endpointB();
        try (ClusterConnectionManager nodeA = node(nodes.deviceA(), "A", a, "B", b, eventsA).start()) {
            for (int i = 0; i < 3; i++) {
                final ConnectionException refused = assertThrows(ConnectionException.class,
                    () -> node(nodes.deviceA(), "B", a, "A", b, eventsB).start());
                assertEquals(ConnectionException.Reason.ADDRESS_IN_USE, refused.reason(), refused.getMessage());
            }
            nodeA.bootPhase(BootPhase.ACTIVE);
        }
        node(nodes.deviceA(), "B", a, "A", b, eventsB).start().close();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aListenerThatThrowsGetsLaterEventsAndOneThatBlocksKeepsNoNodeFromClosing(final NodePair pair)
        throws Exception {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final CountDownLatch blocked = new CountDownLatch(1);
        final SessionListener throwing = new SessionListener() {
            @Override
            public void handshakeStep(final Partner partner, final TraceEntry entry) {
                heard.add(entry.step().name());
                throw new AssertionError("on purpose");
            }
        };
        final SessionListener blocking = new SessionListener() {
            @Override
            public void sessionUp(final Session session) {
                blocked.countDown();
                while (true) {
                    LockSupport.park();
                }
            }
        };
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.a = nodes.builderA().listener(throwing).start();
            nodes.b = nodes.builderB().listener(blocking).timeouts(Timeouts.defaults()).start();
            assertTrue(blocked.await(LIMIT.toSeconds(), TimeUnit.SECONDS), "the session is up at B");
            awaitHeartbeats(nodes.b.partners().getFirst(), 20);
            awaitHeartbeats(nodes.partnerOfA(), 20);
        }
        assertTrue(heard.containsAll(List.of("R1", "W1", "R2", "W2")), heard.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aClosedNodeSaysSo(final NodePair nodes) {
        nodes.require();
        final ClusterConnectionManager node =
            node(nodes.deviceA(), "A", nodes.endpointA(), "B", nodes.endpointB(), eventsA).start();
        assertThrows(IllegalArgumentException.class, () -> node.bootPhase(BootPhase.LEAVING));
        assertEquals(BootPhase.INITIALIZING, node.bootPhase());
        node.bootPhase(BootPhase.ACTIVE);
        assertEquals(BootPhase.ACTIVE, node.bootPhase());
        node.close();
        node.close();
        assertEquals(BootPhase.LEAVING, node.bootPhase());

        final IllegalStateException refused =
            assertThrows(IllegalStateException.class, () -> node.bootPhase(BootPhase.ACTIVE));
        assertTrue(refused.getMessage().endsWith(" is closed"), refused.getMessage());
    }
}
