// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import java.nio.ByteBuffer;

/**
 * A management datagram in a packet: UD SEND ONLY from queue pair 1 to queue pair 1 with their well-known key.
 *
 * <p>The packet's ICRC is its sender's and receiver's affair.
 */
public final class ManagementPacket {

    /** Queue pair of the general services interface, on every device. */
    public static final int QUEUE_PAIR = 1;

    /** Bytes of a datagram. */
    public static final int DATAGRAM_BYTES = ManagementMessage.BYTES;

    /** Q_Key of queue pair 1 (IBTA 10.2.5). */
    private static final int QUEUE_KEY = 0x8001_0000;

    private ManagementPacket() {
    }

    /**
     * Makes a packet of a datagram; its ICRC is still to be sealed.
     *
     * @param packet   packet to write.
     * @param datagram bytes of the datagram, from position to limit; they are copied, its position stays.
     * @param psn      packet sequence number; receivers of datagrams do not look at it.
     */
    public static void wrap(final RocePacket packet, final ByteBuffer datagram, final int psn) {
        packet.begin(Opcode.DATAGRAM_SEND_ONLY, QUEUE_PAIR, psn, 0);
        packet.deth().set(QUEUE_KEY, QUEUE_PAIR);
        final int length = datagram.remaining();
        packet.buffer().put(packet.payloadOffset(), datagram, datagram.position(), length);
        packet.endPayload(length);
    }

    /**
     * The datagram in a packet.
     *
     * @param packet received packet without {@linkplain RocePacket#defect() defect}, its ICRC checked.
     * @return a view of the packet's bytes, valid as long as they are; or null when it is no management datagram.
     */
    public static ByteBuffer unwrap(final RocePacket packet) {
        if (packet.bth().opcode() != Opcode.DATAGRAM_SEND_ONLY || packet.bth().destinationQueuePair() != QUEUE_PAIR
            || packet.deth().queueKey() != QUEUE_KEY || packet.payloadBytes() != DATAGRAM_BYTES) {
            return null;
        }
        return packet.buffer().slice(packet.payloadOffset(), DATAGRAM_BYTES);
    }
}
