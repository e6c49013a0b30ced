// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests messages of five packets that lose one or two packets at every position, with wrapping sequence numbers. */
class LossPositionTest {

    private static final int MTU = 256;
    private static final int SIZE = 5 * MTU - 3;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final TransportSettings SETTINGS = new TransportSettings(64, 1 << 16, 1);

    static Stream<Arguments> pairsOfPositions() {
        return IntStream.range(0, 7).boxed().flatMap(first ->
            IntStream.range(first, 9).mapToObj(second -> Arguments.of(first, second)));
    }

    @ParameterizedTest
    @MethodSource("pairsOfPositions")
    void writeSurvivesLostRequests(final int first, final int second) {
        run(WorkRequestOpcodes.RDMA_WRITE, first, second, -1, -1);
    }

    @ParameterizedTest
    @MethodSource("pairsOfPositions")
    void sendSurvivesLostRequests(final int first, final int second) {
        run(WorkRequestOpcodes.SEND, first, second, -1, -1);
    }

    @ParameterizedTest
    @MethodSource("pairsOfPositions")
    void writeSurvivesLostAcknowledgements(final int first, final int second) {
        run(WorkRequestOpcodes.RDMA_WRITE, -1, -1, first, second);
    }

    @ParameterizedTest
    @MethodSource("pairsOfPositions")
    void readSurvivesLostRequests(final int first, final int second) {
        run(WorkRequestOpcodes.RDMA_READ, first, second, -1, -1);
    }

    @ParameterizedTest
    @MethodSource("pairsOfPositions")
    void readSurvivesLostResponses(final int first, final int second) {
        run(WorkRequestOpcodes.RDMA_READ, -1, -1, first, second);
    }

    @ParameterizedTest
    @MethodSource("pairsOfPositions")
    void atomicSurvivesLostRequestsAndAnswers(final int first, final int second) {
        run(WorkRequestOpcodes.FETCH_AND_ADD, first, -1, second, -1);
    }

    /** Sends three requests. The packets at these positions, counted per direction, are lost. */
    private static void run(
        final int operation, final int lostRight, final int alsoLostRight, final int lostLeft,
        final int alsoLostLeft) {
        try (SimulatedNetwork network = new SimulatedNetwork(SETTINGS, FaultSettings.NONE, 1 << 16)) {
            network.connect(MTU, 4, new SendAttributes(0, 8, 7, 7, 4));
            final Endpoint left = network.left;
            final Endpoint right = network.right;
            final byte[] content = new byte[1 << 15];
            new Random(1).nextBytes(content);
            left.bytes.asSlice(0, content.length).copyFrom(MemorySegment.ofArray(content));
            right.bytes.asSlice(0, content.length).copyFrom(MemorySegment.ofArray(content));
            right.bytes.set(ValueLayout.JAVA_LONG, 0, 100);
            network.toRight.lose(packet ->
                network.toRight.packets - 1 == lostRight || network.toRight.packets - 1 == alsoLostRight);
            network.toLeft.lose(packet ->
                network.toLeft.packets - 1 == lostLeft || network.toLeft.packets - 1 == alsoLostLeft);
            for (int i = 0; i < 3; i++) {
                right.postReceive(i, 40_000 + 2000 * i, 2000);
                if (operation == WorkRequestOpcodes.FETCH_AND_ADD) {
                    left.postAtomic(i, operation, 40_000 + 2000 * i, right.at(0), right.key(), 1, 0);
                } else {
                    final boolean read = operation == WorkRequestOpcodes.RDMA_READ;
                    final int local = read ? 40_000 + 2000 * i : 2000 * i;
                    final int remote = read ? 2000 * i : 40_000 + 2000 * i;
                    left.post(i, operation, SendFlags.SIGNALED, local, SIZE, right.at(remote), right.key());
                }
            }
            assertTrue(network.runUntil(() -> left.sends.size() == 3, SECOND_NS), "hangs: " + left.counters.snapshot());
            network.settle(SECOND_NS);
            verify(operation, left, right, content);
        }
    }

