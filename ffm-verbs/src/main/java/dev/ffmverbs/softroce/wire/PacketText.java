// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** A packet in words, for logs and debuggers: the base header, and each further header that its opcode has. */
final class PacketText {

    private PacketText() {
    }

    /** Describes a packet, be its bytes what they may and its memory freed or another thread's. */
    static String of(final RocePacket packet) {
        try {
            return described(packet);
        } catch (final IllegalStateException | WrongThreadException e) {
            return "RocePacket[unreadable: " + e.getMessage() + "]";
        }
    }

    private static String described(final RocePacket packet) {
        final int opcode = packet.opcode();
        final StringBuilder text = new StringBuilder("RocePacket[").append(opcode(opcode))
            .append(", destinationQueuePair=").append(packet.destinationQueuePair())
            .append(", psn=").append(packet.packetSequenceNumber());
        if (packet.acknowledgeRequested()) {
            text.append(", acknowledgeRequested");
        }
        if (packet.solicited()) {
            text.append(", solicited");
        }
        appendHeaders(text, packet, opcode);
        if (Opcode.is(opcode, Opcode.PAYLOAD)) {
            text.append(", payloadBytes=").append(packet.payloadBytes());
        }
        text.append(", lengthBytes=").append(packet.lengthBytes());
        final PacketDefect defect = packet.defect();
        return text.append(defect == null ? "]" : ", defect=" + defect + "]").toString();
    }

    private static void appendHeaders(final StringBuilder text, final RocePacket packet, final int opcode) {
        if (Opcode.is(opcode, Opcode.DETH)) {
            text.append(", sourceQueuePair=").append(packet.sourceQueuePair())
                .append(", queueKey=0x").append(Integer.toHexString(packet.queueKey()));
        }
        if (Opcode.is(opcode, Opcode.RETH | Opcode.ATOMIC_ETH)) {
            text.append(", remoteAddress=0x").append(Long.toHexString(packet.remoteAddress()))
                .append(", rkey=0x").append(Integer.toHexString(packet.rkey()));
        }
        if (Opcode.is(opcode, Opcode.RETH)) {
            text.append(", dmaLengthBytes=").append(packet.dmaLengthBytes());
        }
        if (Opcode.is(opcode, Opcode.ATOMIC_ETH)) {
            text.append(", swapOrAdd=").append(packet.swapOrAdd()).append(", compare=").append(packet.compare());
        }
        if (Opcode.is(opcode, Opcode.AETH)) {
            text.append(", ").append(syndrome(packet.syndrome())).append(", msn=")
                .append(packet.messageSequenceNumber());
        }
        if (Opcode.is(opcode, Opcode.ATOMIC_ACK_ETH)) {
            text.append(", originalValue=").append(packet.originalValue());
        }
        if (Opcode.is(opcode, Opcode.IMMEDIATE)) {
            text.append(", immediate=0x").append(Integer.toHexString(packet.immediate()));
        }
        if (Opcode.is(opcode, Opcode.INVALIDATE)) {
            text.append(", invalidatedRkey=0x").append(Integer.toHexString(packet.immediate()));
        }
    }

    private static String syndrome(final int syndrome) {
        if (Syndrome.isAcknowledge(syndrome)) {
            return "ACK";
        }
        if (Syndrome.isReceiverNotReady(syndrome)) {
            return "RNR NAK after " + Syndrome.receiverNotReadyDelayNs(syndrome) / 1000 + " us";
        }
        return switch (syndrome) {
            case Syndrome.NAK_SEQUENCE_ERROR -> "NAK sequence error";
            case Syndrome.NAK_INVALID_REQUEST -> "NAK invalid request";
            case Syndrome.NAK_REMOTE_ACCESS_ERROR -> "NAK remote access error";
            case Syndrome.NAK_REMOTE_OPERATIONAL_ERROR -> "NAK remote operational error";
            default -> "syndrome 0x" + Integer.toHexString(syndrome);
        };
    }

    private static String opcode(final int opcode) {
        return switch (opcode) {
            case Opcode.SEND_FIRST -> "SEND_FIRST";
            case Opcode.SEND_MIDDLE -> "SEND_MIDDLE";
            case Opcode.SEND_LAST -> "SEND_LAST";
            case Opcode.SEND_LAST_WITH_IMMEDIATE -> "SEND_LAST_WITH_IMMEDIATE";
            case Opcode.SEND_ONLY -> "SEND_ONLY";
            case Opcode.SEND_ONLY_WITH_IMMEDIATE -> "SEND_ONLY_WITH_IMMEDIATE";
            case Opcode.SEND_LAST_WITH_INVALIDATE -> "SEND_LAST_WITH_INVALIDATE";
            case Opcode.SEND_ONLY_WITH_INVALIDATE -> "SEND_ONLY_WITH_INVALIDATE";
            case Opcode.WRITE_FIRST -> "WRITE_FIRST";
            case Opcode.WRITE_MIDDLE -> "WRITE_MIDDLE";
            case Opcode.WRITE_LAST -> "WRITE_LAST";
            case Opcode.WRITE_LAST_WITH_IMMEDIATE -> "WRITE_LAST_WITH_IMMEDIATE";
            case Opcode.WRITE_ONLY -> "WRITE_ONLY";
            case Opcode.WRITE_ONLY_WITH_IMMEDIATE -> "WRITE_ONLY_WITH_IMMEDIATE";
            case Opcode.READ_REQUEST -> "READ_REQUEST";
            case Opcode.READ_RESPONSE_FIRST -> "READ_RESPONSE_FIRST";
            case Opcode.READ_RESPONSE_MIDDLE -> "READ_RESPONSE_MIDDLE";
            case Opcode.READ_RESPONSE_LAST -> "READ_RESPONSE_LAST";
            case Opcode.READ_RESPONSE_ONLY -> "READ_RESPONSE_ONLY";
            case Opcode.ACKNOWLEDGE -> "ACKNOWLEDGE";
            case Opcode.ATOMIC_ACKNOWLEDGE -> "ATOMIC_ACKNOWLEDGE";
            case Opcode.COMPARE_SWAP -> "COMPARE_SWAP";
            case Opcode.FETCH_ADD -> "FETCH_ADD";
            case Opcode.DATAGRAM_SEND_ONLY -> "DATAGRAM_SEND_ONLY";
            case Opcode.DATAGRAM_SEND_ONLY_WITH_IMMEDIATE -> "DATAGRAM_SEND_ONLY_WITH_IMMEDIATE";
            default -> "opcode 0x" + Integer.toHexString(opcode);
        };
    }
}
