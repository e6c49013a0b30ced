// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that a connection that fails in the middle of a message completes the receive of that message, too. */
class FlushedReceivesTest extends ResponderTestBase {

    private static final int MTU = RawPeer.MTU;

    @BeforeEach
    void postReceives() {
        postReceives(endpoint);
    }

    private static void postReceives(final Endpoint receiver) {
        receiver.postReceive(1, 0, 1000);
        receiver.postReceive(2, 0, 1000);
    }

    private static void assertFlushed(final Endpoint receiver, final List<Long> ids) {
        assertEquals(ids, receiver.receives.stream().map(Completion::workRequestId).toList());
        assertTrue(receiver.receives.stream().allMatch(
            completion -> completion.status() == CompletionStatuses.WORK_REQUEST_FLUSHED));
    }

    @Test
    void aMessageInProgressIsFlushedWithTheOthers() {
        peer.send(Opcode.SEND_FIRST, FIRST, MTU, NO_HEADERS);

        endpoint.connection.error();

        assertFlushed(endpoint, List.of(1L, 2L));
    }

    @Test
    void aMessageInProgressOfASharedQueueIsFlushedAlone() {
        try (RawPeer sharing = RawPeer.withSharedQueue(4)) {
            postReceives(sharing.endpoint);
            sharing.send(Opcode.SEND_FIRST, FIRST, MTU, NO_HEADERS);

            sharing.endpoint.connection.error();

            assertFlushed(sharing.endpoint, List.of(1L));
            assertEquals(1, sharing.endpoint.receiveQueue.available());
            assertEquals(List.of(EventTypes.LAST_REQUEST_REACHED), sharing.endpoint.events);
        }
    }

    @Test
    void theReceiveOfAWriteWithImmediateWhoseMemoryIsGoneIsFlushedWithTheOthers() {
        peer.send(Opcode.WRITE_FIRST, FIRST, MTU, rdma(0, MTU + 4));
        endpoint.memory.deregister(endpoint.region);

        peer.send(Opcode.WRITE_LAST_WITH_IMMEDIATE, FIRST + 1, 4, packet -> packet.immDt().set(7));

        assertFlushed(endpoint, List.of(1L, 2L));
    }

    @Test
    void aMessageInterruptedByAReadIsFlushedWithTheOthers() {
        peer.send(Opcode.SEND_FIRST, FIRST, MTU, NO_HEADERS);

        peer.send(Opcode.READ_REQUEST, FIRST + 1, 0, rdma(0, 4));

        assertFlushed(endpoint, List.of(1L, 2L));
    }
}
