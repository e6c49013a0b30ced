// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.SimulatedCluster.Node;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests clients and paths on a virtual clock, where every scenario takes only a moment. */
class SimulatedClientsTest {

    private static final long SEED = 20261122;

    private final SimulatedCluster cluster = new SimulatedCluster(SEED, 2);
    private final Node a = cluster.a;
    private final Node b = cluster.b;
    private final RecordingClient clientA = new RecordingClient("log", 2, 64);
    private final RecordingClient clientB = new RecordingClient("log", 2, 64);

    private void establish() {
        a.clients.register(clientA);
        b.clients.register(clientB);
        a.start();
        b.start();
        cluster.runMs(200);
        assertEquals(List.of("ready"), clientA.heard);
        assertEquals(List.of("ready"), clientB.heard);
    }

    @Test
    void clientsAreNotifiedOnceInASessionHoweverOftenItReconnects() {
        establish();
        for (int i = 0; i < 5; i++) {
            cluster.partitioned = true;
            cluster.runMs(1_200);
            cluster.partitioned = false;
            cluster.runMs(1_000);
        }

        assertEquals(List.of("ready"), clientA.heard);
        assertEquals(List.of("ready"), clientB.heard);
        SimulatedGrant.assertConnected(a.grants, b.grants);
    }

    @Test
    void portsAreFencedBeforeAClientIsNotifiedThatItsPartnerIsDown() {
        final boolean[] fencedWhenTold = new boolean[1];
        a.clients.register(new RecordingClient("log", 2, 64) {
            @Override
            public void partnerDown(final ClientSession ended) {
                fencedWhenTold[0] = a.grants.getFirst().fenced && !a.grants.getFirst().closed;
            }
        });
        b.clients.register(clientB);
        a.start();
        b.start();
        cluster.runMs(200);
        assertFalse(a.grants.getFirst().fenced);
        b.kill();
        cluster.runMs(4_000);

        assertTrue(fencedWhenTold[0], "fenced first, notified second, freed last");
        assertTrue(a.grants.getFirst().closed);
    }

    @Test
    void aRestartedPartnersClientsBeginAgain() {
        establish();
        b.kill();
        cluster.runMs(100);
        b.start();
        cluster.runMs(500);

        assertEquals(List.of("ready", "restarted", "ready"), clientA.heard);
        SimulatedGrant.assertConnected(a.grants, b.grants);
        assertTrue(a.grants.getFirst().closed);
    }

    @Test
    void aClientDecidesEachTimeWhetherAPartnerGetsPorts() {
        final boolean[] refuses = new boolean[1];
        final RecordingClient client = new RecordingClient("log", 2, 64) {
            @Override
            public void admit(final Partner partner) {
                if (refuses[0]) {
                    throw new IllegalStateException("not now, " + partner.name());
                }
            }
        };
        a.clients.register(client);
        b.clients.register(clientB);
        a.start();
        b.start();
        cluster.runMs(200);
        refuses[0] = true;
        client.sessions.getLast().reconnect();
        cluster.runMs(500);

        assertEquals(List.of("ready", "refused CANNOT_BE_GIVEN_HERE"), client.heard);
        assertTrue(client.details.getLast().endsWith("not now, B"), client.details.toString());
        assertEquals(List.of("ready", "refused CANNOT_BE_GIVEN_BY_PARTNER"), clientB.heard);
        assertEquals(1, a.grants.size(), "refused before anything was created");
        assertTrue(b.grants.stream().allMatch(grant -> grant.fenced), "no port of the partner is of use");
    }

    @Test
    void aStalledNodeThatIsDeclaredDeadLosesItsPortsAndGetsNewOnes() {
        establish();
        b.stopped = true;
        cluster.runMs(11_000);
        assertEquals("down", clientA.heard.getLast());
        assertTrue(a.grants.getFirst().fenced);

        b.stopped = false;
        cluster.runMs(1_500);

        assertEquals(List.of("ready", "down", "ready"), clientA.heard);
        assertEquals(List.of("ready", "dropped", "ready"), clientB.heard);
        SimulatedGrant.assertConnected(a.grants, b.grants);
    }

    @Test
    void aPathThatFailsIsLeftForTheNextAndThePortsMoveToo() {
        establish();
        cluster.pathsDown[0] = true;
        cluster.runMs(2_000);

        assertTrue(a.events.heard.containsAll(List.of("up 1", "lost", "path 1")), a.events.heard.toString());
        assertEquals("path changed", clientA.heard.getLast());
        assertEquals("path changed", clientB.heard.getLast());
        assertEquals(1, clientA.sessions.getLast().path());
        SimulatedGrant.assertConnected(a.grants, b.grants);
        assertFalse(a.events.heard.contains("down"), a.events.heard.toString());
    }

