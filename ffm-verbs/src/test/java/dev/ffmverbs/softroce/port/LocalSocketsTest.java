// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the sockets of a device with names in their place. */
class LocalSocketsTest {

    private static final int UDP_PORT = 4791;
    private static final IpAddress FIRST = IpAddress.ofIpv4(0x0A00_0001);
    private static final IpAddress SECOND = IpAddress.ofIpv4(0x0A00_0002);
    private static final UdpPath FROM_SECOND = new UdpPath(SECOND, UDP_PORT, FIRST, UDP_PORT, 0);

    private final List<String> closed = new ArrayList<>();
    private final LocalSockets<String> sockets = new LocalSockets<>(FIRST, "first", UDP_PORT,
        (address, udpPort, receives) -> address + ":" + udpPort + (receives ? " receives" : ""), closed::add);

    private static void refuse(final String socket) throws IOException {
        throw new IOException("no thread can wait for " + socket);
    }

    @Test
    void aSocketThatNoThreadCanWaitForIsClosedAndRefusedEachTime() throws IOException {
        assertThrows(IOException.class, () -> sockets.open(SECOND, LocalSocketsTest::refuse));
        assertThrows(IOException.class, () -> sockets.open(SECOND, LocalSocketsTest::refuse));
        assertEquals(List.of("10.0.0.2:4791 receives", "10.0.0.2:4791 receives"), closed);
        assertNull(sockets.sender(FROM_SECOND));

        sockets.open(SECOND, socket -> { });
        assertEquals("10.0.0.2:4791 receives", sockets.sender(FROM_SECOND));
    }

    @Test
    void theSocketAtAnAddressIsOpenedOnce() throws IOException {
        sockets.open(SECOND, socket -> { });
        sockets.open(SECOND, LocalSocketsTest::refuse);
        sockets.open(FIRST, LocalSocketsTest::refuse);
        assertEquals(List.of(), closed);
    }

    @Test
    void allSocketsAreClosed() throws IOException {
        sockets.open(SECOND, socket -> { });
        final int source = sockets.leaveFrom(SECOND, SourcePorts.FIRST);
        sockets.close();
        assertEquals(List.of("first", "10.0.0.2:4791 receives", "10.0.0.2:" + source), closed);
    }
}
