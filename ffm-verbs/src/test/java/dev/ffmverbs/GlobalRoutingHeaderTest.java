// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class GlobalRoutingHeaderTest {

    /** An IPv4 header from 10.9.9.1 to 10.9.9.2, with its checksum. */
    private static final String IPV4 = "4500002c0000400040110000" + "0a090901" + "0a090902";
    private static final String IPV4_CHECKSUM = "14ad";

    private static final String IPV6 = "60000000" + "0014" + "1b" + "40"
        + "20010db8000000000000000000000001" + "20010db8000000000000000000000002";

    private static MemorySegment header(final String hexadecimal) {
        return MemorySegment.ofArray(HexFormat.of().parseHex(hexadecimal));
    }

    private static String withChecksum(final String ipv4) {
        return ipv4.substring(0, 20) + IPV4_CHECKSUM + ipv4.substring(24);
    }

    @Test
    void findsIpv4AddressesBehindTwentyBytesOfZero() throws Exception {
        final MemorySegment header = header("00".repeat(20) + withChecksum(IPV4));
        assertEquals(Gid.of(InetAddress.getByName("10.9.9.1")), GlobalRoutingHeader.source(header, 0));
        assertEquals(Gid.of(InetAddress.getByName("10.9.9.2")), GlobalRoutingHeader.destination(header, 0));
    }

    @Test
    void findsIpv4AddressesOfPacketsThatWereGivenNoChecksum() throws Exception {
        final MemorySegment header = header("00".repeat(20) + IPV4);
        assertEquals(Gid.of(InetAddress.getByName("10.9.9.1")), GlobalRoutingHeader.source(header, 0));
    }

    @Test
    void findsIpv4AddressesBehindWhatLooksLikeIpv6() throws Exception {
        final MemorySegment header = header("60" + "ff".repeat(19) + withChecksum(IPV4));
        assertEquals(Gid.of(InetAddress.getByName("10.9.9.1")), GlobalRoutingHeader.source(header, 0));
    }

    @Test
    void findsIpv6Addresses() throws Exception {
        final MemorySegment header = header("aabb" + IPV6);
        assertEquals(Gid.of(InetAddress.getByName("2001:db8::1")), GlobalRoutingHeader.source(header, 2));
        assertEquals(Gid.of(InetAddress.getByName("2001:db8::2")), GlobalRoutingHeader.destination(header, 2));
    }

    /** The middle of an IPv6 source address can look like the first byte of an IPv4 header, but not like all of it. */
    @Test
    void isNotMisledByAnIpv6AddressThatLooksLikeIpv4() throws Exception {
        final MemorySegment header = header("60000000" + "0014" + "1b" + "40"
            + "20010db80000000000000000" + "45000001" + "20010db8000000000000000000000002");
        assertEquals(Gid.of(InetAddress.getByName("2001:db8::4500:1")), GlobalRoutingHeader.source(header, 0));
    }

    @Test
    void needsFortyBytes() {
        assertThrows(IndexOutOfBoundsException.class,
            () -> GlobalRoutingHeader.source(header("00".repeat(39)), 0));
    }
}
