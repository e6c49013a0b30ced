// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.port.LocalAddress;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.spi.layout.GidLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GidTableTest {

    private static final long GUID = 0x0200_0000_0A00_0002L;

    private final GidTable gids = table("10.0.0.2");

    private static GidTable table(final String literal) {
        return new GidTable(new LocalAddress(InetAddress.ofLiteral(literal), 4791, "eth9", 9, 1500), GUID);
    }

    private static IpAddress address(final String literal) {
        return IpAddress.of(InetAddress.ofLiteral(literal));
    }

    private static List<IpAddress> addresses(final String... literals) {
        return Stream.of(literals).map(GidTableTest::address).toList();
    }

    private static List<String> contents(final GidTable table) {
        final List<String> contents = new ArrayList<>();
        for (int index = 0; index < GidTable.LENGTH; index++) {
            if (table.address(index) != null) {
                contents.add(index + "=" + table.address(index));
            }
        }
        return contents;
    }

    @Test
    void theIndexesAreThoseOfLinux() {
        assertTrue(gids.update(addresses("fd00::2", "10.0.0.7", "fe80::2", "10.0.0.2")));

        assertEquals(List.of("0=fe80:0:0:0:0:0:0:2", "1=10.0.0.2", "2=fd00:0:0:0:0:0:0:2", "3=10.0.0.7"),
            contents(gids));
        assertEquals(3, gids.indexOf(address("10.0.0.7")));
        assertEquals(-1, gids.indexOf(address("10.0.0.8")));
    }

    @Test
    void anAddressKeepsItsIndexWhileItExists() {
        gids.update(addresses("10.0.0.2", "10.0.0.3", "10.0.0.4"));

        assertTrue(gids.update(addresses("10.0.0.4", "10.0.0.2")));
        assertEquals(List.of("1=10.0.0.2", "3=10.0.0.4"), contents(gids));
        assertFalse(gids.update(addresses("10.0.0.2", "10.0.0.4")), "nothing has changed");
        assertTrue(gids.update(addresses("10.0.0.5", "10.0.0.2", "10.0.0.4")));
        assertEquals(List.of("1=10.0.0.2", "2=10.0.0.5", "3=10.0.0.4"), contents(gids));
    }

    @Test
    void theDevicesAddressComesBackToItsPlace() {
        assertTrue(gids.update(addresses("10.0.0.3")));
        assertNull(gids.address(1));
        gids.update(addresses("10.0.0.3", "10.0.0.4", "10.0.0.2"));

        assertEquals(List.of("1=10.0.0.2", "2=10.0.0.3", "3=10.0.0.4"), contents(gids));
    }

    @Test
    void addressesThatFindNoPlaceAreLeftOut() {
        final List<IpAddress> many = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            many.add(address("10.0.1." + i));
        }
        gids.update(many);
        assertEquals(GidTable.LENGTH - 2, contents(gids).size());
    }

    @Test
    void theFirstPlaceHasAGidWithoutAnAddressToo() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment gid = arena.allocate(GidLayout.LAYOUT);

            assertTrue(gids.write(0, gid));
            assertEquals(0xFE80_0000_0000_0000L, GidLayout.subnetPrefix(gid));
            assertEquals(GUID, GidLayout.interfaceId(gid));
            assertTrue(gids.write(1, gid));
            assertEquals(0xFFFF_0A00_0002L, GidLayout.interfaceId(gid));
            assertFalse(gids.write(2, gid));
            assertFalse(gids.write(GidTable.LENGTH, gid));
        }
    }

    @Test
    void aDeviceOnLoopbackHasItsAddressOnly() {
        final GidTable loopback = table("127.0.0.5");
        loopback.update(addresses("127.0.0.1", "::1", "127.0.0.5"));

        assertEquals(List.of("1=127.0.0.5"), contents(loopback));
    }
}
