// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.Syndrome;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** Tests the answers to duplicate packets. Linux rxe 6.1 was observed to give the same answers. */
class ResponderDuplicatesTest extends ResponderTestBase {

    @Test
    void acknowledgesADuplicateWriteWithoutExecutingIt() {
        peer.send(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        assertAcknowledged(FIRST, 1);
        endpoint.bytes.set(ValueLayout.JAVA_INT, 0, 77);
        peer.send(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        assertAcknowledged(FIRST, 1);
        assertEquals(77, endpoint.bytes.get(ValueLayout.JAVA_INT, 0));
    }

    @Test
    void replaysADuplicateAtomic() {
        peer.send(Opcode.FETCH_ADD, FIRST, 0, add(8, 5));
        assertEquals(0, peer.answers.peek().atomicAckEth().originalValue());
        assertAnswer(Opcode.ATOMIC_ACKNOWLEDGE, FIRST, Syndrome.ACKNOWLEDGE, 1);
        peer.send(Opcode.FETCH_ADD, FIRST, 0, add(8, 5));
        assertEquals(0, peer.answers.peek().atomicAckEth().originalValue());
        assertAnswer(Opcode.ATOMIC_ACKNOWLEDGE, FIRST, Syndrome.ACKNOWLEDGE, 1);
        assertEquals(5, endpoint.bytes.get(ValueLayout.JAVA_LONG, 8));
    }

    @Test
    void executesADuplicateReadAgain() {
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 4));
        assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST, Syndrome.ACKNOWLEDGE, 1);
        endpoint.bytes.set(ValueLayout.JAVA_BYTE, 0, (byte) 9);
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 4));
        assertEquals(9, peer.answers.peek().buffer().get(16));
        assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST, Syndrome.ACKNOWLEDGE, 1);
    }

    @Test
    void answersPartOfAReadAgainAndTheWholeAfterwards() {
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 600));
        assertAnswer(Opcode.READ_RESPONSE_FIRST, FIRST, Syndrome.ACKNOWLEDGE, 1);
        assertAnswer(Opcode.READ_RESPONSE_MIDDLE, FIRST + 1, 0, 0);
        assertAnswer(Opcode.READ_RESPONSE_LAST, FIRST + 2, Syndrome.ACKNOWLEDGE, 1);
        peer.send(Opcode.READ_REQUEST, FIRST + 1, 0, rdma(256, 344));
        assertAnswer(Opcode.READ_RESPONSE_FIRST, FIRST + 1, Syndrome.ACKNOWLEDGE, 1);
        assertAnswer(Opcode.READ_RESPONSE_LAST, FIRST + 2, Syndrome.ACKNOWLEDGE, 1);
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 600));
        assertEquals(3, peer.answers.size());
    }

    @Test
    void forgetsTheOldestReadsSilently() {
        for (int i = 0; i < 5; i++) {
            peer.send(Opcode.READ_REQUEST, FIRST + i, 0, rdma(0, 4));
        }
        peer.answers.clear();
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 4));
        assertTrue(peer.answers.isEmpty());
        peer.send(Opcode.READ_REQUEST, FIRST + 1, 0, rdma(0, 4));
        assertEquals(1, peer.answers.size());
        assertEquals(1, endpoint.counters.get(TransportCounter.DROPPED_FORGOTTEN_DUPLICATES));
    }

    @Test
    void doesNotAnswerADuplicateReadOfSomethingElse() {
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 600));
        peer.answers.clear();
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(8, 600));
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 601));
        peer.send(Opcode.READ_REQUEST, FIRST + 1, 0, rdma(256, 600));
        peer.send(Opcode.FETCH_ADD, FIRST, 0, add(0, 1));
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void acknowledgesADuplicateUpToTheNextReadOnly() {
        peer.hand(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        peer.hand(Opcode.WRITE_ONLY, FIRST + 1, 4, rdma(0, 4));
        peer.hand(Opcode.READ_REQUEST, FIRST + 2, 0, rdma(0, 4));
        peer.hand(Opcode.WRITE_ONLY, FIRST + 3, 4, rdma(0, 4));
        peer.transmit();
        peer.answers.clear();
        peer.send(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        assertAcknowledged(FIRST + 1, 4);
        peer.send(Opcode.WRITE_ONLY, FIRST + 3, 4, rdma(0, 4));
        assertAcknowledged(FIRST + 3, 4);
    }

    @Test
    void acknowledgesADuplicateBehindARepeatedRead() {
        peer.hand(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        peer.hand(Opcode.READ_REQUEST, FIRST + 1, 0, rdma(0, 4));
        peer.hand(Opcode.WRITE_ONLY, FIRST + 2, 4, rdma(0, 4));
        peer.transmit();
        peer.answers.clear();

        peer.hand(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        peer.hand(Opcode.READ_REQUEST, FIRST + 1, 0, rdma(0, 4));
        peer.hand(Opcode.WRITE_ONLY, FIRST + 2, 4, rdma(0, 4));
        peer.transmit();

        assertAnswer(Opcode.READ_RESPONSE_ONLY, FIRST + 1, Syndrome.ACKNOWLEDGE, 2);
        assertAcknowledged(FIRST + 2, 3);
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void aDuplicateDoesNotReplaceANak() {
        peer.hand(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        peer.transmit();
        peer.answers.clear();

        peer.hand(Opcode.WRITE_ONLY, FIRST + 2, 4, rdma(0, 4));
        peer.hand(Opcode.WRITE_ONLY, FIRST, 4, rdma(0, 4));
        peer.transmit();

        assertAnswer(Opcode.ACKNOWLEDGE, FIRST + 1, Syndrome.NAK_SEQUENCE_ERROR, 1);
        assertTrue(peer.answers.isEmpty());
    }

    @Test
    void survivesALateDuplicateOfAReadWhoseMemoryIsGone() {
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 600));
        peer.answers.clear();
        endpoint.memory.deregister(endpoint.region);
        peer.send(Opcode.READ_REQUEST, FIRST, 0, rdma(0, 600));
        assertTrue(peer.answers.isEmpty());
        assertEquals(ConnectionState.READY_TO_SEND, endpoint.connection.state());
    }
}
