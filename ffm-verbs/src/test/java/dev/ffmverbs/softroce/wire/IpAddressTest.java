// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "255.255.255.255", "0.0.0.0", "::1", "fd00::1", "fe80::1",
        "2001:db8::ffff:a01:203"})
    void comesBackAsTheSameAddress(final String literal) {
        final InetAddress address = InetAddress.ofLiteral(literal);

        assertEquals(address, IpAddress.of(address).toInetAddress());
        assertEquals(!literal.contains(":"), IpAddress.of(address).isIpv4());
    }

    @Test
    void anIpv4AddressHasTheFormOfItsGid() {
        assertEquals(new IpAddress(0, 0xFFFF_0A00_0001L, 0), IpAddress.of(InetAddress.ofLiteral("10.0.0.1")));
        assertEquals(0x0A00_0001, IpAddress.ofIpv4(0x0A00_0001).ipv4());
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "::10.0.0.1", "fd00::ffff:a00:1", "fe80::1", "ff0e::ffff:e000:1"})
    void noIpv6AddressIsReadAsAnIpv4Address(final String literal) {
        final IpAddress address = IpAddress.of(InetAddress.ofLiteral(literal));
        assertThrows(IllegalStateException.class, address::ipv4);
    }

    @Test
    void onlyLinkLocalAddressesHaveAnInterface() throws Exception {
        final IpAddress local = IpAddress.ofGid(0xFE80_0000_0000_0000L, 1, 7);
        assertTrue(local.isLinkLocal());
        assertEquals(7, ((Inet6Address) local.toInetAddress()).getScopeId());
        assertEquals(local, IpAddress.of(local.toInetAddress()));
        assertFalse(IpAddress.ofGid(0xFEC0_0000_0000_0000L, 1, 7).isLinkLocal());
        assertEquals(0, IpAddress.ofGid(0xFD00_0000_0000_0000L, 1, 7).scope());
    }

    @Test
    void textHasBracketsWhereAPortFollows() {
        assertEquals("10.0.0.1:4791", IpAddress.ofIpv4(0x0A00_0001).withPort(4791));
        assertEquals("[fd00:0:0:0:0:0:0:1]:4791", IpAddress.of(InetAddress.ofLiteral("fd00::1")).withPort(4791));
    }

    @Test
    void noPathLeadsFromOneVersionToTheOther() {
        final IpAddress four = IpAddress.ofIpv4(0x0A00_0001);
        final IpAddress six = IpAddress.of(InetAddress.ofLiteral("fd00::1"));
        assertThrows(IllegalArgumentException.class, () -> new UdpPath(four, 4791, six, 4791, 0));
        assertThrows(IllegalArgumentException.class, () -> new UdpPath(six, 4791, four, 4791, 0));
    }
}
