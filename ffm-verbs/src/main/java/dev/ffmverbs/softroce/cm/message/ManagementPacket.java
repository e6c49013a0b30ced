// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.nio.ByteBuffer;

/**
 * Wraps a management datagram in a packet, and unwraps it. The packet is a UD SEND ONLY from queue pair 1 to queue pair
 * 1 with their well-known Q_Key. The caller seals and checks the packet's ICRC.
 */
public final class ManagementPacket {

    /** Length of a datagram in bytes. */
    public static final int DATAGRAM_BYTES = ManagementMessage.BYTES;

    /** Q_Key of queue pair 1 (IBTA 10.2.5). */
    private static final int QUEUE_KEY = 0x8001_0000;

    private ManagementPacket() {
    }

    /**
     * Writes a packet that carries a datagram. Its ICRC is not sealed yet.
     *
     * @param packet   packet to write.
     * @param datagram bytes of the datagram, from position to limit; they are copied, and the position does not change.
     * @param psn      packet sequence number, which receivers of datagrams ignore.
     */
    public static void wrap(final RocePacket packet, final ByteBuffer datagram, final int psn) {
        packet.begin(Opcode.DATAGRAM_SEND_ONLY, QueuePairNumbers.GENERAL_SERVICES, psn, 0);
        packet.deth().set(QUEUE_KEY, QueuePairNumbers.GENERAL_SERVICES);
        final int length = datagram.remaining();
        packet.buffer().put(packet.payloadOffset(), datagram, datagram.position(), length);
        packet.endPayload(length);
    }

    /**
     * Returns the datagram in a packet.
     *
     * @param packet received packet without {@linkplain RocePacket#defect() defect}, its ICRC checked.
     * @return a view of the packet's bytes, valid as long as the packet; null if the packet has no management datagram.
     */
    public static ByteBuffer unwrap(final RocePacket packet) {
        if (packet.bth().opcode() != Opcode.DATAGRAM_SEND_ONLY
            || packet.bth().destinationQueuePair() != QueuePairNumbers.GENERAL_SERVICES
            || packet.deth().queueKey() != QUEUE_KEY || packet.payloadBytes() != DATAGRAM_BYTES) {
            return null;
        }
        return packet.buffer().slice(packet.payloadOffset(), DATAGRAM_BYTES);
    }
}
