// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.WorkCompletionStatus;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SeveralPartnersTest {

    private static final long LIMIT_S = 30;

    /** A client of the node in the middle, with two partners. */
    private static final class Middle implements ClusterClient {

        private final BlockingQueue<ClientSession> ready = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

        @Override
        public ClientRequirements requirements() {
            return new ClientRequirements("log", 1, 64);
        }

        @Override
        public void partnerReady(final ClientSession session) {
            ready.add(session);
        }

        @Override
        public void partnerLeft(final ClientSession session) {
            ended.add(session.partner().name());
        }
    }

    private static ClusterConnectionManager.Builder node(
        final NodePair pair, final String name, final InetSocketAddress address) {
        return ClusterConnectionManager.builder(pair.deviceA(), name, address).timeouts(TwoNodes.PATIENT);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void eachPartnerReachesItsOwnMemoryAndNotThatOfAnother(final NodePair pair) throws Exception {
        pair.require();
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointA();
        final InetSocketAddress c = pair.endpointA();
        final Middle middle = new Middle();
        final RecordingClient clientB = new RecordingClient("log", 1, 64);
        final RecordingClient clientC = new RecordingClient("log", 1, 64);
        try (ClusterConnectionManager nodeA = node(pair, "A", a).partner(new PartnerAddress("B", b))
                 .partner(new PartnerAddress("C", c)).client(middle).start();
             ClusterConnectionManager nodeB =
                 node(pair, "B", b).partner(new PartnerAddress("A", a)).client(clientB).start();
             ClusterConnectionManager nodeC =
                 node(pair, "C", c).partner(new PartnerAddress("A", a)).client(clientC).start()) {
            final Port ofB = clientB.ready().port(0);
            final Port ofC = clientC.ready().port(0);
            final ClientSession one = middle.ready.poll(LIMIT_S, TimeUnit.SECONDS);
            final ClientSession other = middle.ready.poll(LIMIT_S, TimeUnit.SECONDS);
            final ClientSession withB = one.partner().name().equals("B") ? one : other;
            final ClientSession withC = withB == one ? other : one;
            assertNotEquals(withB.partner(), withC.partner(), List.of(nodeA, nodeB, nodeC).toString());

            final MemoryRegion local = clientB.sessions.getLast().allocate(8);
            local.segment().set(ValueLayout.JAVA_LONG, 0, 42);
            assertEquals(WorkCompletionStatus.SUCCESS,
                PortOperations.write(ofB, local, ofB.partnerMemory().address(), 8));
            assertEquals(42, withB.memory().get(ValueLayout.JAVA_LONG, 0));
            assertEquals(0, withC.memory().get(ValueLayout.JAVA_LONG, 0));

            final RemoteMemory ofTheOther = ofC.partnerMemory();
            PortOperations.assertWriteRefused(ofB, local, ofTheOther.address(), ofTheOther.rkey(), 8);
            assertEquals(0, withC.memory().get(ValueLayout.JAVA_LONG, 0), "a key given to C is of no use to B");

            nodeB.leave();
            assertEquals("B", middle.ended.poll(LIMIT_S, TimeUnit.SECONDS));
            assertTrue(withC.isOpen(), "the other partner is not affected");
        }
    }
}
