// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three servers, of which two decide. */
@Timeout(120)
class EnsembleTest {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final OwnershipWord FIRST = new OwnershipWord(1, 0);

    @Test
    void aMajorityDecidesAndAMinorityDoesNot() throws Exception {
        try (TestingCluster ensemble = new TestingCluster(3)) {
            ensemble.start();
            final Iterator<InstanceSpec> servers = ensemble.getInstances().iterator();
            final InstanceSpec first = servers.next();
            try (CuratorFramework client = ZooKeeperSite.client(ensemble.getConnectString())) {
                final ZooKeeperArbiter arbiter = new ZooKeeperArbiter(client, "/pairs/ensemble");
                assertTrue(untilAnswered(() -> arbiter.read(LIMIT_NS).standing() == Standing.FRESH));
                assertTrue(untilAnswered(() -> arbiter.foundWith(FIRST, LIMIT_NS)));

                ensemble.killServer(first);
                assertTrue(untilAnswered(() -> arbiter.renew(FIRST, LIMIT_NS)), "two of three");
                final OwnershipWord second = winAbove(FIRST, arbiter);

                ensemble.killServer(servers.next());
                assertThrows(ArbiterException.class, () -> arbiter.renew(second, SHORT_NS));
                assertThrows(ArbiterException.class, () -> arbiter.read(SHORT_NS));
                assertThrows(ArbiterException.class, () -> arbiter.win(second.next(0), SHORT_NS));

                assertTrue(ensemble.restartServer(first));
                assertFalse(untilAnswered(() -> arbiter.renew(FIRST, LIMIT_NS)), "the server that was not there");
                final OwnershipWord last = winAbove(second.next(0), arbiter);
                assertEquals(last, arbiter.read(LIMIT_NS).word());
            }
        }
    }

    private interface Question {
        boolean ask() throws Exception;
    }

    /** Asks again until a connection has been made. */
    private static boolean untilAnswered(final Question question) throws Exception {
        final long endNs = System.nanoTime() + LIMIT_NS;
        while (true) {
            try {
                return question.ask();
            } catch (final ArbiterException e) {
                if (System.nanoTime() - endNs > 0) {
                    throw e;
                }
            }
        }
    }

    /** As a node does: a term whose outcome is not known is lost, and the next one is tried. */
    private static OwnershipWord winAbove(final OwnershipWord lost, final ZooKeeperArbiter arbiter) throws Exception {
        final OwnershipWord[] tried = {lost};
        assertTrue(untilAnswered(() -> {
            tried[0] = tried[0].next(1);
            return arbiter.win(tried[0], LIMIT_NS);
        }));
        return tried[0];
    }
}
