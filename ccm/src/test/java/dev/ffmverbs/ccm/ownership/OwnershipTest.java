// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.AllocatedBytes;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClusterClient;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two nodes on devices, and an arbiter in the memory of this process. */
@Timeout(120)
class OwnershipTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Long enough that an owner of a test is not lost because the machine is busy. */
    private static final Duration LEASE = Duration.ofSeconds(2);

    private final SharedArbiter arbiter = new SharedArbiter();
    private final List<String> news = new CopyOnWriteArrayList<>();
    private InetSocketAddress addressA;
    private InetSocketAddress addressB;
    private ClusterConnectionManager nodeA;
    private ClusterConnectionManager nodeB;
    private Ownership ofA;
    private Ownership ofB;

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

    private void start(final NodePair pair) {
        pair.require();
        addressA = pair.endpointA();
        addressB = pair.endpointB();
        startA(pair);
        startB(pair);
    }

    private static LivenessThresholds thresholds() {
        return LivenessThresholds.defaults().withInterval(Duration.ofMillis(20));
    }

    private void startA(final NodePair pair) {
        nodeA = ClusterConnectionManager.builder(pair.deviceA(), "A", addressA)
            .partner(new PartnerAddress("B", addressB)).liveness(thresholds()).start();
        ofA = builder(nodeA, "B", 0).listener(new FailingListener("A", news)).start();
    }

    private void startB(final NodePair pair) {
        nodeB = ClusterConnectionManager.builder(pair.deviceB(), "B", addressB)
            .partner(new PartnerAddress("A", addressA)).liveness(thresholds()).start();
        ofB = builder(nodeB, "A", 1).listener(new FailingListener("B", news)).start();
    }

    private OwnershipBuilder builder(final ClusterConnectionManager node, final String partner, final int index) {
        return Ownership.builder(node, partner, arbiter.of(index)).name("test").lease(LEASE);
    }

    /** Ends a node without a word to its partner about ownership: what it owned is not released. */
    private static void closeNode(final ClusterConnectionManager node) {
        if (node != null) {
            node.close();
        }
    }

    @AfterEach
    void closeAll() {
        for (final Ownership each : new Ownership[] {ofA, ofB}) {
            if (each != null) {
                each.close();
                each.close();
            }
        }
        closeNode(nodeA);
        closeNode(nodeB);
    }

    private void await(final String what, final BooleanSupplier condition) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertFalse(ofA.isHeld() && ofB.isHeld(), () -> "two own: " + ofA + " and " + ofB);
            if (System.nanoTime() - startNs > LIMIT.toNanos()) {
                throw new AssertionError("not within " + LIMIT + ": " + what + "; " + ofA + "; " + ofB + "; " + news);
            }
            Thread.sleep(1);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void thePreferredNodeOwnsFirstAndItsPartnerTakesOverWhenItIsGone(final NodePair pair) throws Exception {
        start(pair);
        await("A owns", ofA::isHeld);
        final long term = ofA.term();
        assertTrue(ofA.isHeld(term) && ofA.remainingNs() > 0 && ofA.remainingNs() <= LEASE.toNanos());
        assertFalse(ofA.isHeld(term - 1) || ofA.isHeld(term + 1) || ofB.isHeld());
        assertEquals(0, ofB.remainingNs());

        arbiter.cut(0, true);
        nodeA.close();
        await("B owns", ofB::isHeld);
        assertTrue(ofB.term() > term, ofB.term() + " after " + term);
        assertFalse(ofA.isHeld(term));
        await("both are told", () -> news.containsAll(List.of("A acquired", "A lost", "B acquired")));

        ofA.close();
        arbiter.cut(0, false);
        startA(pair);
        await("A agrees", () -> ofA.toString().contains("agreed=OwnershipWord[term=" + ofB.term()));
        assertTrue(ofB.isHeld(), "who comes back takes nothing");
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void whatIsHandedOverIsOwnedByThePartnerWithTheNextTerm(final NodePair pair) throws Exception {
        start(pair);
        await("A owns", ofA::isHeld);
        await("B agrees", () -> ofA.toString().contains("OwnershipBlock[agreed=OwnershipWord[term=" + ofA.term()));
        assertFalse(ofB.handOver(LIMIT), "who does not own hands over nothing");
        final long term = ofA.term();
        assertTrue(ofA.handOver(LIMIT), () -> ofA + "; " + ofB);
        assertFalse(ofA.isHeld());
        assertTrue(ofB.isHeld(term + 1), () -> ofB.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void whatThePartnerCannotTakeOverIsOwnedAgain(final NodePair pair) throws Exception {
        start(pair);
        await("A owns", ofA::isHeld);
        final long term = ofA.term();
        await("B agrees", () -> ofA.toString().contains("OwnershipBlock[agreed=OwnershipWord[term=" + term));
        arbiter.cut(1, true);
        assertFalse(ofA.handOver(Duration.ofMillis(300)));
        await("A owns again", ofA::isHeld);
        assertTrue(ofA.term() > term && !ofA.isHeld(term));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aCutBetweenNodesThatBothReachTheArbiterChangesNothing(final NodePair pair) throws Exception {
        pair.require();
        Assumptions.assumeTrue("softroce".equals(pair.deviceA().provider()), "only software devices can be cut off");
        start(pair);
        await("A owns", ofA::isHeld);
        final long term = ofA.term();
        SoftRoceDevices.injectFaults(
            pair.deviceA().name(), FaultSettings.NONE.withPartition(FaultSettings.Partition.BOTH));
        try {
            await("B has no session", () -> nodeB.partners().getFirst().session().isEmpty());
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < 2 * LEASE.toNanos()) {
                assertTrue(ofA.isHeld(term) && !ofB.isHeld(), () -> ofA + "; " + ofB);
                Thread.sleep(1);
            }
        } finally {
            SoftRoceDevices.injectFaults(pair.deviceA().name(), FaultSettings.NONE);
        }
        await("B agrees again", () -> ofB.toString().contains("agreed=OwnershipWord[term=" + term)
            && nodeB.partners().getFirst().session().isPresent());
        assertTrue(ofA.isHeld(term));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aThirdNodeWithAClientOfThatNameDoesNotDisturb(final NodePair pair) throws Exception {
        pair.require();
        addressA = pair.endpointA();
        addressB = pair.endpointB();
        final InetSocketAddress addressC = pair.endpointB();
        nodeA = ClusterConnectionManager.builder(pair.deviceA(), "A", addressA)
            .partner(new PartnerAddress("B", addressB)).partner(new PartnerAddress("C", addressC))
            .liveness(thresholds()).start();
        ofA = builder(nodeA, "B", 0).start();
        startB(pair);
        await("A owns", ofA::isHeld);
        final long term = ofA.term();
        await("B agrees", () -> ofA.toString().contains("OwnershipBlock[agreed=OwnershipWord[term=" + term));
        arbiter.cut(0, true);
        arbiter.cut(1, true);
        try (ClusterConnectionManager nodeC = ClusterConnectionManager.builder(pair.deviceB(), "C", addressC)
            .partner(new PartnerAddress("A", addressA)).liveness(thresholds()).client(new Stranger()).start()) {
            await("C is there", () -> !nodeC.partners().getFirst().clients().isEmpty());
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < 2 * LEASE.toNanos()) {
                assertTrue(ofA.isHeld(term), () -> "B's word still counts: " + ofA);
                Thread.sleep(1);
            }
        }
    }

    /** Has the name and the requirements of an ownership, and is none. */
    private static final class Stranger implements ClusterClient {

        @Override
        public ClientRequirements requirements() {
            return new ClientRequirements("test", 1, BlockFormat.LENGTH_BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void withoutTheArbiterTheOwnerGoesOnAndWithoutBothItDoesNot(final NodePair pair) throws Exception {
        start(pair);
        await("A owns", ofA::isHeld);
        final long term = ofA.term();
        arbiter.cut(0, true);
        arbiter.cut(1, true);
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < 2 * LEASE.toNanos()) {
            assertTrue(ofA.isHeld(term), () -> "the partner still agrees: " + ofA);
            Thread.sleep(1);
        }
        nodeB.close();
        await("A has lost", () -> !ofA.isHeld(term));
        await("A is told", () -> news.contains("A lost"));
        assertFalse(ofA.isHeld() || ofB.isHeld());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void anArbiterThatLostItsMemoryGetsItBackFromThePair(final NodePair pair) throws Exception {
        start(pair);
        await("A owns", ofA::isHeld);
        final long term = ofA.term();
        await("B agrees", () -> ofA.toString().contains("OwnershipBlock[agreed=OwnershipWord[term=" + term));
        arbiter.loseMemory();
        await("the arbiter holds the word", () -> arbiter.word().equals(new OwnershipWord(term, 0)));
        assertTrue(ofA.isHeld(term));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void askingAllocatesNothing(final NodePair pair) throws Exception {
        start(pair);
        await("A owns", ofA::isHeld);
        final String thread = Thread.currentThread().getName();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 60 && least > 0; round++) {
            final long before = AllocatedBytes.of(thread);
            final long counting = AllocatedBytes.of(thread) - before;
            final long bytes = AllocatedBytes.of(thread);
            int held = 0;
            for (int i = 0; i < 10_000; i++) {
                held += ofA.isHeld() && ofA.isHeld(ofA.term()) && ofA.remainingNs() > 0 ? 1 : 0;
            }
            assertEquals(10_000, held);
            least = Math.min(least, AllocatedBytes.of(thread) - bytes - counting);
        }
        assertTrue(least <= 0, least + " bytes in 10000 rounds, at least");
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void refusesWhatCannotWorkBeforeAnythingIsMade(final NodePair pair) {
        pair.require();
        addressA = pair.endpointA();
        addressB = pair.endpointB();
        startA(pair);
        assertRefused("has no partner C", () -> builder(nodeA, "C", 0));
        assertRefused("it must be from PT0.04S", () -> builder(nodeA, "B", 0).lease(Duration.ofMillis(39)).start());
        assertRefused("is PT48H", () -> builder(nodeA, "B", 0).lease(Duration.ofDays(2)).start());
        assertRefused("is 0.2", () -> builder(nodeA, "B", 0).clockBound(0.2).start());
        assertRefused("is NaN", () -> builder(nodeA, "B", 0).clockBound(Double.NaN).start());
        assertRefused("prefers node C", () -> builder(nodeA, "B", 0).preferredNode("C").start());
        assertRefused("is not a client name", () -> builder(nodeA, "B", 0).name("no name").start());
        assertRefused("is registered already", () -> builder(nodeA, "B", 0).start());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void anArbiterThatCannotBeClosedKeepsNoThread(final NodePair pair) throws Exception {
        pair.require();
        addressA = pair.endpointA();
        addressB = pair.endpointB();
        startA(pair);
        final Arbiter working = arbiter.of(0);
        final Arbiter failing = (Arbiter) Proxy.newProxyInstance(Arbiter.class.getClassLoader(),
            new Class<?>[] {Arbiter.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("close")) {
                    throw new IllegalStateException("an arbiter that fails");
                }
                return method.getName().equals("storeNumber") ? 0L : method.invoke(working, arguments);
            });
        final Ownership closed = Ownership.builder(nodeA, "B", failing).name("failing").lease(LEASE).start();

        assertThrows(IllegalStateException.class, closed::close);

        final long startNs = System.nanoTime();
        while (Thread.getAllStackTraces().keySet().stream().anyMatch(each -> each.getName().endsWith("A-failing"))) {
            assertTrue(System.nanoTime() - startNs < LIMIT.toNanos(), "a thread goes on");
            Thread.sleep(1);
        }
    }

    private static void assertRefused(final String part, final Runnable start) {
        final String message = assertThrows(IllegalArgumentException.class, start::run).getMessage();
        assertTrue(message.contains(part), message);
    }
}
