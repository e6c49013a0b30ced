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
import dev.ffmverbs.ccm.NodeEvent;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one node of a pair owns, and when its partner does. */
@Timeout(120)
class OwnershipTest extends OwnershipTestBase {

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void thePreferredNodeOwnsFirstAndItsPartnerTakesOverWhenItIsGone(final NodePair pair) throws Exception {
        final long term = startOwned(pair);
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
    void theListenerOfTheNodeGetsWhatBecomesOfTermsAsEvents(final NodePair pair) throws Exception {
        final long term = startOwned(pair);
        ofA.close();
        nodeA.close();

        final List<NodeEvent.OwnershipEvent> events = eventsOfA.stream()
            .filter(event -> event instanceof NodeEvent.OwnershipEvent).map(NodeEvent.OwnershipEvent.class::cast)
            .filter(event -> event.term() == term).toList();
        assertEquals(List.of(NodeEvent.TermTried.class, NodeEvent.OwnershipAcquired.class,
            NodeEvent.OwnershipLost.class), events.stream().map(Object::getClass).toList());
        assertEquals(new NodeEvent.OwnershipLost(nodeA.partners().getFirst(), NAME, term, OwnershipLoss.CLOSED),
            events.getLast());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void theListenerOfANodeThatHasLeftGetsNothing(final NodePair pair) throws Exception {
        startOwned(pair);
        nodeA.close();
        final List<NodeEvent> before = List.copyOf(eventsOfA);
        ofA.close();
        await("the ownership's listener is told", () -> news.contains("A lost"));

        assertEquals(before, eventsOfA);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void whatIsHandedOverIsOwnedByThePartnerWithTheNextTerm(final NodePair pair) throws Exception {
        final long term = startOwned(pair);
        awaitAgreement(term);
        assertFalse(ofB.handOver(LIMIT), "who does not own hands over nothing");
        assertTrue(ofA.handOver(LIMIT), () -> ofA + "; " + ofB);
        assertFalse(ofA.isHeld());
        assertTrue(ofB.isHeld(term + 1), () -> ofB.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void whatThePartnerCannotTakeOverIsOwnedAgain(final NodePair pair) throws Exception {
        final long term = startOwned(pair);
        awaitAgreement(term);
        arbiter.cut(1, true);
        assertFalse(ofA.handOver(Duration.ofMillis(300)));
        await("A owns again", ofA::isHeld);
        assertTrue(ofA.term() > term && !ofA.isHeld(term));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void nothingIsHandedOverWhileTheArbiterCannotBeReached(final NodePair pair) throws Exception {
        final long term = startOwned(pair);
        awaitAgreement(term);
        arbiter.cut(0, true);
        arbiter.cut(1, true);
        Thread.sleep(LEASE.dividedBy(2));
        assertFalse(ofA.handOver(LIMIT));
        assertTrue(ofA.isHeld(term), () -> ofA.toString());
    }

    private CompletableFuture<Boolean> handOverForADay() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return ofA.handOver(Duration.ofDays(1));
            } catch (final InterruptedException e) {
                throw new IllegalStateException("nobody interrupts it", e);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void whatIsHandedOverToAPartnerThatDiesIsOwnedAgainAtOnce(final NodePair pair) throws Exception {
        final long term = startOwned(pair);
        awaitAgreement(term);
        arbiter.cut(1, true);
        final CompletableFuture<Boolean> handingOver = handOverForADay();
        await("A has given up", () -> !ofA.isHeld());
        nodeB.close();
        assertFalse(handingOver.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
        await("A owns again", ofA::isHeld);
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void whatIsHandedOverIsOwnedAgainIfTheCallIsInterrupted(final NodePair pair) throws Exception {
        final long term = startOwned(pair);
        awaitAgreement(term);
        arbiter.cut(1, true);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> ofA.handOver(Duration.ofDays(1)));
        await("A owns again", ofA::isHeld);
        assertTrue(ofA.term() > term, () -> ofA.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void anArbiterOfAnotherOwnershipIsRefusedUntilThatOneIsClosed(final NodePair pair) throws Exception {
        final long term = startOwned(pair);
        final Arbiter shared = new SharedArbiter().of(0);
        final OwnershipBuilder second = Ownership.builder(nodeA, "B", shared).name("second");
        try (Ownership first = Ownership.builder(nodeA, "B", shared).name("first").start()) {
            final String refusal = assertThrows(IllegalStateException.class, second::start).getMessage();
            assertTrue(refusal.contains("ownership second of node A cannot start")
                && refusal.contains("which ownership first of node A uses"), refusal);
            assertFalse(first.isHeld(), "its arbiter is fresh");
        }
        second.start().close();
        assertTrue(ofA.isHeld(term), () -> ofA.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aCutBetweenNodesThatBothReachTheArbiterChangesNothing(final NodePair pair) throws Exception {
        pair.require();
        Assumptions.assumeTrue("softroce".equals(pair.deviceA().provider()), "only software devices can be cut off");
        final long term = startOwned(pair);
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
        choose(pair);
        final InetSocketAddress addressC = pair.endpointB();
        nodeA = ClusterConnectionManager.builder(pair.deviceA(), "A", addressA)
            .partner(new PartnerAddress("B", addressB)).partner(new PartnerAddress("C", addressC))
            .liveness(thresholds()).start();
        ofA = builder(nodeA, "B", 0).start();
        startB(pair);
        await("A owns", ofA::isHeld);
        final long term = ofA.term();
        awaitAgreement(term);
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
            return new ClientRequirements(NAME, 1, BlockFormat.LENGTH_BYTES);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void withoutTheArbiterTheOwnerGoesOnAndWithoutBothItDoesNot(final NodePair pair) throws Exception {
        final long term = startOwned(pair);
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
        final long term = startOwned(pair);
        awaitAgreement(term);
        arbiter.loseMemory();
        await("the arbiter holds the word", () -> arbiter.word().equals(new OwnershipWord(term, 0)));
        assertTrue(ofA.isHeld(term));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void askingAllocatesNothing(final NodePair pair) throws Exception {
        startOwned(pair);
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
        choose(pair);
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
