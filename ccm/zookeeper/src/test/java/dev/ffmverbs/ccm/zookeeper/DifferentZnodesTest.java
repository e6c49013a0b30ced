// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.ownership.Ownership;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nodes of a pair that name different znodes see it, and nodes that name one in different ways do not. */
@Timeout(120)
class DifferentZnodesTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LEASE = Duration.ofMillis(500);

    /** Keeps what the ownerships of this process log. */
    private static final class KeptLog extends Handler {

        private final List<String> messages = new CopyOnWriteArrayList<>();

        @Override
        public void publish(final LogRecord record) {
            messages.add(record.getMessage());
        }

        @Override
        public void flush() {
            // Nothing is kept back.
        }

        @Override
        public void close() {
            // Nothing is held.
        }

        boolean holds(final String part) {
            return messages.stream().anyMatch(message -> message.contains(part));
        }
    }

    private static long storeNumber(final CuratorFramework client, final String path) {
        try (ZooKeeperArbiter arbiter = new ZooKeeperArbiter(client, path)) {
            return arbiter.storeNumber();
        }
    }

    @Test
    void eachZnodeHasItsOwnNumberHoweverItIsNamed() throws Exception {
        try (ZooKeeperSite site = new ZooKeeperSite()) {
            final CuratorFramework client = site.client();
            final long number = storeNumber(client, "/apps/cluster/pairs/A-B");
            assertNotEquals(0, number);
            assertNotEquals(0, storeNumber(client, "/apps/cluster/pairs/B-A"));
            assertNotEquals(number, storeNumber(client, "/apps/cluster/pairs/B-A"));
            assertNotEquals(number, storeNumber(client, "/pairs/A-B"));
            assertEquals(number, storeNumber(site.client(), "/apps/cluster/pairs/A-B"));
            assertEquals(number, storeNumber(site.clientBelow("/apps/cluster"), "/pairs/A-B"));
            assertEquals(number, storeNumber(client.usingNamespace("apps"), "/cluster/pairs/A-B"));
            assertEquals(number, storeNumber(site.clientBelow("/apps").usingNamespace("cluster"), "/pairs/A-B"));
            site.end();
        }
    }

    private static ClusterConnectionManager start(
        final Device device, final String name, final InetSocketAddress address, final PartnerAddress partner) {
        return ClusterConnectionManager.builder(device, name, address).partner(partner)
            .liveness(LivenessThresholds.defaults().withInterval(Duration.ofMillis(20))).start();
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void ifTheZnodesDifferNeitherNodeOwns(final NodePair pair) throws Exception {
        pair.require();
        final InetSocketAddress addressA = pair.endpointA();
        final InetSocketAddress addressB = pair.endpointB();
        final KeptLog log = new KeptLog();
        final Logger logger = Logger.getLogger("dev.ffmverbs.ccm.ownership.GuardedRules");
        logger.addHandler(log);
        try (ZooKeeperSite site = new ZooKeeperSite();
            CuratorFramework clientA = site.client();
            CuratorFramework clientB = site.client();
            ClusterConnectionManager nodeA =
                start(pair.deviceA(), "A", addressA, new PartnerAddress("B", addressB));
            ClusterConnectionManager nodeB =
                start(pair.deviceB(), "B", addressB, new PartnerAddress("A", addressA));
            Ownership ofA = Ownership.builder(nodeA, "B", new ZooKeeperArbiter(clientA, "/pairs/A-B")).lease(LEASE)
                .start();
            Ownership ofB = Ownership.builder(nodeB, "A", new ZooKeeperArbiter(clientB, "/pairs/B-A")).lease(LEASE)
                .start()) {
            final long startNs = System.nanoTime();
            while (!(log.holds("of node A: the arbiter of the partner leads to another store")
                && log.holds("of node B: the arbiter of the partner leads to another store"))) {
                assertTrue(System.nanoTime() - startNs < LIMIT.toNanos(), log.messages::toString);
                assertFalse(ofA.isHeld() || ofB.isHeld(), () -> ofA + "; " + ofB);
                Thread.sleep(1);
            }
            Thread.sleep(LEASE.multipliedBy(3));
            assertFalse(ofA.isHeld() || ofB.isHeld(), () -> ofA + "; " + ofB);
        } finally {
            logger.removeHandler(log);
        }
    }
}
