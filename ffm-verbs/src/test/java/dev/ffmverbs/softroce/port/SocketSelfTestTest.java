// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A socket is refused with the reason if its packets do not come back unchanged. */
class SocketSelfTestTest {

    private static final LocalAddress LOCAL =
        new LocalAddress(InetAddress.ofLiteral("127.0.0.1"), 4791, "lo", 1, 65_536);

    /** Returns the packets that were sent, like a network with the faults of a test. */
    private static class Loop implements PacketSocket {

        private final RocePacket packet = new RocePacket();
        private final RocePacket received = new RocePacket();
        private boolean sent;

        @Override
        public LocalAddress local() {
            return LOCAL;
        }

        @Override
        public boolean avoidsFragments() {
            return true;
        }

        @Override
        public RocePacket claim() {
            return packet;
        }

        @Override
        public void submit(final RocePacket submitted, final UdpPath path) {
            sent = true;
        }

        @Override
        public RocePacket receive() {
            if (!sent) {
                return null;
            }
            received.copyFrom(packet);
            return received;
        }

        @Override
        public Arrival arrival() {
            return arrivalFrom(LOCAL.ip().ipv4());
        }

        static Arrival arrivalFrom(final int source) {
            return Arrival.over(new UdpPath(source, LOCAL.udpPort(), LOCAL.ip().ipv4(), LOCAL.udpPort()));
        }

        @Override
        public String description() {
            return "loop";
        }

        @Override
        public int receiveBufferBytes() {
            return 1 << 20;
        }

        @Override
        public boolean isBlocked() {
            return false;
        }

        @Override
        public void sendWaiting() {
            // Nothing waits.
        }

        @Override
        public void listen(final IpAddress address) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int leaveFrom(final IpAddress address, final int wanted) {
            throw new UnsupportedOperationException();
        }

        @Override
        public GroupSockets openGroups() {
            throw new UnsupportedOperationException();
        }

        @Override
        public SocketWait openWait() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static ProviderException refusal(final PacketSocket socket) {
        final ProviderException refused = assertThrows(ProviderException.class, () -> test(socket));
        assertEquals(Errno.EPROTO, refused.errno());
        assertTrue(refused.getMessage().contains("127.0.0.1:4791"), refused.getMessage());
        return refused;
    }

    private static void test(final PacketSocket socket) throws ProviderException {
        new SocketSelfTest(socket, new Icrc(), new Random(1)).run();
    }

    @Test
    void acceptsASocketWhosePacketsComeBackUnchanged() {
        assertDoesNotThrow(() -> test(new Loop()));
    }

    @Test
    void refusesASocketWhosePacketsMayBeFragmented() {
        final String message = refusal(new Loop() {
            @Override
            public boolean avoidsFragments() {
                return false;
            }
        }).getMessage();
        assertTrue(message.contains("fragmented") && message.contains("identification"), message);
    }

    @Test
    void refusesASocketWhosePacketsDoNotComeBack() {
        final String message = refusal(new Loop() {
            @Override
            public RocePacket receive() {
                return null;
            }
        }).getMessage();
        assertTrue(message.contains("within 1 s") && message.contains("firewall"), message);
    }

    @Test
    void refusesASocketWhosePacketsAreChanged() {
        final String message = refusal(new Loop() {
            @Override
            public RocePacket receive() {
                final RocePacket received = super.receive();
                received.buffer().put(received.payloadOffset(), (byte) ~received.buffer().get(
                    received.payloadOffset()));
                return received;
            }
        }).getMessage();
        assertTrue(message.contains("unchanged"), message);
    }

    @Test
    void namesATranslatedAddress() {
        final String message = refusal(new Loop() {
            @Override
            public Arrival arrival() {
                return arrivalFrom(0x0A00_0001);
            }
        }).getMessage();
        assertTrue(message.contains("10.0.0.1:4791") && message.contains("translated"), message);
    }

    /** Returns packets in the order in which they were sent, from a network that numbers them. */
    private static class TrainLoop extends Loop {

        private final Icrc icrc = new Icrc();
        private final Deque<RocePacket> sent = new ArrayDeque<>();
        private final RocePacket claimed = new RocePacket();
        private int placed;

        Icrc icrc() {
            return icrc;
        }

        int left() {
            return sent.size();
        }

        /** Changes a packet in transit. */
        void pass(final RocePacket packet, final int index) {
            // Trains arrive as they were sent.
        }

        @Override
        public boolean hasTrains() {
            return true;
        }

        @Override
        public RocePacket claim() {
            return claimed;
        }

        @Override
        public int place(final RocePacket packet, final UdpPath path, final boolean mayFollow) {
            return placed++;
        }

        @Override
        public void submit(final RocePacket packet, final UdpPath path) {
            final RocePacket copy = new RocePacket();
            copy.copyFrom(packet);
            pass(copy, sent.size());
            sent.add(copy);
        }

        @Override
        public RocePacket receive() {
            return sent.poll();
        }
    }

    @Test
    void acceptsASocketWhoseTrainsAreNumberedFromZero() {
        assertDoesNotThrow(() -> test(new TrainLoop()));
    }

    @Test
    void refusesASocketWhoseTrainsAreNumberedOtherwise() {
        final String message = refusal(new TrainLoop() {
            @Override
            void pass(final RocePacket packet, final int index) {
                icrc().reseal(packet, new UdpPath(1, 4791, 2, 4791), index, 0);
            }
        }).getMessage();
        assertTrue(message.contains("packets of a train"), message);
    }

    @Test
    void refusesASocketThatFormsNoTrains() {
        final String message = refusal(new TrainLoop() {
            @Override
            public int place(final RocePacket packet, final UdpPath path, final boolean mayFollow) {
                return 0;
            }
        }).getMessage();
        assertTrue(message.contains("in a train"), message);
    }

    @Test
    void refusesASocketThatLosesTheEndOfATrain() {
        final String message = refusal(new TrainLoop() {
            @Override
            public RocePacket receive() {
                return left() == 1 ? null : super.receive();
            }
        }).getMessage();
        assertTrue(message.contains("within 1 s"), message);
    }
}
