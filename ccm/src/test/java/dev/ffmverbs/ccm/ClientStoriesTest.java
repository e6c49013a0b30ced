// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.SimulatedCluster.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients come, go, close and reconnect at random while paths and nodes fail. In the end all find each other. */
class ClientStoriesTest {

    private static final List<String> NAMES = List.of("one", "two", "three");

    private final Map<Node, Map<String, Told>> told = new HashMap<>();
    private final Map<Node, Map<String, ClientRegistration>> registered = new HashMap<>();

    /** A client that records its notifications. */
    private static final class Told implements ClusterClient {
        private final String name;
        private final List<Session> readyIn = new ArrayList<>();
        private ClientSession present;
        private ClientSession last;
        private String error = "";

        Told(final String name) {
            this.name = name;
        }

        @Override
        public ClientRequirements requirements() {
            return new ClientRequirements(name, 1, 8);
        }

        @Override
        public void partnerReady(final ClientSession session) {
            if (present != null || readyIn.contains(session.session())) {
                error = "ready twice";
            }
            readyIn.add(session.session());
            begin(session);
        }

        @Override
        public void pathChanged(final ClientSession session) {
            if (!readyIn.contains(session.session())) {
                error = "changed before ready";
            }
            begin(session);
        }

        private void begin(final ClientSession session) {
            present = session;
            last = session;
        }

        @Override
        public void sessionEnded(final ClientSession ended) {
            if (ended != present) {
                error = "an end of something else";
            }
            if (ended.isOpen()) {
                error = "notified before fenced";
            }
            present = null;
        }
    }

    private void register(final Node node, final String name) {
        final Told client = new Told(name);
        told.get(node).put(name, client);
        registered.get(node).put(name, node.clients.register(client));
    }

    private void unregister(final Node node, final String name) {
        registered.get(node).remove(name).close();
        told.get(node).remove(name);
    }

    private void act(final SimulatedCluster cluster, final Random story) {
        final Node node = story.nextBoolean() ? cluster.a : cluster.b;
        final String name = NAMES.get(story.nextInt(NAMES.size()));
        final Told client = told.get(node).get(name);
        switch (story.nextInt(12)) {
            case 0, 1 -> {
                if (client == null) {
                    register(node, name);
                } else {
                    unregister(node, name);
                }
            }
            case 2, 3 -> {
                if (client != null && client.present != null) {
                    client.present.close();
                    client.present = null;
                }
            }
            case 4, 5, 6 -> {
                if (client != null && client.last != null) {
                    client.last.reconnect();
                }
            }
            case 7 -> cluster.pathsDown[story.nextInt(2)] ^= true;
            case 8 -> cluster.partitioned ^= true;
            case 9 -> node.stopped ^= true;
            case 10 -> {
                if (story.nextInt(4) == 0) {
                    node.kill();
                    cluster.runMs(story.nextInt(50));
                    told.get(node).values().forEach(each -> each.present = null);
                    node.start();
                }
            }
            default -> {
            }
        }
        cluster.runMs(story.nextInt(story.nextInt(8) == 0 ? 5_000 : 60));
    }

    /** Seeds from 1. Property {@code ccm.stories} is their number. */
    static LongStream whateverHappensClientsFindEachOtherInTheEnd() {
        return LongStream.rangeClosed(1, Long.getLong("ccm.stories", 10));
    }

    @ParameterizedTest
    @MethodSource
    void whateverHappensClientsFindEachOtherInTheEnd(final long seed) {
        final SimulatedCluster cluster = new SimulatedCluster(seed, 2);
        final Random story = new Random(seed);
        for (final Node node : List.of(cluster.a, cluster.b)) {
            told.put(node, new HashMap<>());
            registered.put(node, new HashMap<>());
            node.start();
        }
        for (int i = 0; i < 400; i++) {
            act(cluster, story);
            told.values().forEach(clients -> clients.values().forEach(client ->
                assertEquals("", client.error, "seed " + seed + ", client " + client.name)));
        }
        heal(cluster);

        assertTrue(cluster.a.partner.session().isPresent(), "seed " + seed);
        for (final String name : NAMES) {
            final Told one = told.get(cluster.a).get(name);
            final Told other = told.get(cluster.b).get(name);
            assertTrue(one.present != null && one.present.isOpen(), "seed " + seed + ": A has no ports of " + name);
            assertTrue(other.present != null && other.present.isOpen(),
                "seed " + seed + ": B has no ports of " + name);
            assertEquals(one.present.session().self(), other.present.session().partnerSide(), "seed " + seed);
        }
        assertPortsMatch(cluster, seed);
    }

    /** Makes everything work again, registers all clients, and reopens what a client has closed. */
    private void heal(final SimulatedCluster cluster) {
        cluster.partitioned = false;
        cluster.pathsDown[0] = false;
        cluster.pathsDown[1] = false;
        cluster.a.stopped = false;
        cluster.b.stopped = false;
        cluster.runMs(15_000);
        for (final Node node : List.of(cluster.a, cluster.b)) {
            for (final String name : NAMES) {
                if (told.get(node).containsKey(name)) {
                    unregister(node, name);
                }
            }
        }
        cluster.runMs(100);
        for (final Node node : List.of(cluster.a, cluster.b)) {
            NAMES.forEach(name -> register(node, name));
        }
        cluster.runMs(1_000);
    }

    /**
     * Checks that each side has as many open grants as there are clients, and that each is connected with an open one.
     */
    private static void assertPortsMatch(final SimulatedCluster cluster, final long seed) {
        final List<SimulatedGrant> ofA = open(cluster.a);
        final List<SimulatedGrant> ofB = open(cluster.b);
        assertEquals(NAMES.size(), ofA.size(), "seed " + seed);
        assertEquals(NAMES.size(), ofB.size(), "seed " + seed);
        for (final SimulatedGrant grant : ofA) {
            assertTrue(ofB.stream().anyMatch(other -> other.numbers.equals(grant.connectedWith)
                && other.connectedWith.equals(grant.numbers)), "seed " + seed);
        }
    }

    /** Returns the grants that were not fenced. Those of killed processes are gone. */
    private static List<SimulatedGrant> open(final Node node) {
        return node.grants.stream().filter(grant -> !grant.fenced).toList();
    }
}
