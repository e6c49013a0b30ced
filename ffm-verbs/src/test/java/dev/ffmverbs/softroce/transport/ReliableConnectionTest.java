// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests two connections over a link without faults. */
class ReliableConnectionTest {

    private static final int MEMORY = 1 << 20;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final SendAttributes TRIES = new SendAttributes(0, 8, 7, 7, 4);
    private static final int SIGNALED = SendFlags.SIGNALED;

    private final SimulatedNetwork network =
        new SimulatedNetwork(new TransportSettings(16, 8192, 1), FaultSettings.NONE, MEMORY);
    private final Endpoint left = network.left;
    private final Endpoint right = network.right;

    @AfterEach
    void close() {
        network.close();
    }

    private void connect(final int mtu) {
        network.connect(mtu, 4, TRIES);
        final byte[] content = new byte[MEMORY];
        new Random(mtu).nextBytes(content);
        left.bytes.copyFrom(MemorySegment.ofArray(content));
    }

    static Stream<Arguments> sizes() {
        return Stream.of(256, 512, 1024, 2048, 4096).flatMap(mtu ->
            Stream.of(0, 1, 3, 4, mtu - 1, mtu, mtu + 1, 5 * mtu, 65_536, 100_001)
                .map(size -> Arguments.of(mtu, size)));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void movesMessagesOfEverySize(final int mtu, final int size) {
        connect(mtu);
        right.postReceive(70, 600_000, 200_000);
        left.post(1, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, size, right.at(300_000), right.key());
        left.post(2, WorkRequestOpcodes.RDMA_READ, SIGNALED, 500_000, size, right.at(300_000), right.key());
        left.post(3, WorkRequestOpcodes.SEND_WITH_IMMEDIATE, SIGNALED | SendFlags.SOLICITED, 0, size, 0, 0);

        assertTrue(network.runUntil(() -> left.sends.size() == 3, SECOND_NS), "all complete");
        assertEquals(new Completion(1, 0, 0, CompletionOpcodes.RDMA_WRITE, size, 0, 0, false), left.sends.get(0));
        assertEquals(new Completion(2, 0, 0, CompletionOpcodes.RDMA_READ, size, 0, 0, false), left.sends.get(1));
        assertEquals(new Completion(3, 0, 0, CompletionOpcodes.SEND, size, 0, 0, false), left.sends.get(2));
        assertEquals(new Completion(70, 0, 0, CompletionOpcodes.RECEIVE, size, 93,
            CompletionFlags.WITH_IMMEDIATE, true), right.receives.getFirst());
        assertArrayEquals(left.content(0, size), right.content(300_000, size), "written");
        assertArrayEquals(left.content(0, size), left.content(500_000, size), "read back");
        assertArrayEquals(left.content(0, size), right.content(600_000, size), "sent");
        assertEquals(0, left.counters.get(TransportCounter.PACKETS_RETRANSMITTED));
        assertEquals(0, right.bytes.get(ValueLayout.JAVA_BYTE, 300_000 + size), "byte after the written ones");
    }

    /** Another thread may post the next request when it sees a completion, while the dispatch continues. */
    @Test
    void theSlotOfARequestIsFreeWhenItsCompletionComes() {
        connect(256);
        left.onSend = () -> assertNotEquals(SendQueue.FULL, left.sendQueue.claim(),
            "slot after " + left.sends.size() + " completions");
        final int requests = left.sendQueue.capacity();
        for (int request = 0; request < requests; request++) {
            left.post(request, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, 300, right.at(4096), right.key());
        }
        assertTrue(network.runUntil(() -> left.sends.size() == requests, SECOND_NS), "all complete");

        for (int request = 0; request < requests; request++) {
            left.post(request, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, 300, right.at(4096), right.key());
        }
        left.connection.error();
        assertEquals(2 * requests, left.sends.size());
        assertEquals(CompletionStatuses.WORK_REQUEST_FLUSHED, left.sends.getLast().status());
    }

    @Test
    void sendsAnnounceAWriteWithImmediate() {
        connect(256);
        right.postReceive(5, 0, 0);
        left.post(1, WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, SIGNALED, 0, 1000, right.at(4096), right.key());

        assertTrue(network.runUntil(() -> left.sends.size() == 1, SECOND_NS));
        assertEquals(new Completion(5, 0, 0, CompletionOpcodes.RECEIVE_RDMA_WITH_IMMEDIATE, 1000, 31,
            CompletionFlags.WITH_IMMEDIATE, false), right.receives.getFirst());
        assertArrayEquals(left.content(0, 1000), right.content(4096, 1000));
    }

    @Test
    void runsAtomicsAndReturnsTheValueBefore() {
        connect(1024);
        right.bytes.set(ValueLayout.JAVA_LONG, 800, 40);
        left.postAtomic(1, WorkRequestOpcodes.FETCH_AND_ADD, 0, right.at(800), right.key(), 2, 0);
        left.postAtomic(2, WorkRequestOpcodes.COMPARE_AND_SWAP, 8, right.at(800), right.key(), 42, -7);
        left.postAtomic(3, WorkRequestOpcodes.COMPARE_AND_SWAP, 16, right.at(800), right.key(), 42, 99);

        assertTrue(network.runUntil(() -> left.sends.size() == 3, SECOND_NS));
        assertEquals(40, left.bytes.get(ValueLayout.JAVA_LONG, 0));
        assertEquals(42, left.bytes.get(ValueLayout.JAVA_LONG, 8));
        assertEquals(-7, left.bytes.get(ValueLayout.JAVA_LONG, 16));
        assertEquals(-7, right.bytes.get(ValueLayout.JAVA_LONG, 800));
        assertEquals(CompletionOpcodes.FETCH_AND_ADD, left.sends.get(0).operation());
        assertEquals(CompletionOpcodes.COMPARE_AND_SWAP, left.sends.get(1).operation());
    }

    @Test
    void gathersAndScattersListsWithEmptyElements() {
        connect(256);
        final long receive = right.receiveQueue.claim();
        right.receiveQueue.request(receive, 9);
        right.receiveQueue.addElement(receive, right.at(10), 7, right.key());
        right.receiveQueue.addElement(receive, 0, 0, 12345);
        right.receiveQueue.addElement(receive, right.at(1000), 5000, right.key());
        right.receiveQueue.publish();
        final long slot = left.sendQueue.claim();
        left.sendQueue.request(slot, 1, WorkRequestOpcodes.SEND, SIGNALED, 0);
        left.sendQueue.addElement(slot, left.at(3), 301, left.key());
        left.sendQueue.addElement(slot, 0, 0, 54321);
        left.sendQueue.addElement(slot, left.at(5000), 1, left.key());
        left.sendQueue.addElement(slot, left.at(7001), 700, left.key());
        assertFalse(left.sendQueue.addElement(slot, left.at(0), 1, left.key()), "a fifth element of four");
        assertTrue(left.sendQueue.publish(slot));

        assertTrue(network.runUntil(() -> left.sends.size() == 1, SECOND_NS));
        assertEquals(1002, right.receives.getFirst().byteLength());
        final byte[] sent = new byte[1002];
        System.arraycopy(left.content(3, 301), 0, sent, 0, 301);
        System.arraycopy(left.content(5000, 1), 0, sent, 301, 1);
        System.arraycopy(left.content(7001, 700), 0, sent, 302, 700);
        final byte[] received = new byte[1002];
        System.arraycopy(right.content(10, 7), 0, received, 0, 7);
        System.arraycopy(right.content(1000, 995), 0, received, 7, 995);
        assertArrayEquals(sent, received);
    }

    @Test
    void copiesInlineDataWhenItIsPosted() {
        connect(256);
        final byte[] text = "copied at once".getBytes(StandardCharsets.US_ASCII);
        final MemorySegment source = left.arena.allocate(text.length).copyFrom(MemorySegment.ofArray(text));
        final long slot = left.sendQueue.claim();
        left.sendQueue.request(slot, 1, WorkRequestOpcodes.RDMA_WRITE, SIGNALED | SendFlags.INLINE, 0);
        left.sendQueue.remote(slot, right.at(64), right.key());
        assertTrue(left.sendQueue.addInline(slot, source, 0, 6));
        assertTrue(left.sendQueue.addInline(slot, source, 6, text.length - 6));
        assertFalse(left.sendQueue.addInline(slot, left.bytes, 0, 200), "more than fits inline");
        assertTrue(left.sendQueue.publish(slot));
        source.fill((byte) 0);

        assertTrue(network.runUntil(() -> left.sends.size() == 1, SECOND_NS));
        assertArrayEquals(text, right.content(64, text.length));
    }

    @Test
    void completesUnsignaledRequestsSilently() {
        connect(1024);
        for (int i = 0; i < 5; i++) {
            left.post(i, WorkRequestOpcodes.RDMA_WRITE, 0, 0, 8, right.at(8 * i), right.key());
        }
        left.post(5, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, 8, right.at(40), right.key());

        network.settle(SECOND_NS);
        assertEquals(1, left.sends.size());
        assertEquals(5, left.sends.getFirst().workRequestId());
        assertNotEquals(SendQueue.FULL, left.sendQueue.claim());
    }

    @Test
    void acknowledgesABatchOnce() {
        connect(1024);
        for (int i = 0; i < 8; i++) {
            left.post(i, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, 8, right.at(8 * i), right.key());
        }
        assertTrue(network.runUntil(() -> left.sends.size() == 8, SECOND_NS));
        assertEquals(8, left.counters.get(TransportCounter.PACKETS_SENT));
        assertTrue(right.counters.get(TransportCounter.ACKNOWLEDGEMENTS_SENT) <= 2, "one per batch of packets");
    }

    @Test
    void neverHasMoreReadsOutstandingThanAllowed() {
        network.connect(256, 2, new SendAttributes(0, 8, 7, 7, 2));
        for (int i = 0; i < 16; i++) {
            left.post(i, WorkRequestOpcodes.RDMA_READ, SIGNALED, 1000 * i, 1000, right.at(0), right.key());
        }
        assertTrue(network.runUntil(() -> left.sends.size() == 16, SECOND_NS));
        assertEquals(0, right.counters.get(TransportCounter.INVALID_REQUEST_NAKS_SENT));
        left.sends.forEach(completion -> assertEquals(0, completion.status()));
    }

    @Test
    void asksForLongReadsInPiecesThatFitTheReceiveBuffer() {
        connect(1024);
        final int[] longest = new int[1];
        network.toRight.lose(packet -> {
            longest[0] = Math.max(longest[0], (int) packet.reth().dmaLengthBytes());
            return false;
        });
        left.post(1, WorkRequestOpcodes.RDMA_READ, SIGNALED, 0, 100_000, right.at(0), right.key());

        assertTrue(network.runUntil(() -> left.sends.size() == 1, SECOND_NS));
        assertEquals(8192, longest[0]);
        assertEquals(13, left.counters.get(TransportCounter.PACKETS_SENT));
    }

    @Test
    void aReadThatCannotBeSentKeepsNothingOfTheBudgetWhenItsConnectionFails() {
        connect(1024);
        network.toRight.lose(packet -> {
            throw new OutOfMemoryError("for the test");
        });
        left.post(1, WorkRequestOpcodes.RDMA_READ, SIGNALED, 0, 8192, right.at(0), right.key());
        assertThrows(OutOfMemoryError.class, () -> left.connection.transmit(network.nowNs, 1));
        left.connection.error();
        network.toRight.lose(packet -> false);

        left.connection.reset();
        right.connection.reset();
        connect(1024);
        left.post(2, WorkRequestOpcodes.RDMA_READ, SIGNALED, 0, 8192, right.at(0), right.key());
        assertTrue(network.runUntil(() -> left.sends.size() == 2, SECOND_NS), "all of the budget is free");
        assertEquals(CompletionStatuses.WORK_REQUEST_FLUSHED, left.sends.get(0).status());
        assertEquals(CompletionStatuses.SUCCESS, left.sends.get(1).status());
    }

    @Test
    void fenceWaitsForReads() {
        connect(1024);
        right.bytes.set(ValueLayout.JAVA_LONG, 0, 1);
        left.bytes.set(ValueLayout.JAVA_LONG, 8192, 2);
        left.post(1, WorkRequestOpcodes.RDMA_READ, SIGNALED, 0, 8192, right.at(0), right.key());
        left.post(2, WorkRequestOpcodes.RDMA_WRITE, SIGNALED | SendFlags.FENCE, 8192, 8, right.at(0), right.key());
        final boolean[] writeSeenEarly = new boolean[1];
        network.toRight.lose(packet -> {
            writeSeenEarly[0] |= packet.bth().opcode() == 0x0A && left.sends.isEmpty();
            return false;
        });
        assertTrue(network.runUntil(() -> left.sends.size() == 2, SECOND_NS));
        assertFalse(writeSeenEarly[0], "the write left before the read was complete");
        assertEquals(1, left.bytes.get(ValueLayout.JAVA_LONG, 0));
        assertEquals(2, right.bytes.get(ValueLayout.JAVA_LONG, 0));
    }

    @Test
    void waitsForAReceiveToBePosted() {
        connect(256);
        left.post(1, WorkRequestOpcodes.SEND, SIGNALED, 0, 600, 0, 0);
        left.post(2, WorkRequestOpcodes.SEND, SIGNALED, 600, 600, 0, 0);
        assertFalse(network.runUntil(() -> !left.sends.isEmpty(), 2_000_000), "nothing completes without a receive");
        assertTrue(right.counters.get(TransportCounter.RECEIVER_NOT_READY_NAKS_SENT) > 2);

        right.postReceive(1, 0, 1000);
        right.postReceive(2, 1000, 1000);
        assertTrue(network.runUntil(() -> left.sends.size() == 2, SECOND_NS));
        assertArrayEquals(left.content(0, 600), right.content(0, 600));
        assertArrayEquals(left.content(600, 600), right.content(1000, 600));
        assertEquals(2, right.receives.size());
    }

    @Test
    void givesUpOnAReceiverThatNeverGetsReady() {
        network.connect(256, 4, new SendAttributes(0, 8, 7, 2, 4));
        left.post(1, WorkRequestOpcodes.SEND, 0, 0, 10, 0, 0);
        left.post(2, WorkRequestOpcodes.SEND, 0, 0, 10, 0, 0);

        assertTrue(network.runUntil(() -> left.sends.size() == 2, SECOND_NS));
        assertEquals(CompletionStatuses.RECEIVER_NOT_READY_RETRY_EXCEEDED, left.sends.get(0).status());
        assertEquals(CompletionStatuses.WORK_REQUEST_FLUSHED, left.sends.get(1).status());
        assertEquals(3, left.counters.get(TransportCounter.RECEIVER_NOT_READY_NAKS_RECEIVED), "two retries");
        assertEquals(ConnectionState.ERROR, left.connection.state());
    }

    @Test
    void givesUpOnAPeerThatIsSilentAfterTheTriesAgreed() {
        network.connect(256, 4, new SendAttributes(0, 10, 3, 7, 4));
        network.toRight.lose(packet -> true);
        final long start = network.nowNs;
        left.post(1, WorkRequestOpcodes.RDMA_READ, SIGNALED, 0, 10, right.at(0), right.key());
        left.postReceive(2, 0, 10);

        assertTrue(network.runUntil(() -> !left.sends.isEmpty(), SECOND_NS));
        assertEquals(CompletionStatuses.RETRY_EXCEEDED, left.sends.getFirst().status());
        assertEquals(4 * (4096L << 10), network.nowNs - start, "the first try and three more");
        assertEquals(CompletionStatuses.WORK_REQUEST_FLUSHED, left.receives.getFirst().status());
        assertEquals(4, network.toRight.packets);
    }

    @Test
    void reportsALinkThatIsCutInOneDirectionWithinItsTries() {
        connect(1024);
        network.rightFaults.settings(FaultSettings.NONE.withPartition(FaultSettings.Partition.OUTGOING));
        final long start = network.nowNs;
        left.post(1, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, 8, right.at(0), right.key());

        assertTrue(network.runUntil(() -> !left.sends.isEmpty(), SECOND_NS));
        assertEquals(CompletionStatuses.RETRY_EXCEEDED, left.sends.getFirst().status());
        assertEquals(8 * (4096L << 8), network.nowNs - start);
        assertArrayEquals(left.content(0, 8), right.content(0, 8), "that direction works");
        assertEquals(ConnectionState.READY_TO_SEND, right.connection.state());
    }

    @Test
    void drainsAndResumes() {
        connect(1024);
        left.post(1, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, 8, right.at(0), right.key());
        network.step();
        left.connection.drain();
        left.post(2, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, 8, right.at(0), right.key());
        network.settle(SECOND_NS);
        assertEquals(1, left.sends.size());
        assertEquals(List.of(EventTypes.SEND_QUEUE_DRAINED), left.events);

        left.connection.resume();
        assertTrue(network.runUntil(() -> left.sends.size() == 2, SECOND_NS));
    }

    @Test
    void completesAsFlushedWhatIsPostedInError() {
        connect(1024);
        left.connection.error();
        left.post(1, WorkRequestOpcodes.SEND, 0, 0, 8, 0, 0);
        left.postReceive(2, 0, 8);
        network.settle(SECOND_NS);

        assertEquals(CompletionStatuses.WORK_REQUEST_FLUSHED, left.sends.getFirst().status());
        assertEquals(CompletionStatuses.WORK_REQUEST_FLUSHED, left.receives.getFirst().status());
    }

    @Test
    void forgetsEverythingInResetAndConnectsAgain() {
        connect(1024);
        network.toRight.lose(packet -> true);
        left.post(1, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, 8, right.at(0), right.key());
        left.postReceive(2, 0, 8);
        network.step();
        left.connection.reset();
        right.connection.reset();
        network.toRight.lose(packet -> false);
        network.connect(512, 4, TRIES, 5, 6);
        left.post(3, WorkRequestOpcodes.RDMA_WRITE, SIGNALED, 0, 8, right.at(0), right.key());

        assertTrue(network.runUntil(() -> !left.sends.isEmpty(), SECOND_NS));
        assertEquals(3, left.sends.getFirst().workRequestId());
        assertEquals(1, left.sends.size());
        assertTrue(left.receives.isEmpty());
        assertEquals(0, left.receiveQueue.available());
    }

    @Test
    void refusesTransitionsThatDoNotExist() {
        final IllegalStateException thrown = assertThrows(
            IllegalStateException.class, () -> left.connection.readyToSend(TRIES));
        assertTrue(thrown.getMessage().contains("from RESET to READY_TO_SEND"), thrown.getMessage());
        assertThrows(IllegalStateException.class, left.connection::error);
    }
}
