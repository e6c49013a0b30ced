// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

/**
 * A reason why a datagram is not a RoCEv2 packet that this device understands. Such a datagram is dropped without a
 * response.
 */
public enum PacketDefect {

    /** The datagram is shorter than its headers, longer than any packet, or not a multiple of four bytes. */
    LENGTH,

    /** The opcode belongs to another transport, or is not assigned. */
    OPCODE,

    /** The transport header version is not 0. */
    VERSION,

    /** The partition key is not the default one, neither as a full nor as a limited member. */
    PARTITION_KEY;

    /** The default partition, without the bit that marks a full member. */
    private static final int DEFAULT_PARTITION = 0x7FFF;
    private static final int MIN_BYTES = BaseTransportHeader.BYTES + RocePacket.ICRC_BYTES;

    /** Returns the first defect of a packet, or null. Does not check the checksum. */
    static PacketDefect of(final RocePacket packet) {
        final int length = packet.lengthBytes();
        if (length < MIN_BYTES || length > RocePacket.MAX_BYTES || (length & 3) != 0) {
            return LENGTH;
        }
        final BaseTransportHeader bth = packet.bth();
        final int opcode = bth.opcode();
        final int traits = Opcode.traits(opcode);
        if (traits == 0) {
            return OPCODE;
        }
        if (bth.version() != 0) {
            return VERSION;
        }
        if ((bth.partitionKey() & DEFAULT_PARTITION) != DEFAULT_PARTITION) {
            return PARTITION_KEY;
        }
        final int room = length - Opcode.headerBytes(opcode) - RocePacket.ICRC_BYTES;
        final int padBytes = bth.padBytes();
        final boolean fits = (traits & Opcode.PAYLOAD) != 0 ? room >= padBytes : room == 0 && padBytes == 0;
        return fits ? null : LENGTH;
    }
}
