// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeEvent.ClientRefused;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A log has one partner. */
@Timeout(120)
class LogPartnersTest {

    private static final int CAPACITY = 4096;
    private static final int PAYLOAD = 64;

    private final MemorySegment payload = Arena.ofAuto().allocate(PAYLOAD);
    private final BlockingQueue<ClientRefused> refusals = new LinkedBlockingQueue<>();

    private static MirroredLog log() {
        return new MirroredLog("log", CAPACITY, PAYLOAD);
    }

    private static ClusterConnectionManager.Builder node(
        final NodePair pair, final String name, final InetSocketAddress address, final MirroredLog log) {
        return ClusterConnectionManager.builder(pair.deviceA(), name, address).client(log);
    }

    private void assertAcknowledges(final MirroredLog log) {
        final long sequence = log.append(payload, 0, PAYLOAD);
        assertTrue(log.awaitAcknowledged(sequence, LogNodes.LIMIT), () -> log + " is " + log.state());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aSecondPartnerIsRefusedByNameAndItsEndDoesNotConcernTheLog(final NodePair pair) throws Exception {
        pair.require();
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointA();
        final InetSocketAddress c = pair.endpointA();
        final MirroredLog log = log();
        try (ClusterConnectionManager nodeA = node(pair, "A", a, log).partner(new PartnerAddress("B", b))
                 .partner(new PartnerAddress("C", c)).listener(event -> {
                     if (event instanceof final ClientRefused refused && refused.detail().contains("a log has one")) {
                         refusals.add(refused);
                     }
                 }).start();
             ClusterConnectionManager nodeB =
                 node(pair, "B", b, log()).partner(new PartnerAddress("A", a)).start();
             ClusterConnectionManager nodeC =
                 node(pair, "C", c, log()).partner(new PartnerAddress("A", a)).start()) {
            final ClientRefused refused = refusals.poll(LogNodes.LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(refused, "nobody is told that the log has two partners");
            final String second = refused.session().partner().name();
            final String first = "B".equals(second) ? "C" : "B";
            assertTrue(refused.detail().contains("log log is mirrored with " + first + ", and a log has one partner;"
                + " give the log that this node and " + second + " share another name"), refused.detail());
            LogNodes.awaitMirrored(log);
            assertAcknowledges(log);

            assertTrue(("B".equals(second) ? nodeB : nodeC).leave(), nodeA.toString());
            assertEquals(MirrorState.MIRRORED, log.state());
            assertAcknowledges(log);
        }
    }
}
