// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/**
 * The checksum of a FLUSH that Linux rxe sends and accepts. It covers the packet twice.
 *
 * <p>rxe computes a checksum over the headers and continues it over the payload ({@code rxe_icrc.c}). It finds the
 * payload at an offset that its table of opcodes contains ({@code payload_addr} and {@code payload_size} in {@code
 * rxe_hdr.h}). The entry of {@code IB_OPCODE_RC_FLUSH} has no such offset ({@code rxe_opcode.c} since Linux 6.2). The
 * offset is therefore 0, and rxe takes the whole packet, from the BTH to the RETH, for the payload. The headers are
 * covered once with ones in the fields that routers may change, and a second time as they are. All other opcodes that
 * this device sends have the offset.
 *
 * <p>The specification covers the headers once (IBTA volume 1, annexes A17 and A19). Peers that follow it, such as
 * older software devices, drop a FLUSH with the checksum of rxe.
 *
 * <p>Not thread-safe.
 */
final class FlushChecksum {

    /** Number of bytes that are covered twice. */
    private static final int COVERED_BYTES = BaseTransportHeader.BYTES + FlushHeader.BYTES;

    private final CRC32 crc = new CRC32();
    private final byte[] covered = new byte[COVERED_BYTES];
    private final ByteBuffer fields = ByteBuffer.wrap(covered).order(ByteOrder.LITTLE_ENDIAN);
    private final IdentificationBasis basis = new IdentificationBasis(
        PseudoHeaders.IPV4_BYTES + 2 * COVERED_BYTES, PseudoHeaders.IDENTIFICATION_OFFSET);

    /**
     * Continues a checksum over the packet.
     *
     * @param packet   a FLUSH.
     * @param checksum the checksum of the specification.
     * @return the checksum of rxe.
     */
    int of(final RocePacket packet, final int checksum) {
        packet.buffer().get(packet.startOffset(), covered);
        // A CRC continues over data like a new one over the same data with the state so far added to its first bytes.
        fields.putInt(0, fields.getInt(0) ^ checksum);
        crc.reset();
        crc.update(covered);
        return (int) crc.getValue();
    }

    /**
     * Returns the IPv4 identification that explains a difference between two checksums of rxe.
     *
     * @param difference the received checksum XOR the one for identification 0.
     * @return the identification, 0 to 65535, or {@link Icrc#CORRUPT}.
     */
    int identification(final int difference) {
        return basis.identification(difference);
    }
}
