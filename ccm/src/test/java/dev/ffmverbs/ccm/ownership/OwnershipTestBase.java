// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeEvent;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** Two nodes on devices, each with an ownership, and an arbiter in the memory of this process. A is preferred. */
abstract class OwnershipTestBase {

    static final Duration LIMIT = Duration.ofSeconds(30);

    /** Long enough that an owner of a test is not lost because the machine is busy. */
    static final Duration LEASE = Duration.ofSeconds(2);

    static final String NAME = "test";

    final SharedArbiter arbiter = new SharedArbiter();
    final List<String> news = new CopyOnWriteArrayList<>();
    final List<NodeEvent> eventsOfA = new CopyOnWriteArrayList<>();
    InetSocketAddress addressA;
    InetSocketAddress addressB;
    ClusterConnectionManager nodeA;
    ClusterConnectionManager nodeB;
    Ownership ofA;
    Ownership ofB;

    /** Records notifications, and fails in each of them. */
    private record FailingListener(String node, List<String> news) implements OwnershipListener {

        @Override
        public void ownershipAcquired(final long term) {
            news.add(node + " acquired");
            throw new IllegalStateException("a listener that fails");
        }

        @Override
        public void ownershipLost(final long term) {
            news.add(node + " lost");
            throw new IllegalStateException("a listener that fails");
        }
    }

    /** Chooses the addresses of the nodes. */
    void choose(final NodePair pair) {
        pair.require();
        addressA = pair.endpointA();
        addressB = pair.endpointB();
    }

    /** Starts both nodes, and waits until A owns; returns its term. */
    long startOwned(final NodePair pair) throws InterruptedException {
        choose(pair);
        startA(pair);
        startB(pair);
        await("A owns", ofA::isHeld);
        return ofA.term();
    }

    void startA(final NodePair pair) {
        nodeA = ClusterConnectionManager.builder(pair.deviceA(), "A", addressA)
            .partner(new PartnerAddress("B", addressB)).liveness(thresholds()).listener(eventsOfA::add).start();
        ofA = builder(nodeA, "B", 0).listener(new FailingListener("A", news)).start();
    }

    void startB(final NodePair pair) {
        nodeB = ClusterConnectionManager.builder(pair.deviceB(), "B", addressB)
            .partner(new PartnerAddress("A", addressA)).liveness(thresholds()).start();
        ofB = builder(nodeB, "A", 1).listener(new FailingListener("B", news)).start();
    }

    static LivenessThresholds thresholds() {
        return LivenessThresholds.defaults().withInterval(Duration.ofMillis(20));
    }

    OwnershipBuilder builder(final ClusterConnectionManager node, final String partner, final int index) {
        return Ownership.builder(node, partner, arbiter.of(index)).name(NAME).lease(LEASE);
    }

    void await(final String what, final BooleanSupplier condition) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertFalse(ofA.isHeld() && ofB.isHeld(), () -> "two own: " + ofA + " and " + ofB);
            if (System.nanoTime() - startNs > LIMIT.toNanos()) {
                throw new AssertionError("not within " + LIMIT + ": " + what + "; " + ofA + "; " + ofB + "; " + news);
            }
            Thread.sleep(1);
        }
    }

    /** Waits until A sees that B agrees with a term of A's. */
    void awaitAgreement(final long term) throws InterruptedException {
        await("B agrees", () -> ofA.toString().contains("OwnershipBlock[agreed=OwnershipWord[term=" + term));
    }

    /** Ends the ownerships before their nodes, each twice. */
    @AfterEach
    void closeAll() {
        for (final Ownership each : new Ownership[] {ofA, ofB}) {
            if (each != null) {
                each.close();
                each.close();
            }
        }
        for (final ClusterConnectionManager each : new ClusterConnectionManager[] {nodeA, nodeB}) {
            if (each != null) {
                each.close();
            }
        }
    }
}
