// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcrcTest {

    /** The byte with FECN and BECN. Routers may change it. */
    private static final int MASKED_BYTE = 4;

    @ParameterizedTest
    @EnumSource
    void recoversTheIdentificationOfCapturedPackets(final GoldenVector vector) {
        assertEquals(vector.identification(), vector.verify(vector.packet()));
    }

    @ParameterizedTest
    @EnumSource(names = {"READ_REQUEST", "SEND_ONLY", "FETCH_ADD"})
    void sealsAsCapturedWhenTheIdentificationIsZero(final GoldenVector vector) {
        final RocePacket packet = vector.packet();
        packet.buffer().putInt(packet.lengthBytes() - RocePacket.ICRC_BYTES, 0);
        new Icrc().seal(packet, vector.path());

        assertArrayEquals(vector.roceBytes(), GoldenVector.bytesOf(packet));
    }

    @ParameterizedTest
    @EnumSource
    void detectsEverySingleBitFlipExceptInTheMaskedByte(final GoldenVector vector) {
        final byte[] bytes = vector.roceBytes();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            final int identification = vector.verify(GoldenVector.packetOf(bytes));
            bytes[bit / 8] ^= (byte) (1 << bit % 8);

            if (bit / 8 == MASKED_BYTE) {
                assertEquals(vector.identification(), identification, "bit " + bit + " is not covered");
            } else {
                assertNotEquals(vector.identification(), identification, "bit " + bit + " is covered");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void coversAddressesAndPorts(final GoldenVector vector) {
        final RocePacket packet = vector.packet();
        final UdpPath path = vector.path();
        final Icrc icrc = new Icrc();
        for (int bit = 0; bit < 32; bit++) {
            final int flip = 1 << bit;
            assertNotEquals(vector.identification(), icrc.verify(packet, path.localAddress() ^ flip, path.localPort(),
                path.remoteAddress(), path.remotePort()), "source address bit " + bit);
            assertNotEquals(vector.identification(), icrc.verify(packet, path.localAddress(), path.localPort(),
                path.remoteAddress() ^ flip, path.remotePort()), "destination address bit " + bit);
        }
        for (int bit = 0; bit < 16; bit++) {
            final int flip = 1 << bit;
            assertNotEquals(vector.identification(), icrc.verify(packet, path.localAddress(), path.localPort() ^ flip,
                path.remoteAddress(), path.remotePort()), "source port bit " + bit);
            assertNotEquals(vector.identification(), icrc.verify(packet, path.localAddress(), path.localPort(),
                path.remoteAddress(), path.remotePort() ^ flip), "destination port bit " + bit);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 256, 1023, 4096})
    void recoversAllIdentifications(final int payloadBytes) {
        final UdpPath path = GoldenVector.READ_REQUEST.path();
        final RocePacket packet = new RocePacket();
        packet.begin(Opcode.SEND_ONLY, 17, 99, 0);
        packet.endPayload(payloadBytes);
        final Icrc icrc = new Icrc();
        icrc.seal(packet, path);
        final int checksumOffset = packet.lengthBytes() - RocePacket.ICRC_BYTES;
        final int zeroChecksum = Integer.reverseBytes(packet.buffer().getInt(checksumOffset));

        final int coveredBytes = 8 + 20 + 8 + checksumOffset;
        final CRC32 crc = new CRC32();
        final byte[] covered = new byte[coveredBytes];
        final int zeroCrc = crcOf(crc, covered);
        final int[] bitDifference = new int[16];
        for (int bit = 0; bit < 16; bit++) {
            covered[PseudoHeaders.IDENTIFICATION_OFFSET + 1 - bit / 8] = (byte) (1 << bit % 8);
            bitDifference[bit] = crcOf(crc, covered) ^ zeroCrc;
            covered[PseudoHeaders.IDENTIFICATION_OFFSET + 1 - bit / 8] = 0;
        }
        for (int identification = 0; identification <= 0xFFFF; identification++) {
            int checksum = zeroChecksum;
            for (int bit = 0; bit < 16; bit++) {
                checksum ^= (identification >>> bit & 1) != 0 ? bitDifference[bit] : 0;
            }
            packet.buffer().putInt(checksumOffset, Integer.reverseBytes(checksum));
            assertEquals(identification, icrc.verify(
                packet, path.localAddress(), path.localPort(), path.remoteAddress(), path.remotePort()));
        }
    }

    private static int crcOf(final CRC32 crc, final byte[] bytes) {
        crc.reset();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Test
    void detectsMostCorruptPacketsEvenIfAnyIdentificationIsAllowed() {
        final SplittableRandom random = new SplittableRandom(1);
        final UdpPath path = GoldenVector.READ_RESPONSE_ONLY.path();
        final RocePacket packet = GoldenVector.READ_RESPONSE_ONLY.packet();
        final Icrc icrc = new Icrc();
        final int checksumOffset = packet.lengthBytes() - RocePacket.ICRC_BYTES;
        int passed = 0;
        for (int i = 0; i < 1 << 20; i++) {
            packet.buffer().putInt(checksumOffset, random.nextInt());
            final int identification = icrc.verify(
                packet, path.localAddress(), path.localPort(), path.remoteAddress(), path.remotePort());
            passed += identification == Icrc.CORRUPT ? 0 : 1;
        }
        // 2^16 of 2^32 checksums are valid for some identification, so 16 of 2^20 are expected.
        assertEquals(16, passed, 16);
    }
}