    private static void verify(
        final int operation, final Endpoint left, final Endpoint right, final byte[] content) {
        for (int i = 0; i < 3; i++) {
            assertEquals(i, left.sends.get(i).workRequestId());
            assertEquals(CompletionStatuses.SUCCESS, left.sends.get(i).status());
            if (operation == WorkRequestOpcodes.FETCH_AND_ADD) {
                assertEquals(100 + i, left.bytes.get(ValueLayout.JAVA_LONG, 40_000 + 2000 * i));
            } else {
                final byte[] expected = new byte[SIZE];
                System.arraycopy(content, 2000 * i, expected, 0, SIZE);
                if (operation == WorkRequestOpcodes.RDMA_READ && i == 0) {
                    System.arraycopy(right.content(0, Long.BYTES), 0, expected, 0, Long.BYTES);
                }
                final Endpoint target = operation == WorkRequestOpcodes.RDMA_READ ? left : right;
                assertArrayEquals(expected, target.content(40_000 + 2000 * i, SIZE), "message " + i);
            }
        }
        assertEquals(3, left.sends.size());
        assertEquals(operation == WorkRequestOpcodes.SEND ? 3 : 0, right.receives.size());
        assertEquals(operation == WorkRequestOpcodes.FETCH_AND_ADD ? 103 : 100,
            right.bytes.get(ValueLayout.JAVA_LONG, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void readGoesOnFromTheFirstMissingPacketAndNotFromTheStart(final int lost) {
        try (SimulatedNetwork network = new SimulatedNetwork(SETTINGS, FaultSettings.NONE, 1 << 16)) {
            network.connect(MTU, 4, new SendAttributes(0, 8, 7, 7, 4));
            final Endpoint left = network.left;
            final Endpoint right = network.right;
            final long[] lastAddress = new long[1];
            final long[] lastLength = new long[1];
            final int[] opcodeOfRetry = {-1};
            network.toRight.lose(packet -> {
                lastAddress[0] = packet.reth().remoteAddress();
                lastLength[0] = packet.reth().dmaLengthBytes();
                return false;
            });
            network.toLeft.lose(packet -> {
                if (network.toLeft.packets == 6) {
                    opcodeOfRetry[0] = packet.bth().opcode();
                }
                return network.toLeft.packets - 1 == lost;
            });
            left.post(1, WorkRequestOpcodes.RDMA_READ, SendFlags.SIGNALED, 0, SIZE, right.at(0), right.key());
            assertTrue(network.runUntil(() -> left.sends.size() == 1, SECOND_NS));

            assertEquals(right.at((long) lost * MTU), lastAddress[0]);
            assertEquals(SIZE - (long) lost * MTU, lastLength[0]);
            assertEquals(lost == 4 ? Opcode.READ_RESPONSE_ONLY : Opcode.READ_RESPONSE_FIRST, opcodeOfRetry[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void readAcceptsAnAnswerThatContinuesInTheMiddle(final int lost) {
        try (SimulatedNetwork network = new SimulatedNetwork(SETTINGS, FaultSettings.NONE, 1 << 16)) {
            network.connect(MTU, 4, new SendAttributes(0, 8, 7, 7, 4));
            final Endpoint left = network.left;
            final Endpoint right = network.right;
            final byte[] content = new byte[SIZE];
            new Random(2).nextBytes(content);
            right.bytes.asSlice(0, SIZE).copyFrom(MemorySegment.ofArray(content));
            network.toLeft.lose(packet -> {
                // Linux rxe answers a retry with MIDDLE and LAST packets, without FIRST or ONLY.
                if (network.toLeft.packets > 5) {
                    continueInTheMiddle(packet, network.right);
                }
                return network.toLeft.packets - 1 == lost;
            });
            left.post(1, WorkRequestOpcodes.RDMA_READ, SendFlags.SIGNALED, 0, SIZE, right.at(0), right.key());
            assertTrue(network.runUntil(() -> left.sends.size() == 1, SECOND_NS));
            assertEquals(CompletionStatuses.SUCCESS, left.sends.getFirst().status());
            assertArrayEquals(right.content(0, SIZE), left.content(0, SIZE));
        }
    }

    private static void continueInTheMiddle(final RocePacket packet, final Endpoint sender) {
        if (packet.bth().opcode() == Opcode.READ_RESPONSE_ONLY) {
            packet.buffer().put(0, (byte) Opcode.READ_RESPONSE_LAST);
        } else if (packet.bth().opcode() == Opcode.READ_RESPONSE_FIRST) {
            final int bytes = packet.payloadBytes();
            final MemorySegment payload = MemorySegment.ofArray(new byte[bytes])
                .copyFrom(packet.segment().asSlice(packet.payloadOffset(), bytes));
            packet.buffer().put(0, (byte) Opcode.READ_RESPONSE_MIDDLE);
            packet.segment().asSlice(packet.payloadOffset(), bytes).copyFrom(payload);
            packet.endPayload(bytes);
        }
        sender.icrc.seal(packet, sender.path);
    }
}
