// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** Describes a packet for logs and debuggers, with the BTH and each further header of its opcode. */
final class PacketText {

    private PacketText() {
    }

    /** Describes a packet, whatever its bytes are, even if its memory was freed or belongs to another thread. */
    static String of(final RocePacket packet) {
        try {
            return describe(packet);
        } catch (final IllegalStateException | WrongThreadException e) {
            return "RocePacket[unreadable: " + e.getMessage() + "]";
        }
    }

    private static String describe(final RocePacket packet) {
        final int opcode = packet.bth().opcode();
        final StringBuilder text = new StringBuilder("RocePacket[").append(packet.bth());
        appendHeader(text, opcode, Opcode.DETH, packet.deth());
        appendHeader(text, opcode, Opcode.RETH, packet.reth());
        appendHeader(text, opcode, Opcode.FLUSHES, packet.flushEth());
        appendHeader(text, opcode, Opcode.ATOMIC_ETH, packet.atomicEth());
        appendHeader(text, opcode, Opcode.AETH, packet.aeth());
        appendHeader(text, opcode, Opcode.ATOMIC_ACK_ETH, packet.atomicAckEth());
        appendHeader(text, opcode, Opcode.IMMEDIATE, packet.immDt());
        appendHeader(text, opcode, Opcode.INVALIDATE, packet.ieth());
        if (Opcode.is(opcode, Opcode.PAYLOAD)) {
            text.append(", payloadBytes=").append(packet.payloadBytes());
        }
        text.append(", lengthBytes=").append(packet.lengthBytes());
        final PacketDefect defect = packet.defect();
        return text.append(defect == null ? "]" : ", defect=" + defect + "]").toString();
    }

    private static void appendHeader(
        final StringBuilder text, final int opcode, final int trait, final Object header) {
        if (Opcode.is(opcode, trait)) {
            text.append(", ").append(header);
        }
    }
}
