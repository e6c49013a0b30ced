// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.SimulatedCluster.Node;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Failures of this node are reported as its own, and prevent no verdict. */
class OwnFailuresTest {

    private final SimulatedCluster cluster = new SimulatedCluster(20261129);
    private final Node a = cluster.a;
    private final Node b = cluster.b;

    @Test
    void aPauseOfThisNodeCountsAsItsLatenessAndNotAsSilenceOfThePartner() {
        cluster.establish();
        cluster.runMs(300);
        final long heard = a.partner.heartbeats().count();
        a.stopped = true;
        cluster.runMs(1_500);
        a.stopped = false;
        cluster.runMs(20);

        final HeartbeatSummary beats = a.partner.heartbeats();
        assertEquals(0, beats.unanswered(), beats.toString());
        assertTrue(beats.late() >= 148 && beats.late() <= 150, beats.toString());
        assertTrue(beats.count() > heard, beats.toString());
        assertEquals(List.of("up 1"), a.events.heard);
    }

    @Test
    void aLocalFailureToConnectKeepsNoPartnerAlive() {
        cluster.establish();
        cluster.runMs(300);
        a.connects = () -> {
            throw new NoClassDefFoundError("injected");
        };
        b.kill();
        cluster.runMs(4_000);

        assertTrue(a.events.heard.contains("down"), a.events.heard.toString());
    }

    @Test
    void anAttemptToConnectThatNobodyEndsIsAbandoned() {
        a.connects = CompletableFuture::new;
        a.start();
        b.start();
        cluster.runMs(1_000);
        assertEquals(List.of(), a.events.heard);
        a.connects = null;
        cluster.runMs(6_000);

        assertEquals(List.of("up 1"), a.events.heard);
    }
}
