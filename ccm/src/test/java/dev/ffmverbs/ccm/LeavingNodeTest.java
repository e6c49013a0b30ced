// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.SimulatedCluster.Node;
import dev.ffmverbs.ccm.internal.link.LinkException;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.PeerInformation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nodes that leave in order, and partners that have to see it. */
class LeavingNodeTest {

    private static final long SEED = 20261201;

    private final SimulatedCluster cluster = new SimulatedCluster(SEED);
    private final Node a = cluster.a;
    private final Node b = cluster.b;

    @Test
    void aPartnerThatLeavesCleanlyIsNotDead() {
        cluster.establish();
        leave(b);
        cluster.runMs(20);

        assertEquals(List.of("up 1", "left"), a.events.heard);
        assertTrue(b.session.hasLetGo());
        cluster.runMs(100);
        assertEquals(0, b.partner.heartbeats().unanswered(), "A ended B's READ because B leaves");
        assertEquals(0, b.partner.heartbeats().late());
        b.session.close();
        b.kill();
        b.start();
        cluster.runMs(1_500);
        assertEquals(List.of("up 1", "left", "up 2"), a.events.heard);
    }

    @Test
    void aPartnerThatHasLeftCausesNoEventsUntilItIsBack() {
        cluster.establish();
        leave(b);
        cluster.runMs(20);
        final int failedBefore = a.events.failedAttempts.size();
        b.session.close();
        b.kill();
        cluster.runMs(60_000);

        assertEquals(List.of("up 1", "left"), a.events.heard);
        assertEquals(failedBefore, a.events.failedAttempts.size(), a.events.failedAttempts.toString());
        final PeerInformation present = b.information;
        b.information = new PeerInformation(9, 9, "B", present.features(), present.heartbeatIntervalNs(),
            present.gids(), present.mtuBytes());
        b.start();
        cluster.runMs(1_000);
        assertTrue(a.events.failedAttempts.contains(AttemptOutcome.INCOMPATIBLE_VERSION),
            "failures that need action are reported: " + a.events.failedAttempts);
        b.kill();
        b.information = present;
        b.start();
        cluster.runMs(20_000);
        assertEquals(List.of("up 1", "left", "up 2"), a.events.heard);
    }

    @Test
    void aPartnerThatLeavesWhileTheConnectionIsLostIsNotDead() {
        cluster.establish();
        cluster.partitioned = true;
        cluster.runMs(600);
        leave(b);
        assertFalse(b.session.hasLetGo(), "A has not been notified");
        cluster.partitioned = false;
        cluster.runMs(1_000);

        assertEquals("left", a.events.heard.getLast());
        assertFalse(a.events.heard.contains("down"), a.events.heard.toString());
        assertTrue(b.session.hasLetGo());
    }

    @Test
    void aPartnerThatLosesItsConnectionAsThisNodeLeavesHasNotSeenIt() {
        cluster.establish();
        b.stopped = true;
        leave(a);
        a.loseIncoming();
        cluster.runMs(200);
        assertFalse(a.session.hasLetGo(), "B does not run");
        b.stopped = false;
        cluster.runMs(1_000);

        assertEquals("left", b.events.heard.getLast());
        assertFalse(b.events.heard.contains("down"), b.events.heard.toString());
        assertTrue(a.session.hasLetGo());
    }

    @Test
    void aPartnerThatIsCutOffAsThisNodeLeavesHasNotSeenIt() {
        cluster.establish();
        cluster.partitioned = true;
        leave(a);
        cluster.runMs(1_000);
        assertFalse(a.session.hasLetGo(), "both connections have ended, and B has seen nothing");
        cluster.partitioned = false;
        cluster.runMs(1_000);

        assertEquals("left", b.events.heard.getLast());
        assertTrue(a.session.hasLetGo());
    }

    @Test
    void nodesThatLeaveTogetherDoNotWaitForEachOther() {
        cluster.establish();
        leave(a);
        leave(b);
        cluster.runMs(30);

        assertTrue(a.session.hasLetGo());
        assertTrue(b.session.hasLetGo());
    }

    @Test
    void aNodeThatHasNoConnectionDoesNotWaitForAPartnerThatLeavesToo() {
        cluster.establish();
        a.connects = CompletableFuture::new;
        b.loseIncoming();
        cluster.runMs(20);
        leave(a);
        leave(b);
        cluster.runMs(100);

        assertTrue(a.session.hasLetGo());
        assertFalse(a.events.heard.contains("down"), a.events.heard.toString());
    }

    @Test
    void aNodeThatLeavesKeepsItsConnectionWhenAnAttemptToReplaceItHasEnded() {
        final SimulatedCluster paths = new SimulatedCluster(SEED, 2);
        paths.establish();
        paths.pathsDown[0] = true;
        paths.runMs(3_000);
        final List<CompletableFuture<PartnerLink>> attempts = new ArrayList<>();
        paths.a.connects = () -> {
            attempts.add(new CompletableFuture<>());
            return attempts.getLast();
        };
        for (int ms = 0; ms < 6_000 && attempts.isEmpty(); ms++) {
            paths.runMs(1);
        }
        attempts.getFirst().completeExceptionally(new LinkException(AttemptOutcome.UNREACHABLE, "no answer", null));
        leave(paths.a);
        paths.runMs(30);

        assertTrue(paths.a.session.hasLetGo());
        assertEquals("left", paths.b.events.heard.getLast());
    }

    private static void leave(final Node node) {
        node.phase = BootPhase.LEAVING;
        node.publish();
        node.session.leave();
    }

    @Test
    void aNodeThatLeavesHasNobodyToTellOnceItsPartnerIsDead() {
        cluster.establish();
        cluster.partitioned = true;
        cluster.runMs(600);
        b.kill();
        leave(a);
        cluster.partitioned = false;
        assertFalse(a.session.hasLetGo(), "B may connect again");
        cluster.runMs(3_000);

        assertEquals("down", a.events.heard.getLast());
        assertTrue(a.session.hasLetGo());
    }

    @Test
    void aNodeThatLeavesAcceptsNobody() {
        a.start();
        a.phase = BootPhase.LEAVING;
        a.session.leave();
        b.start();
        cluster.runMs(1_000);

        assertEquals(List.of(), b.events.heard);
        assertEquals(Set.of(AttemptOutcome.PARTNER_LEAVING), Set.copyOf(b.events.failedAttempts));
        assertTrue(a.session.hasLetGo());
    }
}
