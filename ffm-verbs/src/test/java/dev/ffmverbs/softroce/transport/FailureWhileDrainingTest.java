// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that a queue pair that fails while its send queue is drained does not report it as drained. */
class FailureWhileDrainingTest extends ResponderTestBase {

    private void post(final int bytes) {
        endpoint.post(1, WorkRequestOpcodes.RDMA_WRITE, SendFlags.SIGNALED, 0, bytes, 0x1234, 77);
    }

    @Test
    void aConnectionWhosePeerSendsAWrongKeyIsNotDrained() {
        post(4);
        peer.transmit();
        endpoint.connection.drain();
        peer.transmit();

        peer.send(Opcode.WRITE_ONLY, FIRST, 4, packet -> packet.reth().set(endpoint.at(0), endpoint.key() + 1, 4));

        assertEquals(ConnectionState.ERROR, endpoint.connection.state());
        assertEquals(List.of(EventTypes.QUEUE_PAIR_ACCESS_ERROR), endpoint.events);
    }

    @Test
    void aConnectionWhoseMemoryVanishesIsNotDrained() {
        post(3 * RawPeer.MTU);
        endpoint.connection.transmit(peer.nowNs, 1);
        endpoint.connection.drain();
        endpoint.memory.deregister(endpoint.region);

        peer.transmit();

        assertEquals(ConnectionState.ERROR, endpoint.connection.state());
        assertEquals(List.of(), endpoint.events);
    }

    @Test
    void anUnreliableConnectionWhoseMemoryVanishesIsNotDrained() {
        try (UnreliablePeer unreliable = UnreliablePeer.ofConnection()) {
            final UnreliableEnd end = unreliable.end;
            end.post(1, WorkRequestOpcodes.SEND, 0, 0, 3 * UnreliableEnd.MTU, 0, 0);
            end.service.transmit(0, 1);
            end.service.drain();
            end.memory.deregister(end.region);

            unreliable.transmit();

            assertEquals(ConnectionState.ERROR, end.service.state());
            assertEquals(List.of(), end.events);
        }
    }
}
