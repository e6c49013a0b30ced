// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.BaseTransportHeader;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class ManagementPacketTest {

    @ParameterizedTest
    @EnumSource
    void unwrapsWhatLinuxSent(final GoldenDatagram golden) {
        final RocePacket packet = golden.packet();

        assertNull(packet.defect());
        assertEquals(golden.identification(), new Icrc().verify(packet, Arrival.over(new UdpPath(
            GoldenDatagram.SOURCE, GoldenDatagram.SOURCE_PORT, GoldenDatagram.DESTINATION, UdpPath.ROCE_PORT))));
        assertNotNull(ManagementPacket.unwrap(packet));
        assertEquals(golden.name().replaceFirst("_FOR.*", ""), golden.message().type().name());
    }

    @Test
    void wrapsADatagramAsLinuxDoesExceptForFlags() {
        final RocePacket linux = GoldenDatagram.REQUEST.packet();
        final RocePacket own = new RocePacket();
        ManagementPacket.wrap(own, GoldenDatagram.REQUEST.message().datagram(), 0);

        assertNull(own.defect());
        assertEquals(linux.lengthBytes(), own.lengthBytes());
        final int afterSequenceNumber = BaseTransportHeader.BYTES;
        final int length = own.lengthBytes() - afterSequenceNumber - RocePacket.ICRC_BYTES;
        assertEquals(
            linux.buffer().slice(afterSequenceNumber, length), own.buffer().slice(afterSequenceNumber, length));
        assertEquals(linux.bth().opcode(), own.bth().opcode());
        assertEquals(linux.bth().destinationQueuePair(), own.bth().destinationQueuePair());
    }

    @Test
    void refusesPacketsWithoutAManagementDatagram() {
        final RocePacket otherKey = GoldenDatagram.REQUEST.packet();
        otherKey.deth().set(0x1111_1111, 1);
        assertNull(ManagementPacket.unwrap(otherKey));

        final RocePacket otherQueuePair = GoldenDatagram.REQUEST.packet();
        otherQueuePair.buffer().put(7, (byte) 17);
        assertNull(ManagementPacket.unwrap(otherQueuePair));

        final RocePacket shorter = new RocePacket();
        ManagementPacket.wrap(shorter, ByteBuffer.allocate(252), 0);
        assertNull(ManagementPacket.unwrap(shorter));

        final RocePacket noDatagram = new RocePacket();
        noDatagram.begin(Opcode.SEND_ONLY, 1, 0, 0);
        noDatagram.endPayload(264);
        assertNull(ManagementPacket.unwrap(noDatagram));
    }
}
