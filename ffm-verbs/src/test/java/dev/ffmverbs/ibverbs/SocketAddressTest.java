// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An address keeps its parts on the way to the kernel and back. */
class SocketAddressTest {

    private static final int SCOPE = 7;
    private static final byte[] LINK_LOCAL = {(byte) 0xFE, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    @BeforeEach
    void requireLibraries() {
        new IbverbsProvider().unavailability().ifPresent(Assumptions::abort);
    }

    private static InetSocketAddress roundTrip(final InetAddress address) {
        try (Arena arena = Arena.ofConfined()) {
            return SocketAddress.read(SocketAddress.write(new InetSocketAddress(address, 7471), arena));
        }
    }

    @Test
    void aLinkLocalAddressKeepsItsInterface() throws Exception {
        final InetSocketAddress read = roundTrip(Inet6Address.getByAddress(null, LINK_LOCAL, SCOPE));

        assertEquals(SCOPE, assertInstanceOf(Inet6Address.class, read.getAddress()).getScopeId());
        assertEquals(7471, read.getPort());
    }

    @Test
    void anAddressWithoutAnInterfaceHasNone() throws Exception {
        final InetAddress global = InetAddress.getByName("2001:db8::1");

        assertEquals(new InetSocketAddress(global, 7471), roundTrip(global));
    }

    @Test
    void anIpv4AddressStaysOne() throws Exception {
        assertInstanceOf(Inet4Address.class, roundTrip(InetAddress.getByName("192.0.2.1")).getAddress());
    }
}
