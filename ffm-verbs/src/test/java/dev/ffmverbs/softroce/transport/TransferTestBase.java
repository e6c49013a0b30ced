// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two ends that send trains, and transfers from the first half of one memory to the second half of the other. */
abstract class TransferTestBase {

    static final int MTU = 1024;
    static final int MEMORY = 1 << 18;
    static final long SECOND_NS = 1_000_000_000L;

    private static final int HALF = MEMORY / 2;

    final SimulatedNetwork network;
    final Endpoint left;
    final Endpoint right;
    private final SendAttributes tries;

    TransferTestBase(final TransportSettings settings, final SendAttributes tries) {
        this.network = SimulatedNetwork.withTrains(settings, MEMORY);
        this.left = network.left;
        this.right = network.right;
        this.tries = tries;
    }

    @BeforeEach
    void connect() {
        fill(left, 3);
        fill(right, 4);
        network.connect(MTU, 4, tries);
    }

    private static void fill(final Endpoint endpoint, final int seed) {
        final byte[] content = new byte[HALF];
        new Random(seed).nextBytes(content);
        endpoint.bytes.asByteBuffer().put(0, content);
    }

    @AfterEach
    void close() {
        network.close();
    }

    /** Transfers messages and compares them. Returns the elapsed time. */
    long move(final int operation, final int messages, final int bytes) {
        left.sends.clear();
        final boolean read = operation == WorkRequestOpcodes.RDMA_READ;
        final long startNs = network.nowNs;
        for (int i = 0; i < messages; i++) {
            final int place = i * bytes % (HALF - bytes);
            left.post(i, operation, SendFlags.SIGNALED, read ? HALF + place : place, bytes,
                right.at(read ? place : HALF + place), right.key());
        }
        assertTrue(network.runUntil(() -> left.sends.size() == messages, SECOND_NS),
            "hangs: " + left.counters.snapshot() + " " + network);
        assertTrue(left.sends.stream().allMatch(completion -> completion.status() == CompletionStatuses.SUCCESS));
        for (int i = 0; i < messages; i++) {
            final int place = i * bytes % (HALF - bytes);
            final Endpoint source = read ? right : left;
            final Endpoint target = read ? left : right;
            assertArrayEquals(source.content(place, bytes), target.content(HALF + place, bytes), "message " + i);
        }
        return network.nowNs - startNs;
    }

    long retransmitted() {
        return left.counters.get(TransportCounter.PACKETS_RETRANSMITTED);
    }
}
