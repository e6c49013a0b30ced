// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/** Why a datagram is not a RoCEv2 packet this device understands; such datagrams are dropped without an answer. */
public enum PacketDefect {

    /** Shorter than its headers, longer than any packet, or not a multiple of four bytes. */
    LENGTH,

    /** An opcode of another transport, or one that is not assigned. */
    OPCODE,

    /** A transport header version other than 0. */
    VERSION,

    /** A partition key other than the default one (full or limited member). */
    PARTITION_KEY;

    private static final int DEFAULT_PARTITION = 0x7FFF;

    /** The first defect of a packet, or null; the checksum is not looked at. */
    static PacketDefect of(final RocePacket packet) {
        final int length = packet.lengthBytes();
        if (length < RocePacket.BTH_BYTES + RocePacket.ICRC_BYTES || length > RocePacket.MAX_BYTES
            || (length & 3) != 0) {
            return LENGTH;
        }
        final int opcode = packet.opcode();
        final int traits = Opcode.traits(opcode);
        if (traits == 0) {
            return OPCODE;
        }
        if (packet.version() != 0) {
            return VERSION;
        }
        if (packet.partition() != DEFAULT_PARTITION) {
            return PARTITION_KEY;
        }
        final int room = length - Opcode.headerBytes(opcode) - RocePacket.ICRC_BYTES;
        final int padBytes = packet.padBytes();
        final boolean fits = (traits & Opcode.PAYLOAD) != 0 ? room >= padBytes : room == 0 && padBytes == 0;
        return fits ? null : LENGTH;
    }
}
