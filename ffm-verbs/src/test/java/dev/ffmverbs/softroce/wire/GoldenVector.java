// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import java.util.Arrays;
import java.util.HexFormat;

/** Datagrams captured between Linux rxe 6.1 and a Java endpoint, from the IPv4 header to the ICRC. */
enum GoldenVector {
    READ_REQUEST(
        "4500003c000040004011149d0a0909020a09090112b712b70028264e0c40ffff0000001180000100"
        + "00007fcef123a000000002d8000186a165905630"),
    READ_RESPONSE_ONLY(
        "450000340be84000401108bd0a0909010a090902f9b012b7002000001030ffff0012345600000162"
        + "1f0000029b000000d4b52ed1"),
    ACKNOWLEDGE(
        "450000300c814000401108280a0909010a090902f9b012b7001c00001100ffff0012345600000169"
        + "1f000004a5cde629"),
    SEND_ONLY(
        "4500004000004000401114990a0909020a09090112b712b7002c26520440ffff000000118000016a"
        + "73656e642066726f6d206a61766120736f66742129e46e04"),
    FETCH_ADD(
        "4500004800004000401114910a0909020a09090112b712b70034265a1440ffff000000118000016b"
        + "00007fcef1315ba0000002d80000000000000001000000000000000078406d7c"),
    ATOMIC_ACKNOWLEDGE(
        "450000380d1c4000401107850a0909010a090902f9b012b7002400001200ffff001234560000016b"
        + "1f0000060000000000000029f8eb79d7"),
    COMPARE_SWAP(
        "4500004817da40004011fcb60a0909010a090902f9b012b7003400001300ffff00123456800002c5"
        + "0000000000071a8011223344000000000000004d00000000000003ed65a2e141"),
    WRITE_ONLY_WITH_IMMEDIATE(
        "4500005017e740004011fca10a0909010a090902f9b012b7003c00000b10ffff00123456800002c8"
        + "00000000000593e0112233440000000f0000cafe68656c6c6f2066726f6d207278650000fe506a1c");

    private static final int IP_BYTES = 20;
    private static final int UDP_BYTES = 8;

    private final byte[] datagram;

    GoldenVector(final String hex) {
        datagram = HexFormat.of().parseHex(hex);
    }

    private int unsigned(final int offset, final int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | datagram[offset + i] & 0xFF;
        }
        return value;
    }

    int identification() {
        return unsigned(4, 2);
    }

    UdpPath path() {
        return new UdpPath(unsigned(12, 4), unsigned(IP_BYTES, 2), unsigned(16, 4), unsigned(IP_BYTES + 2, 2));
    }

    byte[] roceBytes() {
        return Arrays.copyOfRange(datagram, IP_BYTES + UDP_BYTES, datagram.length);
    }

    RocePacket packet() {
        return packetOf(roceBytes());
    }

    static RocePacket packetOf(final byte[] bytes) {
        final RocePacket packet = new RocePacket();
        packet.buffer().put(0, bytes);
        packet.lengthBytes(bytes.length);
        return packet;
    }

    static byte[] bytesOf(final RocePacket packet) {
        final byte[] bytes = new byte[packet.lengthBytes()];
        packet.buffer().get(0, bytes);
        return bytes;
    }

    int verify(final RocePacket packet) {
        return new Icrc().verify(packet, Arrival.over(path()));
    }
}
