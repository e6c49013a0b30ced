// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.FlushPlacements;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A FLUSH is answered by peers that accept one of its two checksums only. */
@Timeout(60)
class FlushPeersTest {

    private static final int PAIRS = 30;
    private static final long LIMIT_NS = 60_000_000_000L;

    private final Icrc icrc = new Icrc();

    private static int checksum(final RocePacket packet) {
        return packet.buffer().getInt(packet.startOffset() + packet.lengthBytes() - RocePacket.ICRC_BYTES);
    }

    private boolean isAsSpecified(final RocePacket packet, final Endpoint sender) {
        final RocePacket copy = new RocePacket();
        copy.copyFrom(packet);
        icrc.sealAsSpecified(copy, sender.path, 0);
        return checksum(copy) == checksum(packet);
    }

    /** Older software devices follow the specification, rxe does not. */
    @ParameterizedTest
    @CsvSource({"true, 0", "false, 0", "true, 10", "false, 10"})
    void aPeerThatAcceptsOneChecksumAnswers(final boolean asSpecified, final int lossPercent) {
        final SplittableRandom random = new SplittableRandom(7);
        try (SimulatedNetwork network =
                 new SimulatedNetwork(new TransportSettings(64, 1 << 16, 1), FaultSettings.NONE, 1 << 16)) {
            final Endpoint left = network.left;
            final Endpoint right = network.right;
            network.connect(1024, 4, new SendAttributes(0, 8, 7, 7, 4));
            network.toRight.lose(packet -> random.nextInt(100) < lossPercent
                || packet.bth().opcode() == Opcode.FLUSH && isAsSpecified(packet, left) != asSpecified);
            for (int i = 0; i < PAIRS; i++) {
                final int completed = 2 * i;
                left.post(i, WorkRequestOpcodes.RDMA_WRITE, SendFlags.SIGNALED, 0, 8, right.at(0), right.key());
                left.postFlush(i, right.at(0), right.key(), 8, FlushPlacements.GLOBAL);
                if (i % 8 == 7) {
                    assertTrue(network.runUntil(() -> left.sends.size() > completed, LIMIT_NS), network.toString());
                }
            }
            assertTrue(network.runUntil(() -> left.sends.size() == 2 * PAIRS, LIMIT_NS), network.toString());
            assertEquals(2 * PAIRS,
                left.sends.stream().filter(sent -> sent.status() == CompletionStatuses.SUCCESS).count());
        }
    }
}
