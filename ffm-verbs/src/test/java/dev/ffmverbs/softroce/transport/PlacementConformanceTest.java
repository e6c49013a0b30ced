// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.FlushPlacements;
import dev.ffmverbs.spi.constants.FlushSelections;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** FLUSH and ATOMIC WRITE, packet by packet, at both ends. */
class PlacementConformanceTest extends ResponderTestBase {

    private static final long REMOTE = 0x1234_5678L;
    private static final int RKEY = 0xCAFE;

    private List<Integer> statuses() {
        return endpoint.sends.stream().map(Completion::status).toList();
    }

    private RocePacket sent() {
        peer.transmit();
        final RocePacket packet = peer.answers.poll();
        assertNotNull(packet, "nothing sent");
        return packet;
    }

    private void answerEmpty(final int psn) {
        peer.send(Opcode.READ_RESPONSE_ONLY, psn, 0, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1));
    }

    private Consumer<RocePacket> flush(final int placement, final int selection, final long offset, final long bytes) {
        return packet -> {
            packet.flushEth().set(placement, selection);
            packet.flushEth().range().set(endpoint.at(offset), endpoint.key(), bytes);
        };
    }

    private void sendWord(final int psn, final long offset, final long bytes, final long value) {
        peer.packet.begin(Opcode.ATOMIC_WRITE, RawPeer.NUMBER, psn, 0);
        peer.packet.reth().set(endpoint.at(offset), endpoint.key(), bytes);
        peer.packet.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, peer.packet.payloadOffset(), value);
        peer.packet.endPayload((int) bytes);
        peer.handSealed();
        peer.transmit();
    }

    @Test
    void aFlushNamesItsRangeBehindItsPlacementAndCompletesOnAnEmptyReadResponse() {
        endpoint.postFlush(5, REMOTE, RKEY, 4096, FlushPlacements.PERSISTENT);
        final RocePacket packet = sent();
        final byte[] headers = new byte[20];
        packet.buffer().get(packet.startOffset() + 12, headers);

        assertEquals(0x1C, packet.bth().opcode());
        assertTrue(packet.bth().isAcknowledgeRequested());
        assertArrayEquals(new byte[] {0, 0, 0, 2, 0, 0, 0, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, (byte) 0xCA, (byte) 0xFE,
            0, 0, 0x10, 0}, headers);
        assertEquals(12 + 20 + RocePacket.ICRC_BYTES, packet.lengthBytes());
        assertEquals(List.of(), statuses());
        answerEmpty(FIRST);
        assertEquals(List.of(CompletionStatuses.SUCCESS), statuses());
        assertEquals(CompletionOpcodes.FLUSH, endpoint.sends.get(0).operation());
    }

    private int checksum(final RocePacket packet) {
        return packet.buffer().getInt(packet.startOffset() + packet.lengthBytes() - RocePacket.ICRC_BYTES);
    }

    private RocePacket sentAfterTimeout() {
        peer.nowNs = endpoint.connection.deadlineNs();
        while (peer.answers.isEmpty()) {
            endpoint.connection.expire(peer.nowNs);
            peer.transmit();
            peer.nowNs = Math.max(peer.nowNs + 1, endpoint.connection.deadlineNs());
        }
        return peer.answers.remove();
    }

    /** A peer that drops one of the two answers the other. */
    @Test
    void aFlushThatIsNotAnsweredIsSentAgainWithTheOtherChecksum() {
        endpoint.postFlush(5, REMOTE, RKEY, 8, FlushPlacements.GLOBAL);
        final int first = checksum(sent());
        final int second = checksum(sentAfterTimeout());

        assertNotEquals(first, second);
        assertEquals(first, checksum(sentAfterTimeout()));
    }

    @Test
    void theChecksumThatWasAnsweredIsKept() {
        endpoint.postFlush(5, REMOTE, RKEY, 8, FlushPlacements.GLOBAL);
        sent();
        answerEmpty(FIRST);
        endpoint.postFlush(6, REMOTE, RKEY, 8, FlushPlacements.GLOBAL);
        final int first = checksum(sent());

        assertEquals(first, checksum(sentAfterTimeout()));
        assertEquals(first, checksum(sentAfterTimeout()));
    }

    @Test
    void aFlushBehindALostWriteKeepsItsChecksum() {
        endpoint.post(4, WorkRequestOpcodes.RDMA_WRITE, SendFlags.SIGNALED, 0, 4, REMOTE, RKEY);
        endpoint.postFlush(5, REMOTE, RKEY, 8, FlushPlacements.GLOBAL);
        sent();
        final int first = checksum(sent());
        sentAfterTimeout();
        peer.send(Opcode.ACKNOWLEDGE, FIRST, 0, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1));

        assertEquals(first, checksum(sent()));
    }

    @Test
    void aFlushOfARegionSaysSo() {
        endpoint.postFlush(5, 0, RKEY, -1, FlushPlacements.GLOBAL);
        final RocePacket packet = sent();

        assertEquals(0x11, packet.buffer().getInt(packet.startOffset() + 12));
        assertEquals(FlushPlacements.GLOBAL, packet.flushEth().placement());
        assertEquals(FlushSelections.REGION, packet.flushEth().selection());
    }

    @Test
    void anAtomicWriteCarriesItsBytesAsTheyLieInMemory() {
        endpoint.bytes.set(ValueLayout.JAVA_LONG, 0, 0x0102_0304_0506_0708L);
        endpoint.postWord(6, REMOTE, RKEY, 0x0102_0304_0506_0708L);
        final RocePacket packet = sent();
        final byte[] payload = new byte[8];
        packet.buffer().get(packet.payloadOffset(), payload);

        assertEquals(0x1D, packet.bth().opcode());
        assertEquals(REMOTE, packet.reth().remoteAddress());
        assertEquals(RKEY, packet.reth().rkey());
        assertEquals(8, packet.reth().dmaLengthBytes());
        assertArrayEquals(endpoint.content(0, 8), payload);
        answerEmpty(FIRST);
        assertEquals(List.of(CompletionStatuses.SUCCESS), statuses());
        assertEquals(CompletionOpcodes.ATOMIC_WRITE, endpoint.sends.get(0).operation());
    }

    @Test
    void anAnswerWithDataIsABadResponse() {
        endpoint.postFlush(5, REMOTE, RKEY, 8, FlushPlacements.GLOBAL);
        peer.transmit();
        peer.send(Opcode.READ_RESPONSE_ONLY, FIRST, 8, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1));
        assertEquals(List.of(CompletionStatuses.BAD_RESPONSE), statuses());
    }

    @Test
    void anAcknowledgementAloneAnswersNeither() {
        endpoint.postFlush(5, REMOTE, RKEY, 8, FlushPlacements.GLOBAL);
        peer.transmit();
        peer.send(Opcode.ACKNOWLEDGE, FIRST, 0, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1));
        assertEquals(List.of(), statuses());
        answerEmpty(FIRST);
        assertEquals(List.of(CompletionStatuses.SUCCESS), statuses());
    }

    @Test
    void onlyAsManyAreOutstandingAsReads() {
        for (int id = 0; id < 6; id++) {
            endpoint.postFlush(id, REMOTE, RKEY, 8, FlushPlacements.GLOBAL);
        }
        peer.transmit();
        assertEquals(4, peer.answers.size());
        answerEmpty(FIRST);
        assertEquals(5, peer.answers.size());
    }

    @Test
    void aFlushIsAnsweredLikeAReadOfNoBytes() {
        peer.send(Opcode.FLUSH, FIRST, 0, flush(FlushPlacements.GLOBAL, FlushSelections.RANGE, 0, 64));
        assertEquals(12 + 4 + RocePacket.ICRC_BYTES, peer.answers.peek().lengthBytes());
        assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST, Syndrome.ACKNOWLEDGE, 1);
        peer.send(Opcode.FLUSH, FIRST + 1, 0, flush(FlushPlacements.GLOBAL, FlushSelections.REGION, 1L << 40, 8));
        assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST + 1, Syndrome.ACKNOWLEDGE, 2);
    }

    @Test
    void aRepeatedFlushIsAnsweredAgain() {
        for (int i = 0; i < 2; i++) {
            peer.send(Opcode.FLUSH, FIRST, 0, flush(FlushPlacements.GLOBAL, FlushSelections.RANGE, 0, 64));
            assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST, Syndrome.ACKNOWLEDGE, 1);
        }
    }

    @Test
    void aRepeatedAtomicWriteIsAnsweredAgainAndNotExecuted() {
        sendWord(FIRST, 8, 8, 5);
        assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST, Syndrome.ACKNOWLEDGE, 1);
        assertEquals(5, endpoint.bytes.get(ValueLayout.JAVA_LONG, 8));
        sendWord(FIRST, 8, 8, 6);
        assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST, Syndrome.ACKNOWLEDGE, 1);
        assertEquals(5, endpoint.bytes.get(ValueLayout.JAVA_LONG, 8));
    }

    @Test
    void aFlushBeyondTheRegionIsRefused() {
        peer.send(Opcode.FLUSH, FIRST, 0,
            flush(FlushPlacements.GLOBAL, FlushSelections.RANGE, endpoint.bytes.byteSize() - 8, 9));
        assertRefused(FIRST, Syndrome.NAK_REMOTE_ACCESS_ERROR, ConnectionState.ERROR);
    }

    @Test
    void aFlushToPersistentMemoryNeedsTheRightOfTheQueuePair() {
        peer.send(Opcode.FLUSH, FIRST, 0, flush(FlushPlacements.PERSISTENT, FlushSelections.RANGE, 0, 8));
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void aFlushToPersistentMemoryNeedsTheRightOfTheRegion() {
        endpoint.connection.remoteRights(Endpoint.ALL_RIGHTS | AccessFlags.FLUSH_PERSISTENT);
        peer.send(Opcode.FLUSH, FIRST, 0, flush(FlushPlacements.PERSISTENT, FlushSelections.RANGE, 0, 8));
        assertRefused(FIRST, Syndrome.NAK_REMOTE_ACCESS_ERROR, ConnectionState.ERROR);
    }

    @Test
    void aFlushWithoutPlacementIsRefused() {
        peer.send(Opcode.FLUSH, FIRST, 0, flush(0, FlushSelections.RANGE, 0, 8));
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void anAtomicWriteOfAnotherLengthIsRefused() {
        sendWord(FIRST, 8, 4, 5);
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
    }

    @Test
    void aMisalignedAtomicWriteIsRefused() {
        sendWord(FIRST, 12, 8, 5);
        assertRefused(FIRST, Syndrome.NAK_INVALID_REQUEST, ConnectionState.ERROR);
        assertEquals(0, endpoint.bytes.get(ValueLayout.JAVA_LONG, 8));
    }
}
