// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WireArithmeticTest {

    @Test
    void sequenceNumbersWrapAt24Bits() {
        assertEquals(0, PacketSequenceNumber.plus(0xFF_FFFF, 1));
        assertEquals(0xFF_FFFF, PacketSequenceNumber.plus(0, -1));
        assertEquals(1, PacketSequenceNumber.distance(0xFF_FFFF, 0));
        assertEquals(-1, PacketSequenceNumber.distance(0, 0xFF_FFFF));
        assertEquals(10, PacketSequenceNumber.distance(0xFF_FFFB, 5));
        assertEquals(0, PacketSequenceNumber.distance(77, 77));
        assertEquals(0x7F_FFFF, PacketSequenceNumber.distance(0, 0x7F_FFFF));
        assertEquals(-0x80_0000, PacketSequenceNumber.distance(0, 0x80_0000));
    }

    @Test
    void syndromesHaveOneKind() {
        assertTrue(Syndrome.isAcknowledge(0x00));
        assertTrue(Syndrome.isAcknowledge(Syndrome.ACKNOWLEDGE));
        assertTrue(Syndrome.isReceiverNotReady(Syndrome.receiverNotReady(12)));
        assertEquals(0x2C, Syndrome.receiverNotReady(12));
        assertTrue(Syndrome.isNak(Syndrome.NAK_SEQUENCE_ERROR));
        assertFalse(Syndrome.isNak(0x40), "reserved");
        assertFalse(Syndrome.isAcknowledge(0x40), "reserved");
    }

    @Test
    void receiverNotReadyTimerCodesAreThoseOfTheKernel() {
        assertEquals(655_360_000, Syndrome.receiverNotReadyDelayNs(0));
        assertEquals(10_000, Syndrome.receiverNotReadyDelayNs(1));
        assertEquals(640_000, Syndrome.receiverNotReadyDelayNs(12));
        assertEquals(61_440_000, Syndrome.receiverNotReadyDelayNs(Syndrome.receiverNotReady(25)));
        assertEquals(491_520_000, Syndrome.receiverNotReadyDelayNs(31));
    }

    @Test
    void opcodesKnowTheirHeaders() {
        assertEquals(28, Opcode.headerBytes(Opcode.READ_REQUEST));
        assertEquals(12, Opcode.headerBytes(Opcode.READ_RESPONSE_MIDDLE));
        assertEquals(16, Opcode.headerBytes(Opcode.READ_RESPONSE_FIRST));
        assertEquals(40, Opcode.headerBytes(Opcode.COMPARE_SWAP));
        assertEquals(24, Opcode.headerBytes(Opcode.ATOMIC_ACKNOWLEDGE));
        assertEquals(16, Opcode.headerBytes(Opcode.SEND_LAST_WITH_INVALIDATE));
        assertEquals(20, Opcode.headerBytes(Opcode.DATAGRAM_SEND_ONLY));
        assertEquals(0, Opcode.headerBytes(0x15), "not assigned");
        assertTrue(Opcode.is(Opcode.WRITE_LAST, Opcode.LAST));
        assertFalse(Opcode.is(Opcode.WRITE_LAST, Opcode.FIRST | Opcode.RETH));
    }
}
