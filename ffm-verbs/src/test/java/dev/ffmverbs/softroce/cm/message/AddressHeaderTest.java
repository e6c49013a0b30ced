// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected bytes are those of {@code struct cma_hdr} in {@code drivers/infiniband/core/cma.c}. */
class AddressHeaderTest {

    private static AddressHeader header(final int port, final String source, final String destination) {
        return new AddressHeader(port, InetAddress.ofLiteral(source), InetAddress.ofLiteral(destination));
    }

    private static ManagementMessage requestWith(final byte[] privateData) {
        return ManagementMessage.create(MessageType.REQUEST, 1).setPrivateData(0, privateData);
    }

    @Test
    void anIpv4AddressIsAtTheEndOfThePlaceForAnIpv6Address() {
        assertEquals("00" + "40" + "8599" + "00".repeat(12) + "0a090902" + "00".repeat(12) + "0a090901",
            HexFormat.of().formatHex(header(0x8599, "10.9.9.2", "10.9.9.1").toBytes()));
    }

    @Test
    void anIpv6AddressFillsItsPlace() {
        assertEquals("00" + "60" + "8599" + "fd000009000000000000000000000002" + "fd000009000000000000000000000001",
            HexFormat.of().formatHex(header(0x8599, "fd00:9::2", "fd00:9::1").toBytes()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.9.9.2", "fd00:9::2", "fe80::2", "::1"})
    void isReadAsItWasWritten(final String literal) {
        final AddressHeader written = header(7, literal, literal);
        assertEquals(written, AddressHeader.read(requestWith(written.toBytes())));
    }

    @Test
    void aRequestWithoutOneIsRecognized() {
        final byte[] bytes = header(7, "10.9.9.2", "10.9.9.1").toBytes();
        bytes[0] = 1;
        assertNull(AddressHeader.read(requestWith(bytes)), "another version of the header");
        bytes[0] = 0;
        bytes[1] = 0x50;
        assertNull(AddressHeader.read(requestWith(bytes)), "another version of IP");
    }
}
