// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IcrcTest {

    /** The byte with FECN and BECN. Routers may change it. */
    private static final int MASKED_BYTE = 4;

    private final Icrc icrc = new Icrc();

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

    private int verifyAs(
        final RocePacket packet, final int source, final int sourcePort, final int destination,
        final int destinationPort) {
        return icrc.verify(packet, Arrival.over(new UdpPath(source, sourcePort, destination, destinationPort)));
    }

    @ParameterizedTest
    @EnumSource
    void coversAddressesAndPorts(final GoldenVector vector) {
        final RocePacket packet = vector.packet();
        final UdpPath path = vector.path();
        for (int bit = 0; bit < 32; bit++) {
            final int flip = 1 << bit;
            assertNotEquals(vector.identification(), verifyAs(packet, path.local().ipv4() ^ flip, path.localPort(),
                path.remoteIp().ipv4(), path.remotePort()), "source address bit " + bit);
            assertNotEquals(vector.identification(), verifyAs(packet, path.local().ipv4(), path.localPort(),
                path.remoteIp().ipv4() ^ flip, path.remotePort()), "destination address bit " + bit);
        }
        for (int bit = 0; bit < 16; bit++) {
            final int flip = 1 << bit;
            assertNotEquals(vector.identification(), verifyAs(packet, path.local().ipv4(), path.localPort() ^ flip,
                path.remoteIp().ipv4(), path.remotePort()), "source port bit " + bit);
            assertNotEquals(vector.identification(), verifyAs(packet, path.local().ipv4(), path.localPort(),
                path.remoteIp().ipv4(), path.remotePort() ^ flip), "destination port bit " + bit);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 256, 1023, 4096})
    void recoversAllIdentifications(final int payloadBytes) {
        final UdpPath path = GoldenVector.READ_REQUEST.path();
        final RocePacket packet = new RocePacket();
        packet.begin(Opcode.SEND_ONLY, 17, 99, 0);
        packet.endPayload(payloadBytes);
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
            assertEquals(identification, icrc.verify(packet, Arrival.over(path)));
        }
    }

    /** The headers over IPv6 as they are on the wire, with a traffic class, a flow label and a hop limit. */
    private static ByteBuffer ipv6Datagram(
        final UdpPath path, final byte[] roce, final int variableRow, final int hops) {
        final ByteBuffer datagram = ByteBuffer.allocate(40 + 8 + roce.length);
        datagram.putInt(6 << 28 | variableRow).putShort((short) (8 + roce.length)).put((byte) 17).put((byte) hops);
        for (final IpAddress address : new IpAddress[] {path.local(), path.remoteIp()}) {
            datagram.putLong(address.high()).putLong(address.low());
        }
        return datagram.putShort((short) path.localPort()).putShort((short) path.remotePort())
            .putShort((short) (8 + roce.length)).putShort((short) 0x1234).put(roce);
    }

    /** The ICRC from the text of the specification: a pass over the datagram with ones where routers write. */
    private static int icrcOfIpv6(final byte[] datagram) {
        final byte[] masked = datagram.clone();
        masked[0] |= 0x0F;
        for (final int index : new int[] {1, 2, 3, 7, 46, 47, 52}) {
            masked[index] = (byte) 0xFF;
        }
        final CRC32 crc = new CRC32();
        crc.update(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        crc.update(masked, 0, masked.length - RocePacket.ICRC_BYTES);
        return (int) crc.getValue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 256, 1024, 4096})
    void coversTheHeadersOfIpv6ExceptWhatRoutersChange(final int payloadBytes) {
        final UdpPath path = new UdpPath(IpAddress.of(InetAddress.ofLiteral("fd00::12:1")), 0xC123,
            IpAddress.of(InetAddress.ofLiteral("fd00:1:2:3:4:5:6:7")), 4791, 0);
        final RocePacket packet = new RocePacket();
        packet.begin(Opcode.SEND_ONLY, 17, 99, 0);
        packet.endPayload(payloadBytes);

        for (int round = 0; round < 2; round++) {
            icrc.seal(packet, path, 7 * round);
            final byte[] roce = GoldenVector.bytesOf(packet);
            final int sealed = Integer.reverseBytes(packet.getInt(packet.lengthBytes() - RocePacket.ICRC_BYTES));
            assertEquals(icrcOfIpv6(ipv6Datagram(path, roce, 0, 64).array()), sealed);
            assertEquals(icrcOfIpv6(ipv6Datagram(path, roce, 0xABC_DEF1, 3).array()), sealed);
            assertEquals(0, icrc.verify(packet, Arrival.over(path)));
        }
        packet.buffer().put(packet.payloadOffset(), (byte) (packet.buffer().get(packet.payloadOffset()) ^ 1));
        assertEquals(Icrc.CORRUPT, icrc.verify(packet, Arrival.over(path)));
    }

    @Test
    void coversEveryBitOfIpv6Addresses() {
        final IpAddress left = new IpAddress(0xFD00_0000_0000_0001L, 1, 0);
        final IpAddress right = new IpAddress(0xFD00_0000_0000_0002L, 2, 0);
        final RocePacket packet = GoldenVector.SEND_ONLY.packet();
        icrc.seal(packet, new UdpPath(left, 4791, right, 4791, 0));
        for (int bit = 0; bit < Long.SIZE; bit++) {
            final long flip = 1L << bit;
            for (final UdpPath other : new UdpPath[] {
                new UdpPath(new IpAddress(left.high() ^ flip, left.low(), 0), 4791, right, 4791, 0),
                new UdpPath(new IpAddress(left.high(), left.low() ^ flip, 0), 4791, right, 4791, 0),
                new UdpPath(left, 4791, new IpAddress(right.high() ^ flip, right.low(), 0), 4791, 0),
                new UdpPath(left, 4791, new IpAddress(right.high(), right.low() ^ flip, 0), 4791, 0)}) {
                assertEquals(Icrc.CORRUPT, icrc.verify(packet, Arrival.over(other)), other.toString());
            }
        }
    }

    /** A FLUSH over IPv4 as it is on the wire, with some traffic class and time to live. */
    private static byte[] ipv4Flush(final UdpPath path, final byte[] roce, final int identification) {
        final ByteBuffer datagram = ByteBuffer.allocate(20 + 8 + roce.length);
        datagram.putShort((short) 0x4520).putShort((short) (20 + 8 + roce.length)).putShort((short) identification)
            .putShort((short) 0x4000).put((byte) 64).put((byte) 17).putShort((short) 0x1234)
            .putInt(path.local().ipv4()).putInt(path.remoteIp().ipv4());
        return datagram.putShort((short) path.localPort()).putShort((short) path.remotePort())
            .putShort((short) (8 + roce.length)).putShort((short) 0x5678).put(roce).array();
    }

    /**
     * The ICRC of a datagram over IPv4, from the text of the specification. Then, as rxe does for a FLUSH, it continues
     * over the packet from the BTH on.
     */
    private static int icrcOfIpv4(final byte[] datagram, final boolean twice) {
        final byte[] masked = datagram.clone();
        for (final int index : new int[] {1, 8, 10, 11, 26, 27, 32}) {
            masked[index] = (byte) 0xFF;
        }
        final CRC32 crc = new CRC32();
        crc.update(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        crc.update(masked, 0, masked.length - RocePacket.ICRC_BYTES);
        if (twice) {
            crc.update(datagram, 28, datagram.length - 28 - RocePacket.ICRC_BYTES);
        }
        return (int) crc.getValue();
    }

    private static RocePacket flush() {
        final RocePacket packet = new RocePacket();
        packet.begin(Opcode.FLUSH, 17, 99, BaseTransportHeader.ACKNOWLEDGE_REQUEST);
        packet.flushEth().set(1, 0);
        packet.flushEth().range().set(0x1234_5678_9ABCL, 0xCAFE, 4096);
        return packet;
    }

    private static int sealed(final RocePacket packet) {
        return Integer.reverseBytes(packet.getInt(packet.lengthBytes() - RocePacket.ICRC_BYTES));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 0x8000, 0xABCD, 0xFFFF})
    void aFlushToRxeHasTheChecksumThatRxeExpects(final int identification) {
        final UdpPath path = GoldenVector.READ_REQUEST.path();
        final RocePacket packet = flush();

        icrc.seal(packet, path, identification);

        assertEquals(
            icrcOfIpv4(ipv4Flush(path, GoldenVector.bytesOf(packet), identification), true), sealed(packet));
        assertEquals(identification, icrc.verify(packet, Arrival.over(path)));
        packet.flushEth().set(2, 0);
        assertNotEquals(identification, icrc.verify(packet, Arrival.over(path)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 0x8000, 0xABCD, 0xFFFF})
    void aFlushWithTheChecksumOfTheSpecificationIsAcceptedAsWell(final int identification) {
        final UdpPath path = GoldenVector.READ_REQUEST.path();
        final RocePacket packet = flush();

        icrc.sealAsSpecified(packet, path, identification);

        assertEquals(
            icrcOfIpv4(ipv4Flush(path, GoldenVector.bytesOf(packet), identification), false), sealed(packet));
        assertEquals(identification, icrc.verify(packet, Arrival.over(path)));
    }

    @Test
    void aFlushOverIpv6HasEitherChecksum() {
        final UdpPath path = new UdpPath(IpAddress.of(InetAddress.ofLiteral("fd00::12:1")), 4791,
            IpAddress.of(InetAddress.ofLiteral("fd00::12:2")), 4791, 0);
        final RocePacket packet = flush();
        icrc.seal(packet, path);
        final int twice = sealed(packet);
        assertEquals(0, icrc.verify(packet, Arrival.over(path)));
        icrc.sealAsSpecified(packet, path, 0);
        assertEquals(0, icrc.verify(packet, Arrival.over(path)));

        assertEquals(icrcOfIpv6(ipv6Datagram(path, GoldenVector.bytesOf(packet), 0, 64).array()), sealed(packet));
        assertNotEquals(twice, sealed(packet));
        packet.flushEth().set(2, 0);
        assertEquals(Icrc.CORRUPT, icrc.verify(packet, Arrival.over(path)));
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
        final int checksumOffset = packet.lengthBytes() - RocePacket.ICRC_BYTES;
        int passed = 0;
        for (int i = 0; i < 1 << 20; i++) {
            packet.buffer().putInt(checksumOffset, random.nextInt());
            final int identification = icrc.verify(packet, Arrival.over(path));
            passed += identification == Icrc.CORRUPT ? 0 : 1;
        }
        // 2^16 of 2^32 checksums are valid for some identification, so 16 of 2^20 are expected.
        assertEquals(16, passed, 16);
    }
}
