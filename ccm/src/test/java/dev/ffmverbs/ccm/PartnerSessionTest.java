// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.SimulatedCluster.Node;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PartnerSessionTest {

    private static final long SEED = 20260103;
    private static final List<HandshakeStep> FOUR_STEPS = List.of(HandshakeStep.values());

    private final SimulatedCluster cluster = new SimulatedCluster(SEED);
    private final Node a = cluster.a;
    private final Node b = cluster.b;

    private static List<HandshakeStep> steps(final Node node) {
        return node.partner.trace().stream().map(TraceEntry::step).toList();
    }

    private void assertAgreed(final Session ofA, final Session ofB) {
        assertEquals(ofA.self(), ofB.partnerSide());
        assertEquals(ofB.self(), ofA.partnerSide());
    }

    @Test
    void twoNodesThatBootTogetherAgreeOnASession() {
        cluster.establish();

        assertEquals(FOUR_STEPS, steps(a));
        assertEquals(FOUR_STEPS, steps(b));
        assertAgreed(a.session.session(), b.session.session());
        cluster.runMs(60_000);
        assertEquals(List.of("up 1"), a.events.heard);
        assertTrue(a.partner.heartbeats().count() > 5_900, a.partner.heartbeats().toString());
    }

    @Test
    void aPartnerThatStartsLateIsNoError() {
        a.start();
        cluster.runMs(20_000);
        assertEquals(List.of(), a.events.heard);
        assertEquals(Set.of(AttemptOutcome.NOT_LISTENING), Set.copyOf(a.events.failedAttempts));
        assertTrue(a.events.failedAttempts.size() < 100, "attempts are bounded: " + a.events.failedAttempts.size());

        b.start();
        cluster.runMs(50);

        assertEquals(List.of("up 1"), a.events.heard);
        assertEquals(List.of("up 1"), b.events.heard);
        assertEquals(FOUR_STEPS, steps(a), "no operation is issued before the partner is there");
        assertEquals(a.events.failedAttempts.size() + 1, a.partner.handshake().orElseThrow().attempts());
    }

    @Test
    void neitherNodeNeedsMoreThanItsFirstBootPhase() {
        cluster.establish();

        assertEquals(BootPhase.INITIALIZING, a.phase);
        assertEquals(BootPhase.INITIALIZING, b.phase);
    }

    @Test
    void aKilledPartnerIsSuspectThenDeadWithinTheBound() {
        cluster.establish();
        cluster.runMs(1_000);
        b.kill();

        cluster.runMs(2_990);
        assertEquals(Liveness.SUSPECT, a.partner.liveness());
        assertTrue(a.events.heard.contains("SUSPECT UNREACHABLE"), a.events.heard.toString());
        cluster.runMs(20);

        assertEquals(List.of("up 1", "lost", "SUSPECT UNREACHABLE", "DEAD UNREACHABLE", "down"), a.events.heard);
        assertNull(a.session.session());
    }

    @Test
    void aPartnerThatIsBackBeforeItIsDeclaredDeadHasRestarted() {
        cluster.establish();
        final BootId former = b.bootId;
        b.kill();
        cluster.runMs(100);
        b.start();
        cluster.runMs(500);

        assertEquals(List.of("up 1", "lost", "restarted", "up 2"), a.events.heard);
        assertEquals(List.of("up 1", "up 2"), b.events.heard);
        assertNotEquals(former, a.session.session().partnerSide().bootId());
        assertAgreed(a.session.session(), b.session.session());
    }

    @Test
    void aPartnerThatIsBackAfterItsDeathGetsANewSession() {
        cluster.establish();
        b.kill();
        cluster.runMs(10_000);
        b.start();
        cluster.runMs(600);

        assertEquals("up 2", a.events.heard.getLast());
        assertEquals(b.bootId, a.session.session().partnerSide().bootId());
        assertAgreed(a.session.session(), b.session.session());
    }

    @Test
    void aStalledPartnerIsStalledNotUnreachable() {
        cluster.establish();
        b.stopped = true;
        cluster.runMs(1_000);
        assertEquals(List.of("up 1", "SUSPECT STALLED"), a.events.heard);

        b.stopped = false;
        cluster.runMs(100);

        assertEquals(List.of("up 1", "SUSPECT STALLED", "ALIVE NONE"), a.events.heard);
        assertEquals(List.of("up 1"), b.events.heard, "its own stall is no evidence against its partner");
    }

    @Test
    void aStalledPartnerThatWakesAfterItsDeathNeedsANewHandshake() {
        cluster.establish();
        final Session before = a.session.session();
        b.stopped = true;
        cluster.runMs(11_000);
        assertEquals("down", a.events.heard.getLast());

        b.stopped = false;
        cluster.runMs(1_000);

        assertEquals("up 2", a.events.heard.getLast());
        assertEquals(List.of("up 1", "lost", "dropped", "up 2"), b.events.heard);
        final Session after = a.session.session();
        assertEquals(before.partnerSide().bootId(), after.partnerSide().bootId(), "the same process");
        assertEquals(before.self().epoch() + 1, after.self().epoch());
        assertAgreed(after, b.session.session());
    }

    @Test
    void aShortPartitionIsSurvivedByReconnecting() {
        cluster.establish();
        cluster.partitioned = true;
        cluster.runMs(1_500);
        cluster.partitioned = false;
        cluster.runMs(1_000);

        assertEquals(List.of("up 1", "SUSPECT UNREACHABLE", "lost", "ALIVE NONE"), a.events.heard);
        assertEquals(List.of("up 1", "SUSPECT UNREACHABLE", "lost", "ALIVE NONE"), b.events.heard);
        assertTrue(a.partner.heartbeats().unanswered() > 100, a.partner.heartbeats().toString());
        assertEquals(0, a.partner.heartbeats().late(), a.partner.heartbeats().toString());
    }

    @Test
    void aPauseOfThisNodeCountsAsItsLatenessAndNotAsSilenceOfThePartner() {
        cluster.establish();
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
    void aLongPartitionEndsTheSessionOnBothSidesAndANewOneFollows() {
        cluster.establish();
        cluster.partitioned = true;
        cluster.runMs(10_000);
        assertEquals("down", a.events.heard.getLast());
        assertEquals("down", b.events.heard.getLast());
        cluster.partitioned = false;
        cluster.runMs(2_000);

        assertEquals("up 2", a.events.heard.getLast());
        assertEquals("up 2", b.events.heard.getLast());
        assertAgreed(a.session.session(), b.session.session());
    }

    @Test
    void anHourOfLossAndPausesCausesNoFalseDeath() {
        cluster.establish();
        cluster.lostShare = 0.001;
        final Random story = new Random(SEED);
        for (long passedMs = 0; passedMs < 3_600_000; passedMs += 2_000) {
            final Node paused = story.nextBoolean() ? a : b;
            paused.stopped = true;
            cluster.runMs(story.nextInt(900));
            paused.stopped = false;
            cluster.runMs(2_000);
        }

        assertEquals(1, a.events.sessions.size(), "seed " + SEED);
        assertEquals(1, b.events.sessions.size(), "seed " + SEED);
        assertTrue(a.events.heard.contains("lost"), "what is lost is noticed");
    }

    @Test
    void everySessionOfARebootStormIsBetweenTheTwoIncarnationsThatLive() {
        final Random story = new Random(SEED);
        cluster.establish();
        for (int cycle = 0; cycle < 500; cycle++) {
            final Node victim = story.nextBoolean() ? a : b;
            victim.kill();
            runChecked(story.nextInt(40));
            victim.start();
            runChecked(story.nextInt(60));
        }
        runChecked(2_000);

        assertAgreed(a.session.session(), b.session.session());
        assertNoSessionCameUpTwice(a);
        assertNoSessionCameUpTwice(b);
    }

    private void runChecked(final int ms) {
        for (int passed = 0; passed < ms; passed++) {
            final int sessionsOfA = a.events.sessions.size();
            final int sessionsOfB = b.events.sessions.size();
            cluster.runMs(1);
            if (a.events.sessions.size() > sessionsOfA) {
                assertEquals(b.bootId, a.events.sessions.getLast().partnerSide().bootId(), "seed " + SEED);
            }
            if (b.events.sessions.size() > sessionsOfB) {
                assertEquals(a.bootId, b.events.sessions.getLast().partnerSide().bootId(), "seed " + SEED);
            }
        }
    }

    private static void assertNoSessionCameUpTwice(final Node node) {
        final Set<String> distinct = node.events.sessions.stream()
            .map(session -> session.self() + " with " + session.partnerSide()).collect(Collectors.toSet());
        assertEquals(node.events.sessions.size(), distinct.size(), "seed " + SEED);
        assertTrue(distinct.size() > 50, "only " + distinct.size() + " sessions, seed " + SEED);
    }
}
