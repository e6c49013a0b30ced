// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClientSession;
import dev.ffmverbs.ccm.ClusterClient;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.NodeProgram;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A node that stalls while it writes, is declared dead and wakes up changes nothing in the survivor's memory. */
@Timeout(240)
class FencingTest {

    private static final long LIMIT_S = 60;
    private static final Duration DEAD = Duration.ofMillis(4_000);

    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
    private volatile byte[] whenTold;
    private volatile ClientSession present;

    private final ClusterClient survivor = new ClusterClient() {

        @Override
        public ClientRequirements requirements() {
            return new ClientRequirements("log", 1, 4096);
        }

        @Override
        public void partnerReady(final ClientSession session) {
            present = session;
            news.add("ready");
        }

        @Override
        public void partnerDown(final ClientSession ended) {
            whenTold = ended.memory().toArray(ValueLayout.JAVA_BYTE);
            news.add("down");
        }
    };

    private void await(final String event) throws InterruptedException {
        assertEquals(event, news.poll(LIMIT_S, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aStalledNodeDeclaredDeadAndWokenChangesNotOneByteAndNeedsANewHandshake(final NodePair pair)
        throws Exception {
        pair.require();
        final Device device = pair.deviceA();
        final DemoPlacement.Place place =
            DemoPlacement.choose(List.of(device.name()), pair.endpointA().getPort() + 20_000).b();
        final var address = pair.endpointA();
        try (ClusterConnectionManager node = ClusterConnectionManager.builder(Verbs.device(device.name()), "A", address)
            .partner(new PartnerAddress("B", place.address())).client(survivor)
            .liveness(LivenessThresholds.defaults().withDeadAfter(DEAD, DEAD)).start();
             ProgramProcess writer = new ProgramProcess(NodeProgram.class, place.jvmOptions(),
                 List.of("B", place.deviceName(), NodeLog.text(place.address()), "A", NodeLog.text(address), "20000",
                     "write"))) {
            await("ready");
            final Session before = present.session();
            awaitChange(present.memory().get(ValueLayout.JAVA_LONG, 0));
            writer.signal("STOP");
            await("down");
            final byte[] fenced = whenTold;
            assertArrayEquals(fenced, present.memory().toArray(ValueLayout.JAVA_BYTE), "fenced first");
            writer.signal("CONT");
            writer.await(line -> line.contains(" write "), "failure of the stale write", LIMIT_S);
            await("ready");

            assertArrayEquals(fenced, present.memory().toArray(ValueLayout.JAVA_BYTE), "not one byte has changed");
            final Session after = present.session();
            assertEquals(before.self().epoch() + 1, after.self().epoch(), "a new handshake: " + node);
            assertTrue(writer.lines.stream().noneMatch(line -> line.contains("write failed SUCCESS")));
        }
    }

    private void awaitChange(final long number) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (present.memory().get(ValueLayout.JAVA_LONG, 0) == number) {
            assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(LIMIT_S), "nothing is written");
            Thread.sleep(1);
        }
    }
}
