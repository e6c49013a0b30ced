// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.SimulatedCluster.Node;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ports that cannot be created or connected at first, on a virtual clock. */
class SimulatedRetriesTest {

    private static final String HERE = "refused CANNOT_BE_GIVEN_HERE";
    private static final String BY_PARTNER = "refused CANNOT_BE_GIVEN_BY_PARTNER";

    private final SimulatedCluster cluster = new SimulatedCluster(20261201);
    private final Node a = cluster.a;
    private final Node b = cluster.b;
    private final RecordingClient clientA = new RecordingClient("log", 2, 64);
    private final RecordingClient clientB = new RecordingClient("log", 2, 64);

    private void establish() {
        a.clients.register(clientA);
        b.clients.register(clientB);
        cluster.establish();
    }

    private void assertReadyAfterOneRefusal() {
        assertEquals(List.of(HERE), clientA.heard);
        assertEquals(List.of(BY_PARTNER), clientB.heard);
        cluster.runMs(700);
        assertEquals(List.of(HERE, "ready"), clientA.heard);
        assertEquals(List.of(BY_PARTNER, "ready"), clientB.heard);
        assertEquals(List.of("up 1"), a.events.heard);
        SimulatedGrant.assertConnected(a.grants, b.grants);
    }

    @Test
    void portsThatCouldNotBeCreatedAreCreatedSoonInTheSameSession() {
        a.failingPreparations = 1;
        establish();
        assertReadyAfterOneRefusal();
    }

    @Test
    void portsThatCouldNotBeConnectedAreConnectedSoonInTheSameSession() {
        a.failingConnects = 1;
        establish();
        assertReadyAfterOneRefusal();
    }

    @Test
    void bothNodesMayFailAtOnce() {
        a.failingConnects = 1;
        b.failingConnects = 1;
        establish();
        cluster.runMs(2_500);
        assertEquals("ready", clientA.heard.getLast());
        assertEquals("ready", clientB.heard.getLast());
    }

    /** Each node fails before it has heard of the other's failure. */
    @Test
    void nodesThatFailAtTheSameMomentTryAgainAndAreToldOfTheirOwnFailure() {
        cluster.establish();
        cluster.slowToDeliver = true;
        a.failingConnects = 1;
        b.failingConnects = 1;
        a.clients.register(clientA);
        b.clients.register(clientB);
        cluster.runMs(10);
        assertEquals(List.of("refused ONLY_HERE", HERE), clientA.heard);
        assertEquals(clientA.heard, clientB.heard);
        cluster.runMs(480);
        assertEquals(1, a.grants.size(), "it waits before it tries again");
        cluster.runMs(200);
        assertEquals(List.of("refused ONLY_HERE", HERE, "ready"), clientA.heard);
        assertEquals(clientA.heard, clientB.heard);
    }

    @Test
    void aFailureThatLastsIsToldOnceAndTriedMoreAndMoreRarely() {
        a.failingPreparations = 1_000;
        establish();
        cluster.runMs(60_000);
        final int attempts = 1_000 - a.failingPreparations;
        assertTrue(attempts >= 12 && attempts <= 18, attempts + " attempts in a minute");
        assertEquals(List.of(HERE), clientA.heard);
        assertEquals(List.of(BY_PARTNER), clientB.heard);
        a.failingPreparations = 0;
        cluster.runMs(6_000);
        assertEquals(List.of(HERE, "ready"), clientA.heard);
    }

    @Test
    void anotherCauseOfAFailureThatLastsIsToldToTheListenerAlone() {
        final List<String> told = new ArrayList<>();
        a.listener = event -> {
            if (event instanceof NodeEvent.ClientRefused refused) {
                told.add(refused.detail());
            }
        };
        a.failingPreparations = 1_000;
        a.clients.register(clientA);
        b.clients.register(clientB);
        a.start();
        b.start();
        cluster.runMs(20_000);
        a.causeOfFailure = "no memory is left";
        cluster.runMs(20_000);
        assertEquals(2, told.size(), told.toString());
        assertTrue(told.getFirst().endsWith("no port is left"), told.toString());
        assertTrue(told.getLast().endsWith("no memory is left"), told.toString());
        assertEquals(List.of(HERE), clientA.heard);
    }

    @Test
    void aNewCounterpartDoesNotWaitForFailuresWithTheOneBefore() {
        establish();
        a.failingPreparations = 1_000;
        final ClientRegistration ofB = b.clients.registrations().getFirst();
        clientA.sessions.getLast().reconnect();
        cluster.runMs(40_000);
        ofB.close();
        cluster.runMs(100);
        a.failingPreparations = 1;
        b.clients.register(clientB);
        cluster.runMs(800);
        assertEquals(2, clientA.sessions.size(), clientA.heard.toString());
    }

    @Test
    void memoryThatCouldNotBeAllocatedIsAskedForAgain() {
        final int[] asked = new int[1];
        final RecordingClient client = new RecordingClient("log", 2, 64) {
            @Override
            public Optional<MemorySegment> memoryFor(final Partner partner) {
                if (++asked[0] == 1) {
                    throw new OutOfMemoryError("injected");
                }
                return Optional.empty();
            }
        };
        a.clients.register(client);
        b.clients.register(clientB);
        cluster.establish();
        cluster.runMs(700);
        assertEquals(List.of(HERE, "ready"), client.heard);
    }

    @Test
    void whatTheClientHasDecidedIsNotTriedAgainInTheSession() {
        final int[] asked = new int[1];
        a.clients.register(new RecordingClient("log", 2, 64) {
            @Override
            public void admit(final Partner partner) {
                asked[0]++;
                throw new IllegalStateException("not now");
            }
        });
        b.clients.register(clientB);
        cluster.establish();
        cluster.runMs(20_000);
        assertEquals(1, asked[0]);
    }
}
