// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.memory.AllocatedWindow;
import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests requests that the device executes without the peer, among requests that the peer answers. */
class LocalRequestsTest {

    private static final int FIRST = RawPeer.FIRST_PSN;
    private static final int BIND_RIGHTS = AccessFlags.REMOTE_WRITE;

    private final RawPeer peer = new RawPeer(4);
    private final Endpoint endpoint = peer.endpoint;
    private final RegisteredMemory region = endpoint.memory.register(
        endpoint.bytes, 0x1000, Endpoint.ALL_RIGHTS | AccessFlags.MEMORY_WINDOW_BIND, Endpoint.PROTECTION_DOMAIN);
    private final AllocatedWindow window =
        endpoint.memory.windows().allocate(Endpoint.PROTECTION_DOMAIN, true);
    private final int newKey = AllocatedWindow.nextKey(window.key());

    @AfterEach
    void close() {
        peer.close();
    }

    private void write(final long id) {
        endpoint.post(id, WorkRequestOpcodes.RDMA_WRITE, SendFlags.SIGNALED, 0, 4, 0x1234, 0xCAFE);
    }

    private void bind(final long id, final long bytes) {
        final SendQueue queue = endpoint.sendQueue;
        final long slot = queue.claim();
        queue.request(slot, id, WorkRequestOpcodes.BIND_MEMORY_WINDOW, SendFlags.SIGNALED, window.index());
        queue.bind(slot, newKey, region.key(), 0x1000, bytes, BIND_RIGHTS);
        assertTrue(queue.publish(slot));
    }

    private void invalidate(final long id, final int key) {
        final SendQueue queue = endpoint.sendQueue;
        final long slot = queue.claim();
        queue.request(slot, id, WorkRequestOpcodes.LOCAL_INVALIDATE, SendFlags.SIGNALED, key);
        assertTrue(queue.publish(slot));
    }

    private void acknowledge(final int psn) {
        peer.send(Opcode.ACKNOWLEDGE, psn, 0, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1));
    }

    private List<Long> completed() {
        return endpoint.sends.stream().map(Completion::workRequestId).toList();
    }

    private RegisteredMemory opened() {
        return endpoint.memory.findForPeer(
            newKey, Endpoint.PROTECTION_DOMAIN, endpoint.connection.number(), BIND_RIGHTS, 0x1000, 8);
    }

    @Test
    void aBindAloneCompletesAtOnceAndSendsNothing() {
        bind(1, 8);
        peer.transmit();

        assertEquals(List.of(1L), completed());
        assertEquals(CompletionStatuses.SUCCESS, endpoint.sends.getFirst().status());
        assertEquals(CompletionOpcodes.BIND_MEMORY_WINDOW, endpoint.sends.getFirst().operation());
        assertNotNull(opened());
        assertTrue(peer.answers.isEmpty());
        assertFalse(endpoint.connection.hasDeadline());
    }

    @Test
    void aBindTakesEffectInOrderAndCompletesInOrder() {
        write(1);
        bind(2, 8);
        write(3);
        peer.transmit();

        assertEquals(2, peer.answers.size(), "both writes are sent");
        assertNotNull(opened());
        assertTrue(endpoint.sends.isEmpty());
        acknowledge(FIRST);
        assertEquals(List.of(1L, 2L), completed());
        acknowledge(FIRST + 1);
        assertEquals(List.of(1L, 2L, 3L), completed());
    }

    @Test
    void anInvalidationWaitsForAllRequestsBeforeIt() {
        bind(1, 8);
        write(2);
        invalidate(3, newKey);
        write(4);
        peer.transmit();

        assertEquals(1, peer.answers.size(), "nothing passes the invalidation");
        assertNotNull(opened());
        acknowledge(FIRST);
        assertNull(opened());
        assertEquals(2, peer.answers.size());
        acknowledge(FIRST + 1);
        assertEquals(List.of(1L, 2L, 3L, 4L), completed());
    }

    @Test
    void aBindIsExecutedOnceAlthoughRequestsAroundItAreSentAgain() {
        write(1);
        bind(2, 8);
        write(3);
        peer.transmit();
        assertTrue(endpoint.memory.windows().invalidate(
            newKey, Endpoint.PROTECTION_DOMAIN, endpoint.connection.number()));
        peer.answers.clear();

        peer.send(Opcode.ACKNOWLEDGE, FIRST, 0, packet -> packet.aeth().set(Syndrome.NAK_SEQUENCE_ERROR, 0));

        assertEquals(2, peer.answers.size(), "both writes are sent again");
        assertNull(opened(), "the bind is not");
        acknowledge(FIRST + 1);
        assertEquals(List.of(1L, 2L, 3L), completed());
    }

    /** The slot of a request that has completed may already hold another request. */
    @Test
    void aBindThatCompletesWhileItsTurnComesAgainIsNotVisitedAgain() {
        write(1);
        bind(2, 8);
        endpoint.connection.transmit(peer.nowNs, 1);
        endpoint.connection.transmit(peer.nowNs, 1);
        peer.hand(Opcode.ACKNOWLEDGE, FIRST, 0, packet -> packet.aeth().set(Syndrome.NAK_SEQUENCE_ERROR, 0));
        endpoint.connection.transmit(peer.nowNs, 1);
        assertEquals(2, peer.answers.size(), "the write twice");
        peer.hand(Opcode.ACKNOWLEDGE, FIRST, 0, packet -> packet.aeth().set(Syndrome.ACKNOWLEDGE, 1));
        assertEquals(List.of(1L, 2L), completed());

        for (long id = 3; id < 3 + endpoint.sendQueue.capacity(); id++) {
            write(id);
        }
        peer.answers.clear();
        peer.transmit();

        assertEquals(endpoint.sendQueue.capacity(), peer.answers.size());
        assertEquals(FIRST + 1 & 0xFF_FFFF, peer.answers.getFirst().bth().packetSequenceNumber());
    }

    @Test
    void aBindThatIsNotAllowedFailsAfterTheRequestsBeforeIt() {
        write(1);
        bind(2, region.lengthBytes() + 1);
        write(3);
        peer.transmit();
        assertEquals(1, peer.answers.size(), "nothing after the bad request is sent");
        assertTrue(endpoint.sends.isEmpty());

        acknowledge(FIRST);

        assertEquals(List.of(CompletionStatuses.SUCCESS, CompletionStatuses.MEMORY_WINDOW_BIND_ERROR,
            CompletionStatuses.WORK_REQUEST_FLUSHED), endpoint.sends.stream().map(Completion::status).toList());
        assertEquals(ConnectionState.ERROR, endpoint.connection.state());
    }

    @Test
    void anInvalidationOfAKeyThatIsNoWindowsFails() {
        invalidate(1, region.key());
        peer.transmit();

        assertEquals(
            CompletionStatuses.LOCAL_QUEUE_PAIR_OPERATION_ERROR, endpoint.sends.getFirst().status());
        assertEquals(ConnectionState.ERROR, endpoint.connection.state());
    }

    /** The peer learns nothing about a bind, so that it must not be left over in the send queue. */
    @Test
    void manyBindsInARowAllComplete() {
        for (int round = 0; round < 100; round++) {
            bind(round, 8);
            invalidate(1000 + round, newKey);
            if (round % 3 == 0) {
                write(2000 + round);
                peer.transmit();
                acknowledge(FIRST + round / 3);
            }
            peer.transmit();
        }
        assertEquals(234, endpoint.sends.size());
        assertTrue(endpoint.sends.stream().allMatch(done -> done.status() == CompletionStatuses.SUCCESS));
    }
}