    @Test
    void theFirstPathIsTakenAgainOnceItIsGood() {
        establish();
        cluster.pathsDown[0] = true;
        cluster.runMs(12_000);
        assertEquals("path 1", lastPath(a));
        cluster.pathsDown[0] = false;
        cluster.runMs(12_000);

        assertEquals("path 0", lastPath(a));
        assertEquals("path 0", lastPath(b));
        assertEquals(0, clientA.sessions.getLast().path());
        SimulatedGrant.assertConnected(a.grants, b.grants);
        assertEquals(1, a.events.sessions.size(), "one session all the time: " + a.events.heard);
        assertEquals(1, b.events.sessions.size(), "one session all the time: " + b.events.heard);
    }

    @Test
    void theReturnToTheFirstPathIsNotReportedAsALoss() {
        cluster.slowToConnect = true;
        establish();
        cluster.pathsDown[0] = true;
        cluster.runMs(12_000);
        assertEquals("path 1", lastPath(a));
        a.events.heard.clear();
        b.events.heard.clear();
        cluster.pathsDown[0] = false;
        cluster.runMs(12_000);

        assertEquals(List.of("path 0"), a.events.heard);
        assertEquals(List.of("path 0"), b.events.heard);
    }

    private static String lastPath(final Node node) {
        return node.events.heard.stream().filter(event -> event.startsWith("path")).reduce((x, y) -> y).orElse("none");
    }

    @Test
    void aPartnerIsDownOnlyWhenNoPathIsLeft() {
        establish();
        cluster.pathsDown[0] = true;
        cluster.runMs(8_000);
        assertFalse(clientA.heard.contains("down"));
        cluster.pathsDown[1] = true;
        cluster.runMs(4_500);

        assertEquals("down", clientA.heard.getLast());
        assertEquals("down", clientB.heard.getLast());
    }

    @Test
    void pathsThatFlapEndNoSessionAndLeaveThePortsConnected() {
        establish();
        final Random story = new Random(SEED);
        for (int i = 0; i < 60; i++) {
            final int down = story.nextInt(2);
            cluster.pathsDown[down] = true;
            cluster.runMs(story.nextInt(1_500));
            cluster.pathsDown[down] = false;
            cluster.runMs(1_500);
        }
        cluster.runMs(12_000);

        assertEquals(1, a.events.sessions.size(), "seed " + SEED + " " + a.events.heard);
        assertEquals(1, b.events.sessions.size(), "seed " + SEED + " " + b.events.heard);
        SimulatedGrant.assertConnected(a.grants, b.grants);
    }

    @Test
    void incompatibleVersionsAreRefusedWithANameAndAllVersions() {
        final PeerInformation present = b.information;
        b.information = new PeerInformation(7, 5, "B", 0, present.heartbeatIntervalNs(), present.gids(), 1024);
        a.clients.register(clientA);
        a.start();
        b.start();
        cluster.runMs(1_000);

        assertTrue(a.events.failedAttempts.contains(AttemptOutcome.INCOMPATIBLE_VERSION));
        assertTrue(b.events.failedAttempts.contains(AttemptOutcome.INCOMPATIBLE_VERSION));
        assertEquals(List.of(), a.events.heard);
        assertEquals("node B speaks protocol version 7 and needs at least 5; this node speaks 1 and needs at least 1",
            a.information.incompatibilityWith(b.information).orElseThrow());
        assertEquals(List.of(), clientA.heard);
    }

    private void beatEvery(final Node node, final long intervalMs) {
        final PeerInformation present = node.information;
        node.information = new PeerInformation(present.protocolVersion(), present.minimumCompatibleVersion(), node.name,
            present.features(), intervalMs * SimulatedCluster.MS, present.gids(), present.mtuBytes());
        node.beatMs = intervalMs;
    }

    @Test
    void aPartnerWithSlowHeartbeatsIsNotSuspectedForThem() {
        beatEvery(b, 800);
        establish();
        cluster.runMs(20_000);

        assertEquals(List.of("up 1"), a.events.heard);
    }

    @Test
    void aPartnerWhoseHeartbeatsAreTooFarApartIsRefusedWithThatReason() {
        beatEvery(b, 2_000);
        a.start();
        b.start();
        cluster.runMs(1_000);

        assertTrue(a.events.failedAttempts.contains(AttemptOutcome.INCOMPATIBLE_INTERVAL));
        assertEquals(List.of(), a.events.heard);
    }

