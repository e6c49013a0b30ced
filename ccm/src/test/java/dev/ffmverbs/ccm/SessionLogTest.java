// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.ccm.handshake.AttemptOutcome;
import dev.ffmverbs.ccm.memory.BootId;
import dev.ffmverbs.ccm.memory.Incarnation;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionLogTest {

    private final Partner partner = new Partner(new PartnerAddress("B", new InetSocketAddress("10.0.0.2", 7471)));
    private final Session session = new Session(
        partner, new Incarnation(BootId.random(), 0), new Incarnation(BootId.random(), 0), 1, null, null);

    @Test
    void anAttemptThatFailsWhileTheSessionIsUpIsNotToldAsTheLackOfOne() {
        final CapturedLog captured = new CapturedLog();
        final SessionLog log = new SessionLog("A", captured);
        log.attemptFailed(partner, AttemptOutcome.NOT_LISTENING, "nobody listens");
        log.attemptFailed(partner, AttemptOutcome.NOT_LISTENING, "nobody listens");
        log.sessionUp(session);
        log.connectionLost(partner, "the connection ended");
        log.attemptFailed(partner, AttemptOutcome.UNREACHABLE, "nobody answers");
        log.partnerLeft(session);
        log.attemptFailed(partner, AttemptOutcome.UNREACHABLE, "nobody answers");

        final List<String> messages = captured.messages;
        assertEquals("node A, partner B: no session yet, trying again: nobody listens", messages.getFirst());
        assertEquals("node A, partner B: not connected again yet, the session goes on, trying again: nobody"
            + " answers", messages.get(3));
        assertEquals("node A, partner B: no session yet, trying again: nobody answers", messages.getLast());
        assertEquals(6, messages.size(), messages.toString());
    }
}
