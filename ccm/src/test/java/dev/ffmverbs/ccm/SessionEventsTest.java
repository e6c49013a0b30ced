// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.SimulatedCluster.Node;
import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what wakes a session, and that nothing else does. */
class SessionEventsTest {

    private static final long SEED = 20261129;

    private final SimulatedCluster cluster = new SimulatedCluster(SEED);
    private final Node a = cluster.a;
    private final Node b = cluster.b;

    private void assertAgreed() {
        assertEquals(a.session.session().self(), b.session.session().partnerSide());
        assertEquals(b.session.session().self(), a.session.session().partnerSide());
    }

    @Test
    void aLateTurnDoesNotDelayTheNextNorShiftTheHeartbeats() {
        cluster.establish();
        cluster.runMs(1_000);
        final long before = a.partner.heartbeats().count();
        for (int i = 0; i < 10; i++) {
            cluster.jumpMs(47);
            cluster.runMs(53);
        }

        final long beats = a.partner.heartbeats().count() - before;
        assertTrue(beats >= 50, "in the 53 of each 100 ms in which the node ran, it had a beat every 10 ms: " + beats);
        assertEquals(List.of("up 1"), a.events.heard);
    }

    @Test
    void aSessionIsDrivenTwiceForEachHeartbeatAndNotOtherwise() {
        cluster.establish();
        cluster.runMs(1_000);
        final int turns = a.turns;
        final long beats = a.partner.heartbeats().count();
        cluster.runMs(10_000);

        assertEquals(2 * (a.partner.heartbeats().count() - beats), a.turns - turns);
    }

    @Test
    void aNodeThatIsNotifiedDoesNotLookForWhatThePartnerWrites() {
        final int notified = turnsUntilThePartnerGoesOn();
        a.notifies = false;
        final int looking = turnsUntilThePartnerGoesOn();

        assertTrue(notified < 30, "driven " + notified + " times in ten heartbeats");
        assertTrue(looking > notified, "driven " + looking + " times by looking, " + notified + " when notified");
        assertTrue(looking < 200, "it looks at a bounded rate: " + looking);
    }

    /** Returns how often A is driven within 100 ms in which B is connected and does nothing. */
    private int turnsUntilThePartnerGoesOn() {
        cluster.slowToConnect = true;
        a.start();
        b.start();
        cluster.runMs(1);
        b.stopped = true;
        cluster.runMs(5);
        assertEquals(List.of(HandshakeStep.values()), a.partner.trace().stream().map(TraceEntry::step).toList());
        final int before = a.turns;
        cluster.runMs(100);
        final int turns = a.turns - before;
        b.stopped = false;
        cluster.runMs(50);
        assertAgreed();
        a.kill();
        b.kill();
        return turns;
    }

    @Test
    void nodesOfAVersionThatDoesNotNotifyAndOfThisOneAgreeOnASession() {
        for (final Node old : List.of(a, b)) {
            old.notifies = false;
            a.start();
            b.start();
            cluster.runMs(200);
            assertAgreed();
            a.kill();
            b.kill();
            old.notifies = true;
        }
    }

    @Test
    void aClientThatThePartnerRegistersIsNoticedLongBeforeTheNextHeartbeat() {
        a.thresholds = LivenessThresholds.defaults().withInterval(Duration.ofMillis(500));
        b.thresholds = a.thresholds;
        final RecordingClient client = new RecordingClient("log", 1, 0);
        a.clients.register(client);
        a.start();
        b.start();
        cluster.runMs(600);
        b.clients.register(new RecordingClient("log", 1, 0));
        cluster.runMs(20);

        assertEquals(List.of("refused ONLY_HERE", "ready"), client.heard);
    }

    @Test
    void theEndOfAPartnersConnectionWakesTheSessionThatFreesIt() {
        a.thresholds = LivenessThresholds.defaults().withInterval(Duration.ofMillis(500));
        b.thresholds = a.thresholds;
        cluster.establish();
        assertTrue(a.hasIncoming());
        b.session.close();
        cluster.runMs(1);

        assertFalse(a.hasIncoming(), "freed long before the next heartbeat");
    }

    @ParameterizedTest
    @MethodSource("errors")
    void anEndThatCouldNotBeReportedIsReportedOnceItCanBe(final Error error) {
        final int[] failures = {3};
        a.listener = new RecordedEvents() {
            @Override
            public void partnerDown(final Session ended, final Silence silence) {
                if (failures[0]-- > 0) {
                    throw error;
                }
                a.events.partnerDown(ended, silence);
            }
        };
        a.start();
        b.start();
        cluster.runMs(200);
        b.kill();
        cluster.runMs(4_000);

        assertEquals(List.of("down"), a.events.heard);
        assertNull(a.session.session());
        b.start();
        cluster.runMs(1_000);
        assertEquals(b.bootId, a.session.session().partnerSide().bootId());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void aPartnerIsJudgedWhateverElseOfItsSessionFails(final Error error) {
        cluster.establish();
        a.clients.register(new ClusterClient() {
            @Override
            public ClientRequirements requirements() {
                return new ClientRequirements("log", 1, 0);
            }
        });
        a.mailboxError = error;
        a.connects = () -> {
            throw error;
        };
        b.kill();
        cluster.runMs(4_000);

        assertEquals("down", a.events.heard.getLast());
        assertNull(a.session.session());
    }

    private static List<Error> errors() {
        return List.of(new OutOfMemoryError("on purpose"), new StackOverflowError("on purpose"),
            new NoClassDefFoundError("on purpose"), new AssertionError("on purpose"));
    }
}
