// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.libc.OutgoingMessages;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** If the fast socket cannot be used, a channel is used instead, and the reason is reported. */
@Timeout(30)
class SocketOpeningTest {

    private static final int UDP_PORT = 14_795;
    private static final AllowedSockets FAST = new AllowedSockets(true, false);

    private final CollectingLogger logger = new CollectingLogger();

    /** A socket of a kernel that does not support trains. */
    private static final class Old extends UdpDescriptor {

        Old() throws IOException {
            // As its superclass.
        }

        @Override
        public void takeTrains() throws IOException {
            throw new IOException("getsockopt(UDP_SEGMENT): ENOPROTOOPT");
        }
    }

    /** A socket with packets that do not come back. */
    private static final class Silent extends UdpDescriptor {

        Silent() throws IOException {
            // As its superclass.
        }

        @Override
        public int send(final OutgoingMessages messages, final int first, final int count) {
            return count;
        }
    }

    private SocketOpening opening(final SocketOpening.DescriptorSource descriptors) {
        final LocalAddress local = new LocalAddress(
            InetAddress.ofLiteral(PrivateLoopbackAddresses.address(0)), UDP_PORT, "lo", 1, 65_535);
        return new SocketOpening(local, 1 << 20, new Icrc(), new Random(1), new TransportCounters(),
            new PortLog("soft9 at " + local, logger), descriptors);
    }

    private void assertFallsBack(final SocketOpening.DescriptorSource descriptors, final String reason)
        throws ProviderException {
        final OpenedSocket opened = opening(descriptors).open(AllowedSockets.ANY);
        opened.socket().close();
        assertEquals("channel socket", opened.socket().description());
        assertTrue(opened.whyNotFast().contains(reason), opened.whyNotFast());
        assertEquals(List.of(System.Logger.Level.INFO), logger.levels, logger.messages.toString());
        final String logged = logger.messages.getFirst();
        assertTrue(logged.startsWith("software device soft9") && logged.contains(reason), logged);

        final ProviderException refused =
            assertThrows(ProviderException.class, () -> opening(descriptors).open(FAST));
        assertEquals(Errno.EOPNOTSUPP, refused.errno());
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    @Test
    void theFastSocketIsUsedWhereItWorks() throws ProviderException {
        final OpenedSocket opened = opening(UdpDescriptor::new).open(AllowedSockets.ANY);
        opened.socket().close();
        assertEquals("fast socket", opened.socket().description());
        assertNull(opened.whyNotFast());
        assertEquals(List.of(), logger.messages);
    }

    @Test
    void aKernelWithoutTrainsLeavesTheChannel() throws ProviderException {
        assertFallsBack(ipv4 -> new Old(), "ENOPROTOOPT");
    }

    @Test
    void aFailedSelfTestLeavesTheChannel() throws ProviderException {
        assertFallsBack(ipv4 -> new Silent(), "self-test");
    }

    @Test
    void aProcessWithoutDescriptorsIsToldSo() throws ProviderException {
        assertFallsBack(ipv4 -> {
            throw new IOException("socket(AF_INET, SOCK_DGRAM): EMFILE");
        }, "EMFILE");
    }

    @Test
    void anAddressInUseIsRefusedAlikeByBoth() throws Exception {
        try (DatagramChannel other = DatagramChannel.open()) {
            other.bind(new InetSocketAddress(PrivateLoopbackAddresses.address(0), UDP_PORT));
            final ProviderException fast =
                assertThrows(ProviderException.class, () -> opening(UdpDescriptor::new).open(AllowedSockets.ANY));
            final ProviderException channel = assertThrows(ProviderException.class,
                () -> opening(UdpDescriptor::new).open(new AllowedSockets(false, true)));
            assertEquals(Errno.EADDRINUSE, fast.errno());
            assertEquals(channel.getMessage(), fast.getMessage());
        }
    }

    @Test
    void someSocketMustBeAllowed() {
        assertThrows(IllegalArgumentException.class, () -> new AllowedSockets(false, false));
    }
}
