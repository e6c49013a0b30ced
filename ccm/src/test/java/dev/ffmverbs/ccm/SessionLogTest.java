// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.ccm.value.Acquisition;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.OwnershipLoss;
import dev.ffmverbs.ccm.value.Silence;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionLogTest {

    private final CapturedLog captured = new CapturedLog();
    private final SessionLog log = new SessionLog("A", captured);
    private final Partner partner = NamedPartner.of("B=10.9.9.2:7471,10.9.10.2:7471");
    private final Session session = NamedPartner.sessionWith(partner);

    private void fail(final AttemptOutcome... outcomes) {
        for (final AttemptOutcome outcome : outcomes) {
            log.on(new NodeEvent.AttemptFailed(partner, outcome, outcome.name()));
        }
    }

    private void up() {
        log.on(new NodeEvent.SessionUp(session));
        captured.messages.clear();
    }

    private void assertLogged(final String... texts) {
        assertEquals(List.of(texts),
            captured.messages.stream().map(message -> message.replace("node A, partner B: ", "")).toList());
    }

    @Test
    void everyLineNamesNodeAndPartner() {
        fail(AttemptOutcome.NOT_LISTENING);

        assertEquals(List.of("node A, partner B: no session yet, trying again: NOT_LISTENING"), captured.messages);
    }

    @Test
    void aPartnerThatHasLeftIsLoggedOnceAndThenOnlyWhatSomebodyMustPutRight() {
        up();
        log.on(new NodeEvent.PartnerLeft(session));
        log.on(new NodeEvent.ConnectionLost(partner, "the connection ended"));
        fail(AttemptOutcome.PARTNER_LEAVING, AttemptOutcome.NOT_LISTENING, AttemptOutcome.WRONG_SECRET,
            AttemptOutcome.UNREACHABLE, AttemptOutcome.WRONG_SECRET);

        assertLogged("left cleanly", "no session yet, trying again: WRONG_SECRET");
    }

    @Test
    void anAttemptThatFailsDuringASessionIsNotReportedAsTheLackOfOne() {
        up();
        log.on(new NodeEvent.ConnectionLost(partner, "the connection ended"));
        fail(AttemptOutcome.UNREACHABLE, AttemptOutcome.UNREACHABLE);
        log.on(new NodeEvent.PartnerDown(session, Silence.UNREACHABLE));
        fail(AttemptOutcome.UNREACHABLE);

        assertLogged("connection lost, connecting again: the connection ended",
            "not connected again yet, the session continues, trying again: UNREACHABLE",
            "session is down; the partner no longer has access to memory",
            "no session yet, trying again: UNREACHABLE");
    }

    @Test
    void attemptsThatFailInTurnForTwoReasonsAreLoggedOnceEach() {
        for (int i = 0; i < 10; i++) {
            fail(AttemptOutcome.UNREACHABLE, AttemptOutcome.NOT_LISTENING);
        }

        assertEquals(2, captured.messages.size(), captured.messages.toString());
    }

    @Test
    void eachLossOfAConnectionIsFollowedByItsOwnReason() {
        up();
        for (int i = 0; i < 2; i++) {
            log.on(new NodeEvent.ConnectionLost(partner, "lost"));
            fail(AttemptOutcome.UNREACHABLE, AttemptOutcome.UNREACHABLE);
        }

        assertEquals(4, captured.messages.size(), captured.messages.toString());
    }

    @Test
    void theReturnToTheFirstPathIsLoggedAsSuch() {
        up();
        log.on(new NodeEvent.PathChanged(session, 1));
        log.on(new NodeEvent.PathChanged(session, 0));

        assertLogged("session continues over path 1", "session is back on its first path");
    }

    @Test
    void theBeginAndTheEndOfOwnershipAreLoggedWithWhatIsOwned() {
        log.on(new NodeEvent.OwnershipAcquired(partner, "orders", new Acquisition(7, 0, 0, 31_000, 0)));
        log.on(new NodeEvent.OwnershipLost(partner, "orders", 7, OwnershipLoss.HANDED_OVER));

        assertEquals(List.of("node A, ownership orders: owns term 7, after 0.031 ms: detection 0.000, decision 0.000,"
            + " swap 0.031, wait 0.000",
            "node A, ownership orders: no longer owns term 7: handed over to the partner"), captured.messages);
    }
}
