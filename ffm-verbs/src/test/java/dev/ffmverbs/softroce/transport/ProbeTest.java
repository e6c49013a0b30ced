// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A probe determines whether the peer's queue pair is connected, without changing anything. */
@Timeout(30)
class ProbeTest {

    private static final int MEMORY = 1 << 16;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final SendAttributes TRIES = new SendAttributes(0, 8, 7, 7, 4);

    private final SimulatedNetwork network =
        new SimulatedNetwork(new TransportSettings(16, 8192, 1), FaultSettings.NONE, MEMORY);
    private final Endpoint left = network.left;
    private final Endpoint right = network.right;

    @AfterEach
    void close() {
        network.close();
    }

    private void runFor(final long durationNs) {
        network.runUntil(() -> false, durationNs);
    }

    @Test
    void aPeerThatHasNeverHeardOfThisEndAnswers() {
        network.connect(1024, 4, TRIES);
        left.connection.probe();
        runFor(SECOND_NS);

        assertEquals(List.of(AsynchronousEvents.PEER_ANSWERED), left.events);
        assertEquals(List.of(), right.events);
        assertEquals(List.of(), right.receives);
        assertEquals(0, left.counters.get(TransportCounter.PACKETS_RETRANSMITTED));
    }

    @Test
    void aPeerThatGivesNoRightsAnswers() {
        network.connect(1024, 4, TRIES);
        right.connection.remoteRights(0);
        left.connection.probe();
        runFor(SECOND_NS);

        assertEquals(List.of(AsynchronousEvents.PEER_ANSWERED), left.events);
        assertEquals(ConnectionState.READY_TO_SEND, right.connection.state());
    }

    @Test
    void aPeerInErrorOrStartedAgainIsSilent() {
        network.connect(1024, 4, TRIES);
        right.connection.error();
        left.connection.probe();
        runFor(SECOND_NS);
        right.connection.reset();
        left.connection.probe();
        runFor(SECOND_NS);

        assertEquals(List.of(), left.events);
        assertEquals(ConnectionState.READY_TO_SEND, left.connection.state());
    }

    @Test
    void aQueuePairThatIsNotConnectedDoesNotProbe() {
        left.connection.probe();
        left.connection.initialize(0);
        left.connection.probe();

        assertEquals(0, left.counters.get(TransportCounter.PACKETS_SENT));
    }

    @Test
    void probesAtAnyMomentChangeNothing() {
        final Random random = new Random(7);
        network.connect(256, 4, TRIES);
        final byte[] content = new byte[8_000];
        random.nextBytes(content);
        left.bytes.asByteBuffer().put(0, content);
        final int rounds = 200;
        for (int i = 0; i < rounds; i++) {
            final int size = random.nextInt(4_000);
            right.postReceive(i, 40_000, 8_000);
            left.post(3L * i, WorkRequestOpcodes.RDMA_WRITE, SendFlags.SIGNALED, 0, size, right.at(8_000), right.key());
            left.post(3L * i + 1, WorkRequestOpcodes.RDMA_READ, SendFlags.SIGNALED, 16_000, size, right.at(8_000),
                right.key());
            left.post(3L * i + 2, WorkRequestOpcodes.SEND, SendFlags.SIGNALED, 0, size, 0, 0);
            final int done = 3 * (i + 1);
            while (left.sends.size() < done) {
                left.connection.probe();
                right.connection.probe();
                runFor(random.nextInt(20_000));
            }
            assertArrayEquals(left.content(0, size), left.content(16_000, size), "written and read back");
            assertArrayEquals(left.content(0, size), right.content(40_000, size), "sent");
        }

        assertTrue(left.sends.stream().allMatch(completion -> completion.status() == CompletionStatuses.SUCCESS));
        assertEquals(rounds, right.receives.size());
        assertTrue(left.events.contains(AsynchronousEvents.PEER_ANSWERED));
        assertTrue(right.events.contains(AsynchronousEvents.PEER_ANSWERED));
    }
}
