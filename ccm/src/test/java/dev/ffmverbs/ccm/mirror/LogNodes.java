// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** The places of two nodes, each of which has a log. */
final class LogNodes {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private final NodePair nodes;
    private final InetSocketAddress addressA;
    private final InetSocketAddress addressB;

    LogNodes(final NodePair nodes) {
        nodes.require();
        this.nodes = nodes;
        addressA = nodes.endpointA();
        addressB = nodes.endpointB();
    }

    ClusterConnectionManager a(final MirroredLog log) {
        return ClusterConnectionManager.builder(nodes.deviceA(), "A", addressA)
            .partner(new PartnerAddress("B", addressB)).client(log).start();
    }

    ClusterConnectionManager b(final MirroredLog log) {
        return ClusterConnectionManager.builder(nodes.deviceB(), "B", addressB)
            .partner(new PartnerAddress("A", addressA)).client(log).start();
    }

    static void awaitState(final MirroredLog log, final MirrorState state) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (log.state() != state) {
            assertTrue(System.nanoTime() - startNs < LIMIT.toNanos(),
                () -> log + " is " + log.state() + ", not " + state);
            Thread.sleep(1);
        }
    }

    /** Continues a log as soon as the partner has brought this node up to date. */
    static LogContinuation continueInTerm(final MirroredLog log, final long term) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (true) {
            try {
                return log.continueInTerm(term);
            } catch (final IncompleteLogException e) {
                assertTrue(System.nanoTime() - startNs < LIMIT.toNanos(), e.toString());
                Thread.sleep(1);
            }
        }
    }

    static void awaitMirrored(final MirroredLog log) throws InterruptedException {
        assertTrue(log.awaitReady(LIMIT), log.toString());
        awaitState(log, MirrorState.MIRRORED);
    }
}
