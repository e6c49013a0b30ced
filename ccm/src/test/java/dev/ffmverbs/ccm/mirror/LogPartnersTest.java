// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ClientRefusal;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeEvent.ClientRefused;
import dev.ffmverbs.ccm.NodeEventListener;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A log has one partner. */
@Timeout(120)
class LogPartnersTest {

    private static final int CAPACITY = 4096;
    private static final int PAYLOAD = 64;

    private final MemorySegment payload = Arena.ofAuto().allocate(PAYLOAD);
    private final BlockingQueue<ClientRefused> refusals = new LinkedBlockingQueue<>();

    @RegisterExtension
    final MemoryFolder folder = new MemoryFolder();

    private static MirroredLog log() {
        return new MirroredLog("log", CAPACITY, PAYLOAD);
    }

    private static ClusterConnectionManager.Builder node(
        final NodePair pair, final String name, final InetSocketAddress address, final MirroredLog log) {
        return ClusterConnectionManager.builder(pair.deviceA(), name, address).client(log);
    }

    /** Keeps refusals that the log or the partner's log has decided. */
    private static NodeEventListener keep(final BlockingQueue<ClientRefused> refusals) {
        return event -> {
            if (event instanceof final ClientRefused refused
                && EnumSet.of(ClientRefusal.CANNOT_BE_GIVEN_HERE, ClientRefusal.CANNOT_BE_GIVEN_BY_PARTNER)
                    .contains(refused.reason())) {
                refusals.add(refused);
            }
        };
    }

