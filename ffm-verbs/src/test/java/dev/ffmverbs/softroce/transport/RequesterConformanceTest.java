// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how the requester handles single answers and its own invalid requests. */
class RequesterConformanceTest {

    private static final int FIRST = RawPeer.FIRST_PSN;
    private static final long REMOTE = 0x1234_5678L;
    private static final int RKEY = 0xCAFE;

    private final RawPeer peer = new RawPeer(4);
    private final Endpoint endpoint = peer.endpoint;

    @AfterEach
    void close() {
        peer.close();
    }

    private void post(final long id, final int operation, final int bytes) {
        endpoint.post(id, operation, SendFlags.SIGNALED, 0, bytes, REMOTE, RKEY);
        peer.transmit();
    }

    private void answer(final int syndrome, final int psn, final int msn) {
        peer.send(Opcode.ACKNOWLEDGE, psn, 0, packet -> packet.aeth().set(syndrome, msn));
    }

    private void readResponse(final int opcode, final int psn, final int bytes) {
        final Consumer<RocePacket> headers = Opcode.is(opcode, Opcode.AETH)
            ? packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1) : packet -> { };
        peer.send(opcode, psn, bytes, headers);
    }

    private List<Integer> statuses() {
        return endpoint.sends.stream().map(Completion::status).toList();
    }

    private RocePacket sent() {
        final RocePacket packet = peer.answers.poll();
        assertNotNull(packet, "nothing sent");
        return packet;
    }

    @Test
    void oneAcknowledgementCompletesAllBeforeIt() {
        for (int i = 0; i < 3; i++) {
            post(i, WorkRequestOpcodes.RDMA_WRITE, 4);
        }
        answer(Syndrome.ACKNOWLEDGE, FIRST + 2, 0x123456);
        assertEquals(List.of(0, 0, 0), statuses());
        assertFalse(endpoint.connection.hasDeadline());
    }

    @Test
    void takesAnAcknowledgementWithoutCreditsAsWell() {
        post(1, WorkRequestOpcodes.RDMA_WRITE, 4);
        answer(0, FIRST, 1);
        assertEquals(List.of(0), statuses());
        post(2, WorkRequestOpcodes.RDMA_WRITE, 4);
        assertEquals(2, peer.answers.size());
    }

    @Test
    void ignoresAnswersToWhatItNeverSentOrKnowsAlready() {
        post(1, WorkRequestOpcodes.RDMA_WRITE, 4);
        answer(Syndrome.ACKNOWLEDGE, FIRST + 1, 1);
        answer(Syndrome.NAK_REMOTE_ACCESS_ERROR, FIRST - 1, 1);
        answer(Syndrome.ACKNOWLEDGE, FIRST + 0x80_0000, 1);
        readResponse(Opcode.READ_RESPONSE_ONLY, FIRST, 4);
        answer(0x40, FIRST, 1);
        assertTrue(endpoint.sends.isEmpty());
        assertEquals(ConnectionState.READY_TO_SEND, endpoint.connection.state());
        assertEquals(2, endpoint.counters.get(TransportCounter.DROPPED_DUPLICATE_RESPONSES));
        assertEquals(3, endpoint.counters.get(TransportCounter.DROPPED_UNEXPECTED_RESPONSES));

        answer(Syndrome.ACKNOWLEDGE, FIRST, 1);
        answer(Syndrome.NAK_REMOTE_ACCESS_ERROR, FIRST, 1);
        assertEquals(List.of(0), statuses());
        assertEquals(ConnectionState.READY_TO_SEND, endpoint.connection.state());
    }

    static Stream<Arguments> naks() {
        return Stream.of(
            Arguments.of(Syndrome.NAK_INVALID_REQUEST, CompletionStatuses.REMOTE_INVALID_REQUEST),
            Arguments.of(Syndrome.NAK_REMOTE_ACCESS_ERROR, CompletionStatuses.REMOTE_ACCESS_ERROR),
            Arguments.of(Syndrome.NAK_REMOTE_OPERATIONAL_ERROR, CompletionStatuses.REMOTE_OPERATION_ERROR));
    }

    @ParameterizedTest
    @MethodSource("naks")
    void aNakFailsItsRequestAndFlushesTheRest(final int syndrome, final int status) {
        for (int i = 0; i < 3; i++) {
            post(i, WorkRequestOpcodes.RDMA_WRITE, 4);
        }
        endpoint.postReceive(9, 0, 4);
        answer(syndrome, FIRST + 1, 1);
        assertEquals(List.of(0, status, CompletionStatuses.WORK_REQUEST_FLUSHED), statuses());
        assertEquals(syndrome, endpoint.sends.get(1).vendorError());
        assertEquals(CompletionStatuses.WORK_REQUEST_FLUSHED, endpoint.receives.getFirst().status());
        assertEquals(ConnectionState.ERROR, endpoint.connection.state());
    }

    @Test
    void goesBackAtOnceToThePacketASequenceNakNames() {
        for (int i = 0; i < 3; i++) {
            post(i, WorkRequestOpcodes.RDMA_WRITE, 4);
        }
        peer.answers.clear();
        answer(Syndrome.NAK_SEQUENCE_ERROR, FIRST + 1, 1);
        assertEquals(List.of(0), statuses());
        assertEquals(FIRST + 1 & 0xFF_FFFF, sent().bth().packetSequenceNumber());
        assertEquals(FIRST + 2 & 0xFF_FFFF, sent().bth().packetSequenceNumber());
        answer(Syndrome.NAK_SEQUENCE_ERROR, FIRST + 1, 1);
        assertTrue(peer.answers.isEmpty(), "a second copy of the NAK has no effect");
    }

    @Test
    void waitsAsLongAsAnRnrNakAsks() {
        post(0, WorkRequestOpcodes.RDMA_WRITE, 4);
        post(1, WorkRequestOpcodes.SEND, 4);
        post(2, WorkRequestOpcodes.SEND, 4);
        peer.answers.clear();
        answer(Syndrome.receiverNotReady(12), FIRST + 1, 1);
        assertEquals(List.of(0), statuses(), "the packet before the one refused is acknowledged");
        answer(Syndrome.NAK_SEQUENCE_ERROR, FIRST + 1, 1);
        assertTrue(peer.answers.isEmpty(), "nothing is sent while it waits");
        assertEquals(640_000, endpoint.connection.deadlineNs() - peer.nowNs);

        peer.nowNs += 639_999;
        endpoint.connection.expire(peer.nowNs);
        peer.transmit();
        assertTrue(peer.answers.isEmpty());
        peer.nowNs++;
        endpoint.connection.expire(peer.nowNs);
        peer.transmit();
        assertEquals(0, sent().bth().packetSequenceNumber());
        assertEquals(1, sent().bth().packetSequenceNumber());
    }

    @Test
    void anAcknowledgementBeyondAReadMeansThatItsAnswerWasLost() {
        post(1, WorkRequestOpcodes.RDMA_WRITE, 4);
        post(2, WorkRequestOpcodes.RDMA_READ, 4);
        post(3, WorkRequestOpcodes.RDMA_WRITE, 4);
        peer.answers.clear();
        answer(Syndrome.ACKNOWLEDGE, FIRST + 2, 3);
        assertEquals(List.of(0), statuses(), "the write before the read only");
        assertEquals(Opcode.READ_REQUEST, sent().bth().opcode());
        assertEquals(Opcode.WRITE_ONLY, sent().bth().opcode());
        answer(Syndrome.ACKNOWLEDGE, FIRST + 2, 3);
        assertTrue(peer.answers.isEmpty(), "requested again once");
        readResponse(Opcode.READ_RESPONSE_ONLY, FIRST + 1, 4);
        answer(Syndrome.ACKNOWLEDGE, FIRST + 2, 3);
        assertEquals(List.of(0, 0, 0), statuses());
    }

    @Test
    void aReadResponseAcknowledgesTheWritesBeforeIt() {
        post(1, WorkRequestOpcodes.RDMA_WRITE, 4);
        post(2, WorkRequestOpcodes.RDMA_READ, 4);
        readResponse(Opcode.READ_RESPONSE_ONLY, FIRST + 1, 4);
        assertEquals(List.of(0, 0), statuses());
    }

    @Test
    void aReadResponseOfAnotherSizeIsABadResponse() {
        post(1, WorkRequestOpcodes.RDMA_READ, 600);
        readResponse(Opcode.READ_RESPONSE_FIRST, FIRST, 128);
        assertEquals(List.of(CompletionStatuses.BAD_RESPONSE), statuses());
        assertEquals(ConnectionState.ERROR, endpoint.connection.state());
    }

    @Test
    void neverWritesBytesOfAReadTwiceNorOutOfOrder() {
        post(1, WorkRequestOpcodes.RDMA_READ, 600);
        readResponse(Opcode.READ_RESPONSE_FIRST, FIRST, 256);
        endpoint.bytes.set(ValueLayout.JAVA_BYTE, 0, (byte) 99);
        readResponse(Opcode.READ_RESPONSE_FIRST, FIRST, 256);
        readResponse(Opcode.READ_RESPONSE_LAST, FIRST + 2, 88);
        assertEquals(2, peer.answers.size(), "missing data is requested again immediately");
        assertEquals(FIRST + 1 & 0xFF_FFFF, peer.answers.getLast().bth().packetSequenceNumber());
        assertEquals(344, peer.answers.getLast().reth().dmaLengthBytes());
        assertEquals(99, endpoint.bytes.get(ValueLayout.JAVA_BYTE, 0));
        assertEquals(0, endpoint.bytes.get(ValueLayout.JAVA_BYTE, 513));
        assertTrue(endpoint.sends.isEmpty());
    }

    @Test
    void placesAnAtomicsAnswerInTheOrderOfTheMachine() {
        endpoint.postAtomic(1, WorkRequestOpcodes.FETCH_AND_ADD, 16, REMOTE, RKEY, 1, 0);
        peer.transmit();
        final RocePacket request = sent();
        assertEquals(Opcode.FETCH_ADD, request.bth().opcode());
        assertEquals(1, request.atomicEth().swapOrAdd());
        peer.send(Opcode.ATOMIC_ACKNOWLEDGE, FIRST, 0, packet -> {
            packet.aeth().set(Syndrome.ACKNOWLEDGE, 1);
            packet.atomicAckEth().set(0x0102_0304_0506_0708L);
        });
        assertEquals(0x0102_0304_0506_0708L, endpoint.bytes.get(ValueLayout.JAVA_LONG, 16));
        assertEquals(List.of(0), statuses());
    }

    @Test
    void failsARequestForWrongLocalMemoryAfterThoseBeforeIt() {
        post(1, WorkRequestOpcodes.RDMA_WRITE, 4);
        final long slot = endpoint.sendQueue.claim();
        endpoint.sendQueue.request(slot, 2, WorkRequestOpcodes.RDMA_WRITE, 0, 0);
        endpoint.sendQueue.addElement(slot, endpoint.at(0) - 1, 4, endpoint.key());
        endpoint.sendQueue.publish(slot);
        post(3, WorkRequestOpcodes.RDMA_WRITE, 4);
        assertEquals(1, peer.answers.size(), "nothing after the bad request is sent");
        assertTrue(endpoint.sends.isEmpty());

        answer(Syndrome.ACKNOWLEDGE, FIRST, 1);
        assertEquals(
            List.of(0, CompletionStatuses.LOCAL_PROTECTION_ERROR, CompletionStatuses.WORK_REQUEST_FLUSHED), statuses());
    }

    @Test
    void failsAReadIntoMemoryThatMayNotBeWritten() {
        final var readOnly = endpoint.memory.register(
            endpoint.bytes, 0x100, AccessFlags.REMOTE_READ, Endpoint.PROTECTION_DOMAIN);
        final long slot = endpoint.sendQueue.claim();
        endpoint.sendQueue.request(slot, 2, WorkRequestOpcodes.RDMA_READ, 0, 0);
        endpoint.sendQueue.addElement(slot, 0x100, 4, readOnly.key());
        endpoint.sendQueue.publish(slot);
        peer.transmit();
        assertEquals(List.of(CompletionStatuses.LOCAL_PROTECTION_ERROR), statuses());
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void failsReadsOfAQueuePairThatMayHaveNone() {
        try (RawPeer none = new RawPeer(4)) {
            none.endpoint.connection.reset();
            none.endpoint.connect(
                RawPeer.PEER_NUMBER, RawPeer.MTU, FIRST, FIRST, 4, new SendAttributes(0, 8, 7, 7, 0));
            none.endpoint.post(1, WorkRequestOpcodes.RDMA_READ, 0, 0, 4, REMOTE, RKEY);
            none.transmit();
            assertEquals(CompletionStatuses.LOCAL_QUEUE_PAIR_OPERATION_ERROR, none.endpoint.sends.getFirst().status());
        }
    }

    @Test
    void refusesRequestsThatMakeNoSense() {
        final SendQueue queue = endpoint.sendQueue;
        final long slot = queue.claim();
        queue.request(slot, 1, 10, 0, 0);
        assertFalse(queue.publish(slot), "TCP segmentation offload is not supported");
        queue.request(slot, 1, 12345, 0, 0);
        assertFalse(queue.publish(slot), "no such operation");
        queue.request(slot, 1, WorkRequestOpcodes.RDMA_READ, SendFlags.INLINE, 0);
        assertFalse(queue.publish(slot), "inline read");
        queue.request(slot, 1, WorkRequestOpcodes.FETCH_AND_ADD, 0, 0);
        queue.addElement(slot, 0, 4, 0);
        assertFalse(queue.publish(slot), "atomic of four bytes");
        queue.request(slot, 1, WorkRequestOpcodes.SEND, 0, 0);
        queue.addElement(slot, 0, -1, 0);
        assertFalse(queue.publish(slot), "more than 2^31 bytes");
        peer.transmit();
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void hasAllTriesAgainAfterProgress() {
        final int tries = 7;
        for (int i = 0; i < 3; i++) {
            post(i, WorkRequestOpcodes.RDMA_WRITE, 4);
        }
        for (int i = 0; i < 3; i++) {
            for (int timeout = 0; timeout < tries; timeout++) {
                peer.nowNs = endpoint.connection.deadlineNs();
                endpoint.connection.expire(peer.nowNs);
                peer.transmit();
            }
            assertEquals(i, endpoint.sends.size(), "not given up");
            answer(Syndrome.ACKNOWLEDGE, FIRST + i, i + 1);
        }
        assertEquals(List.of(0, 0, 0), statuses());
    }

    @Test
    void readsOfAPeerThatAlwaysAnswersAfterTheTransportTimeoutAreSentOnceEachInTheLongRun() {
        final int reads = 50;
        final int fewMore = 6;
        final long answeredAfterNs = 1_800_000;
        int packets = 0;
        for (int i = 0; i < reads; i++) {
            post(i, WorkRequestOpcodes.RDMA_READ, 4);
            final long answeredNs = peer.nowNs + answeredAfterNs;
            while (endpoint.connection.deadlineNs() < answeredNs) {
                peer.nowNs = endpoint.connection.deadlineNs();
                endpoint.connection.expire(peer.nowNs);
                peer.transmit();
            }
            peer.nowNs = answeredNs;
            final int copies = peer.answers.size();
            peer.answers.clear();
            for (int copy = 0; copy < copies; copy++) {
                readResponse(Opcode.READ_RESPONSE_ONLY, FIRST + i, 4);
            }
            packets += copies;
        }
        assertEquals(reads, endpoint.sends.size());
        assertTrue(packets <= reads + fewMore, packets + " packets for " + reads + " READs");
    }

    @Test
    void sendsNoMoreThanTheWindowAndAsksForAcknowledgementsWithinIt() {
        post(1, WorkRequestOpcodes.RDMA_WRITE, 200 * RawPeer.MTU);
        assertEquals(64, peer.answers.size());
        assertEquals(List.of(31, 63), asking());
        peer.answers.clear();
        answer(Syndrome.ACKNOWLEDGE, FIRST + 31, 0);
        assertEquals(32, peer.answers.size());
    }

    @Test
    void asksForOneAcknowledgementOfRequestsThatNobodyWaitsForAndTheOneAfterThem() {
        for (int i = 0; i < 2; i++) {
            endpoint.post(i, WorkRequestOpcodes.RDMA_WRITE, 0, 0, 2 * RawPeer.MTU, REMOTE, RKEY);
        }
        post(2, WorkRequestOpcodes.RDMA_WRITE, 4);
        assertEquals(List.of(4), asking());

        answer(Syndrome.ACKNOWLEDGE, FIRST + 4, 3);
        assertEquals(List.of(0), statuses());
        assertFalse(endpoint.connection.hasDeadline());
    }

    @ParameterizedTest
    @ValueSource(ints = {WorkRequestOpcodes.RDMA_READ, WorkRequestOpcodes.LOCAL_INVALIDATE})
    void asksForAnAcknowledgementOfARequestThatNoDataFollows(final int next) {
        endpoint.post(1, WorkRequestOpcodes.RDMA_WRITE, 0, 0, 4, REMOTE, RKEY);
        post(2, next, 0);

        assertEquals(0, asking().getFirst());
    }

    @Test
    void asksForEveryAcknowledgementOfWhatIsSentAgain() {
        endpoint.post(1, WorkRequestOpcodes.RDMA_WRITE, 0, 0, 4, REMOTE, RKEY);
        post(2, WorkRequestOpcodes.RDMA_WRITE, 4);
        assertEquals(List.of(1), asking());
        peer.answers.clear();
        answer(Syndrome.NAK_SEQUENCE_ERROR, FIRST, 0);

        assertEquals(List.of(0, 1), asking());
    }

    /** Returns which packets ask for an acknowledgement, counted from the first one of the connection. */
    private List<Integer> asking() {
        return peer.answers.stream().filter(packet -> packet.bth().isAcknowledgeRequested())
            .map(packet -> packet.bth().packetSequenceNumber() - FIRST & 0xFF_FFFF).toList();
    }

    @Test
    void saysWhenEverySlotIsInUse() {
        for (int i = 0; i < endpoint.sendQueue.capacity(); i++) {
            endpoint.post(i, WorkRequestOpcodes.RDMA_WRITE, 0, 0, 4, REMOTE, RKEY);
        }
        assertEquals(SendQueue.FULL, endpoint.sendQueue.claim());
        peer.transmit();
        answer(Syndrome.ACKNOWLEDGE, FIRST, 1);
        assertTrue(endpoint.sendQueue.claim() != SendQueue.FULL);
    }
}
