// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.NodeProgram;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.value.Liveness;
import dev.ffmverbs.ccm.value.Silence;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Slow nodes and lossy networks are not taken for dead. Property {@code ccm.false.seconds} sets the duration. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class NoFalseDeathTest {

    private static final long SECONDS = Long.getLong("ccm.false.seconds", 4);
    private static final long LIMIT_S = 60;
    private static final int GARBAGE_BYTES = 1 << 16;

    private volatile boolean stopped;

    /** Sessions that came up and ended, and suspicions. */
    private static final class Story implements SessionListener {
        private final List<String> heard = new CopyOnWriteArrayList<>();

        @Override
        public void sessionUp(final Session session) {
            heard.add("up");
        }

        @Override
        public void livenessChanged(final Session session, final Liveness liveness, final Silence silence) {
            heard.add(liveness + " " + silence);
        }

        @Override
        public void partnerDown(final Session ended, final Silence silence) {
            heard.add("down");
        }

        @Override
        public void sessionDropped(final Session ended) {
            heard.add("dropped");
        }

        /** Waits for an event with this beginning, after a number of events. */
        void await(final String event, final int skipped) throws InterruptedException {
            final long startNs = System.nanoTime();
            while (heard.stream().skip(skipped).noneMatch(one -> one.startsWith(event))) {
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LIMIT_S),
                    () -> "no " + event + " within " + LIMIT_S + " s, only " + heard);
                Thread.sleep(1);
            }
        }

        void assertOneSessionAllTheTime() {
            assertEquals(List.of("up"), heard.stream().filter(event -> !event.contains(" ")).toList(),
                heard.toString());
        }
    }

    /** Keeps a processor and the collector busy. */
    private void burden() {
        final List<byte[]> garbage = new ArrayList<>();
        while (!stopped) {
            garbage.add(new byte[GARBAGE_BYTES]);
            if (garbage.size() == 1_000) {
                garbage.clear();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void lossCollectionsAndBusyProcessorsCauseNoFalseDeath(final NodePair pair) throws Exception {
        pair.require();
        final boolean software = "softroce".equals(pair.deviceA().provider());
        final InetSocketAddress a = pair.endpointA();
        final InetSocketAddress b = pair.endpointB();
        final Story storyA = new Story();
        final Story storyB = new Story();
        final List<Thread> burdens = new ArrayList<>();
        try (ClusterConnectionManager nodeA = ClusterConnectionManager.builder(pair.deviceA(), "A", a)
                 .partner(new PartnerAddress("B", b)).listener(storyA).start();
             ClusterConnectionManager nodeB = ClusterConnectionManager.builder(pair.deviceB(), "B", b)
                 .partner(new PartnerAddress("A", a)).listener(storyB).start()) {
            storyA.await("up", 0);
            storyB.await("up", 0);
            if (software) {
                SoftRoceDevices.injectFaults(pair.deviceA().name(), FaultSettings.parse("drop=0.01"));
            }
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                burdens.add(Thread.ofPlatform().daemon().start(this::burden));
            }
            Thread.sleep(TimeUnit.SECONDS.toMillis(SECONDS));
            storyA.assertOneSessionAllTheTime();
            storyB.assertOneSessionAllTheTime();
            System.out.printf("no false death on %s in %d s: A %s, B %s; %s and %s%n", pair, SECONDS,
                nodeA.partners().getFirst().heartbeats(), nodeB.partners().getFirst().heartbeats(), storyA.heard,
                storyB.heard);
        } finally {
            stopped = true;
            for (final Thread burden : burdens) {
                burden.join();
            }
            if (software) {
                SoftRoceDevices.injectFaults(pair.deviceA().name(), FaultSettings.NONE);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aNodeStoppedForASecondIsSuspectAndNotDead(final NodePair pair) throws Exception {
        pair.require();
        final DemoPlacement.Place place =
            DemoPlacement.choose(List.of(pair.deviceA().name()), pair.endpointA().getPort() + 20_000).b();
        final InetSocketAddress a = pair.endpointA();
        final Story story = new Story();
        try (ClusterConnectionManager node = ClusterConnectionManager.builder(pair.deviceA(), "A", a)
                 .partner(new PartnerAddress("B", place.address())).listener(story).start();
             ProgramProcess partner = new ProgramProcess(NodeProgram.class, place.jvmOptions(),
                 List.of("B", place.deviceName(), NodeLog.text(place.address()), "A", NodeLog.text(a), "3000"))) {
            story.await("up", 0);
            final int before = story.heard.size();
            partner.signal("STOP");
            Thread.sleep(1_000);
            story.await("SUSPECT", before);
            final int suspected = story.heard.size();
            partner.signal("CONT");
            story.await("ALIVE NONE", suspected - 1);
            Thread.sleep(1_000);

            story.assertOneSessionAllTheTime();
            assertTrue(node.partners().getFirst().session().isPresent());
            assertEquals(1, partner.lines.stream().filter(line -> line.contains(" up ")).count());
        }
    }
}