    private static ClientRefused await(final BlockingQueue<ClientRefused> refusals) throws InterruptedException {
        final ClientRefused refused = refusals.poll(LogNodes.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(refused, "nobody is told that the log has another partner");
        return refused;
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
                 .partner(new PartnerAddress("C", c)).listener(keep(refusals)).start();
             ClusterConnectionManager nodeB =
                 node(pair, "B", b, log()).partner(new PartnerAddress("A", a)).start();
             ClusterConnectionManager nodeC =
                 node(pair, "C", c, log()).partner(new PartnerAddress("A", a)).start()) {
            final ClientRefused refused = await(refusals);
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

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aFormerPartnerIsRefusedWhileTheLogIsMirroredWithAnother(final NodePair pair) throws Exception {
        pair.require();
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointA();
        final InetSocketAddress c = pair.endpointA();
        final PartnerAddress toA = new PartnerAddress("A", a);
        final MirroredLog log = log();
        final BlockingQueue<ClientRefused> refusalsAtB = new LinkedBlockingQueue<>();
        try (ClusterConnectionManager nodeA = node(pair, "A", a, log).partner(new PartnerAddress("B", b))
                 .partner(new PartnerAddress("C", c)).listener(keep(refusals)).start()) {
            try (ClusterConnectionManager nodeB = node(pair, "B", b, log()).partner(toA).start()) {
                LogNodes.awaitMirrored(log);
                assertTrue(nodeB.leave(), nodeA.toString());
            }
            LogNodes.awaitState(log, MirrorState.ALONE);
            try (ClusterConnectionManager nodeC = node(pair, "C", c, log()).partner(toA).start()) {
                LogNodes.awaitMirrored(log);
                final MirroredLog again = log();
                try (ClusterConnectionManager nodeB =
                         node(pair, "B", b, again).partner(toA).listener(keep(refusalsAtB)).start()) {
                    final ClientRefused refused = await(refusals);
                    assertTrue(refused.detail().contains("log log is mirrored with C, and a log has one partner"),
                        refused.detail());
                    assertEquals(ClientRefusal.CANNOT_BE_GIVEN_BY_PARTNER, await(refusalsAtB).reason());
                    assertFalse(again.awaitReady(Duration.ofMillis(200)), nodeB.toString());
                    assertEquals(MirrorState.ALONE, again.state());
                    assertAcknowledges(log);
                    assertEquals(MirrorState.MIRRORED, log.state(), nodeC.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aFileBelongsToItsPartnerAfterARestartToo(final NodePair pair) throws Exception {
        pair.require();
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointA();
        final InetSocketAddress c = pair.endpointA();
        final PartnerAddress toA = new PartnerAddress("A", a);
        final MirroredLog partnersLog = log();
        try (MirroredLog log = logInFile();
             ClusterConnectionManager nodeA = node(pair, "A", a, log).partner(new PartnerAddress("B", b)).start();
             ClusterConnectionManager nodeB = node(pair, "B", b, partnersLog).partner(toA).start()) {
            LogNodes.awaitMirrored(partnersLog);
            assertAcknowledges(partnersLog);
            assertTrue(nodeB.leave(), nodeA.toString());
        }
        final MirroredLog another = log();
        try (MirroredLog log = logInFile();
             ClusterConnectionManager nodeA = node(pair, "A", a, log).partner(new PartnerAddress("B", b))
                 .partner(new PartnerAddress("C", c)).listener(keep(refusals)).start();
             ClusterConnectionManager nodeC = node(pair, "C", c, another).partner(toA).start()) {
            final ClientRefused refused = await(refusals);
            assertTrue(refused.detail().contains("holds the copy of B's log; C needs another log with a separate file"),
                refused.detail());
            assertFalse(another.awaitReady(Duration.ofMillis(200)), nodeC.toString());
            try (ClusterConnectionManager nodeB = node(pair, "B", b, log()).partner(toA).start()) {
                LogNodes.awaitMirrored(log);
                assertTrue(log.partnersEntries().orElseThrow().next(), nodeA + " and " + nodeB);
            }
        }
    }

    /** Lets the partner own a term, append and leave. */
    private void appendInTermAndLeave(final MirroredLog log, final ClusterConnectionManager node, final long term)
        throws InterruptedException {
        LogNodes.awaitMirrored(log);
        log.requireTerm(() -> term);
        LogNodes.continueInTerm(log, term);
        assertAcknowledges(log);
        assertTrue(node.leave(), node.toString());
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aLogWithAnOwnerRefusesAnotherPartnerAndContinuesWithWhatTheFirstHasAppended(final NodePair pair)
        throws Exception {
        pair.require();
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointA();
        final InetSocketAddress c = pair.endpointA();
        final PartnerAddress toA = new PartnerAddress("A", a);
        final AtomicLong term = new AtomicLong();
        final MirroredLog log = log();
        log.requireTerm(term::get);
        try (ClusterConnectionManager nodeA = node(pair, "A", a, log).partner(new PartnerAddress("B", b))
                 .partner(new PartnerAddress("C", c)).listener(keep(refusals)).start()) {
            final MirroredLog first = log();
            try (ClusterConnectionManager nodeB = node(pair, "B", b, first).partner(toA).start()) {
                appendInTermAndLeave(first, nodeB, 5);
            }
            LogNodes.awaitState(log, MirrorState.ALONE);
            try (ClusterConnectionManager nodeC = node(pair, "C", c, log()).partner(toA).start()) {
                final ClientRefused refused = await(refusals);
                assertTrue(refused.detail().contains("log log holds the copy of B's log, which may have entries that"
                    + " only this node still has; C needs a log with another name, or the name B if it replaces that"
                    + " node"), refused.detail());
                term.set(6);
                log.continueInTerm(6);
                assertTrue(log.entries().next(), nodeA + " and " + nodeC);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aLogThatHasHadTwoPartnersCannotGetAnOwner(final NodePair pair) throws Exception {
        pair.require();
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointA();
        final InetSocketAddress c = pair.endpointA();
        final PartnerAddress toA = new PartnerAddress("A", a);
        final MirroredLog log = log();
        try (ClusterConnectionManager nodeA = node(pair, "A", a, log).partner(new PartnerAddress("B", b))
                 .partner(new PartnerAddress("C", c)).start()) {
            final MirroredLog first = log();
            try (ClusterConnectionManager nodeB = node(pair, "B", b, first).partner(toA).start()) {
                appendInTermAndLeave(first, nodeB, 5);
            }
            LogNodes.awaitState(log, MirrorState.ALONE);
            try (ClusterConnectionManager nodeC = node(pair, "C", c, log()).partner(toA).start()) {
                LogNodes.awaitMirrored(log);
                assertTrue(assertThrows(IllegalStateException.class, () -> log.requireTerm(() -> 6)).getMessage()
                    .startsWith("log log holds the copy of B's log"), nodeA + " and " + nodeC);
                assertAcknowledges(log);
            }
        }
    }

    private MirroredLog logInFile() throws IOException {
        return new MirroredLog("log", CAPACITY, PAYLOAD, folder.resolve("log"));
    }
}