    @Test
    void anImpossibleIntervalOfAPartnerIsRefusedWithThatReason() {
        for (final long intervalNs : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            final PeerInformation present = b.information;
            b.information = new PeerInformation(present.protocolVersion(), present.minimumCompatibleVersion(), b.name,
                present.features(), intervalNs, present.gids(), present.mtuBytes());
            a.start();
            b.start();
            a.events.failedAttempts.clear();
            cluster.runMs(1_000);

            assertTrue(a.events.failedAttempts.contains(AttemptOutcome.INCOMPATIBLE_INTERVAL),
                intervalNs + " ns: " + a.events.failedAttempts);
            assertEquals(List.of(), a.events.heard);
            a.kill();
            b.kill();
        }
    }

    @Test
    void malformedInformationIsRefusedWithThatReason() {
        final PeerInformation present = b.information;
        b.information = new PeerInformation(present.protocolVersion(), present.minimumCompatibleVersion(), b.name,
            present.features(), present.heartbeatIntervalNs(), List.of(), present.mtuBytes());
        a.start();
        b.start();
        cluster.runMs(1_000);

        assertTrue(a.events.failedAttempts.contains(AttemptOutcome.MALFORMED_INFORMATION),
            a.events.failedAttempts.toString());
        assertEquals(List.of(), a.events.heard);
    }

    @Test
    void aHelloWithoutTheSecretBringsNoSession() {
        a.secret = SharedSecret.of(new byte[16]);
        a.start();
        b.start();
        cluster.runMs(1_000);

        assertEquals(List.of(), a.events.heard);
        assertTrue(a.events.failedAttempts.contains(AttemptOutcome.WRONG_SECRET), a.events.failedAttempts.toString());
        assertFalse(a.events.rejections.isEmpty());
    }

    @Test
    void replayedAndMalformedClientTablesAreIgnored() {
        establish();
        final MemorySegment mailbox = a.mailbox.memory();
        final MemorySegment replay = MemorySegment.ofArray(mailbox.toArray(ValueLayout.JAVA_BYTE));
        b.clients.register(new RecordingClient("more", 0, 0));
        cluster.runMs(100);
        final int slot = MailboxSlot.CLIENTS.offsetBytes();
        MemorySegment.copy(replay, slot, mailbox, slot, MailboxSlot.CLIENTS.recordBytes());
        a.clients.register(new RecordingClient("more", 0, 0));
        cluster.runMs(200);

        assertEquals(List.of("ready"), clientA.heard);
        assertEquals(2, Set.copyOf(a.events.exchange.stream().filter(step -> step.startsWith("CLIENT_TOLD")).toList())
            .size(), "the client of the newer table is served: " + a.events.exchange);
    }

    @Test
    void aJumpOfTheClockIsAnOwnStallAndCausesNoVerdict() {
        establish();
        for (int i = 0; i < 10; i++) {
            cluster.jumpMs(3_600_000);
            cluster.runMs(1_000);
        }

        assertEquals(List.of("ready"), clientA.heard);
        assertFalse(a.events.heard.contains("down"), a.events.heard.toString());
        assertFalse(b.events.heard.contains("down"), b.events.heard.toString());
    }

    @Test
    void garbageInTheMailboxHarmsNothing() {
        establish();
        final Random random = new Random(SEED);
        final MemorySegment mailbox = a.mailbox.memory();
        for (int i = 0; i < 2_000; i++) {
            for (int written = 0; written < 64; written++) {
                mailbox.set(ValueLayout.JAVA_BYTE, random.nextInt((int) mailbox.byteSize()), (byte) random.nextInt());
            }
            cluster.runMs(1);
        }

        assertEquals(List.of("ready"), clientA.heard, "seed " + SEED);
        assertEquals(List.of("up 1"), a.events.heard, "seed " + SEED);
        SimulatedGrant.assertConnected(a.grants, b.grants);
    }

    @Test
    void noClientIsTwiceReadyInASessionOfARebootStormAndEveryRoundIsOneRound() {
        final Random story = new Random(SEED);
        a.clients.register(clientA);
        b.clients.register(clientB);
        a.start();
        b.start();
        for (int cycle = 0; cycle < 500; cycle++) {
            final Node victim = story.nextBoolean() ? a : b;
            victim.kill();
            cluster.runMs(story.nextInt(40));
            victim.start();
            cluster.runMs(story.nextInt(120));
        }
        cluster.runMs(2_000);

        SimulatedGrant.assertConnected(a.grants, b.grants);
        Stream.of(clientA, clientB).forEach(client -> {
            final List<Session> sessions = client.sessions.stream().map(ClientSession::session).toList();
            assertEquals(sessions.size(), Set.copyOf(sessions).size(), "seed " + SEED);
            assertTrue(sessions.size() > 50, "only " + sessions.size() + " sessions, seed " + SEED);
        });
    }
}
