// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.ccm.NamedPartner;
import dev.ffmverbs.ccm.NodeEvent;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.value.Acquisition;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.Silence;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeLogTest {

    private static final String ADDRESS = "B=10.9.9.2:7471,10.9.10.2:7471";

    private final List<NodeLine> said = new ArrayList<>();
    private final NodeLog log = new NodeLog("A", List.of(PartnerAddress.parse(ADDRESS)), said::add);
    private final Partner partner = NamedPartner.of(ADDRESS);
    private final Session session = NamedPartner.sessionWith(partner);

    private void up() {
        log.on(new NodeEvent.SessionUp(session));
        said.clear();
    }

    private void fail(final AttemptOutcome... outcomes) {
        for (final AttemptOutcome outcome : outcomes) {
            log.on(new NodeEvent.AttemptFailed(partner, outcome, "all facts"));
        }
    }

    private void reject(final InetSocketAddress source, final Rejection reason) {
        log.on(new NodeEvent.ConnectionRejected(source, reason, ""));
    }

    private List<String> texts() {
        return said.stream().map(NodeLine::text).toList();
    }

    @Test
    void everyEventNamesItsNode() {
        up();
        fail(AttemptOutcome.UNREACHABLE);
        reject(new InetSocketAddress("10.9.9.9", 1), Rejection.UNKNOWN_NODE);

        assertEquals(List.of("A", "A"), said.stream().map(NodeLine::node).toList());
        assertEquals("A", NodeLine.parse(said.getFirst().toJson()).orElseThrow().node());
    }

    @Test
    void aPartnerThatHasLeftIsReportedOnceAndThenNotUntilItIsBack() {
        up();
        log.on(new NodeEvent.PartnerLeft(session));
        log.on(new NodeEvent.ConnectionLost(partner, "the connection ended"));
        fail(AttemptOutcome.PARTNER_LEAVING, AttemptOutcome.NOT_LISTENING, AttemptOutcome.UNREACHABLE,
            AttemptOutcome.CONNECTION_FAILED, AttemptOutcome.STATUS_ABSENT, AttemptOutcome.NOT_LISTENING);
        log.on(new NodeEvent.SessionUp(session));

        assertEquals(2, said.size(), texts().toString());
        assertEquals("B has LEFT cleanly", texts().getFirst());
    }

    @Test
    void failuresThatNeedActionAreReportedAfterThePartnerHasLeftToo() {
        up();
        log.on(new NodeEvent.PartnerLeft(session));
        fail(AttemptOutcome.NOT_LISTENING, AttemptOutcome.WRONG_SECRET, AttemptOutcome.WRONG_SECRET);

        assertEquals(List.of("B has LEFT cleanly",
            "no session with B: the nodes do not have the same shared secret; trying again"), texts());
    }

    @Test
    void noMissingSessionIsReportedWhileOneIsUp() {
        up();
        log.on(new NodeEvent.LivenessChanged(session, Liveness.SUSPECT, Silence.UNREACHABLE));
        log.on(new NodeEvent.ConnectionLost(partner, ""));
        fail(AttemptOutcome.UNREACHABLE, AttemptOutcome.UNREACHABLE);
        log.on(new NodeEvent.PartnerDown(session, Silence.UNREACHABLE));
        fail(AttemptOutcome.UNREACHABLE);

        assertEquals(List.of("B is SUSPECT: unreachable", "connection to B lost; connecting again",
            "cannot reconnect to B: nobody answers at the partner's address; trying again",
            "session with B is DOWN; before that, B was fenced off from the memory of A",
            "no session with B: nobody answers at the partner's address; trying again"), texts());
    }

    @Test
    void attemptsThatFailInTurnForTwoReasonsAreReportedOnceEach() {
        for (int i = 0; i < 10; i++) {
            fail(AttemptOutcome.UNREACHABLE, AttemptOutcome.NOT_LISTENING);
        }

        assertEquals(2, said.size(), texts().toString());
        assertEquals(20L, log.history(partner).counters().get("failedAttempts"));
    }

    @Test
    void eachLossOfAConnectionIsFollowedByItsOwnReason() {
        up();
        for (int i = 0; i < 2; i++) {
            log.on(new NodeEvent.ConnectionLost(partner, "lost"));
            fail(AttemptOutcome.UNREACHABLE, AttemptOutcome.UNREACHABLE);
        }

        assertEquals(4, said.size(), texts().toString());
    }

    @Test
    void theReturnToTheFirstPathIsReportedAsSuch() {
        up();
        log.on(new NodeEvent.PathChanged(session, 1));
        log.on(new NodeEvent.PathChanged(session, 0));

        assertEquals(List.of("session with B continues over path 1, 10.9.10.2:7471",
            "session with B is back on its first path, 10.9.9.2:7471"), texts());
    }

    @Test
    void rejectionsBecauseThisNodeLeavesAreNotReported() {
        reject(new InetSocketAddress("10.9.9.2", 1), Rejection.LEAVING);
        reject(new InetSocketAddress("10.9.9.2", 1), Rejection.WRONG_SECRET);
        reject(new InetSocketAddress("10.9.9.2", 2), Rejection.WRONG_SECRET);

        assertEquals(List.of("REJECTED 10.9.9.2: wrong secret"), texts());
    }

    @Test
    void strangersFromEverywhereAreReportedOnceEachAndFillNoMemory() {
        for (int i = 0; i < 100_000; i++) {
            reject(new InetSocketAddress("10." + (i >> 16) + "." + (i >> 8 & 0xFF) + "." + (i & 0xFF), 1),
                Rejection.UNKNOWN_NODE);
        }

        assertEquals(100_000, said.size());
        reject(new InetSocketAddress("10.1.134.159", 2), Rejection.UNKNOWN_NODE);
        assertEquals(100_000, said.size(), "the latest source is remembered");
    }

    @Test
    void theBeginOfOwnershipIsReportedWithItsPartsAndItsEndWithItsReason() {
        log.on(new NodeEvent.OwnershipAcquired(partner, "ownership", new Acquisition(7, 0, 0, 2_000_000, 500_000_000)));
        log.on(new NodeEvent.OwnershipLost(partner, "ownership", 7, OwnershipLoss.EXPIRED));

        assertEquals(List.of("owns term 7", "no longer owns term 7"), texts());
        assertEquals(List.of("swap 2.000 ms, wait 500.0 ms", "nothing renewed it before its deadline"),
            said.stream().map(NodeLine::detail).toList());
        assertEquals(Map.of("term", 7L, "reason", "EXPIRED"), said.getLast().facts());
    }
}
