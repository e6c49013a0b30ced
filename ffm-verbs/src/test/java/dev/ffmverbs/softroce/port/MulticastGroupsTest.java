// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.transport.CompletionSink;
import dev.ffmverbs.softroce.transport.ConnectionState;
import dev.ffmverbs.softroce.transport.QueuePairQueues;
import dev.ffmverbs.softroce.transport.ReceiveQueue;
import dev.ffmverbs.softroce.transport.RequestPackets;
import dev.ffmverbs.softroce.transport.SendQueue;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.UnreliableDatagram;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.AccessFlags;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what a port does with packets to multicast groups, over both sockets. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MulticastGroupsTest {

    private static final int UDP_PORT = 44_792;
    /** Two groups that other builds on this machine do not use. */
    private static final int GROUPS = 0xEF00_0000 | ThreadLocalRandom.current().nextInt(1 << 23) << 1;
    private static final IpAddress GROUP = IpAddress.ofIpv4(GROUPS);
    private static final IpAddress OTHER_GROUP = IpAddress.ofIpv4(GROUPS + 1);
    private static final int EVERY_MEMBER = 0xFF_FFFF;
    private static final int QUEUE_KEY = 0x1234;
    private static final int BYTES = 256;
    private static final long SEED = 20_261_130L;
    private static final int HOSTILE_PACKETS = 2_000;
    private static final int AT_A_TIME = 16;
    private static final int MAX_GROUPS = 2;

    @Parameter
    private boolean fast;

    private final CollectingLogger log = new CollectingLogger();
    private Port port;
    private Member one;
    private Member other;

    /** A queue pair for datagrams. It counts what it receives, and can throw an error instead. */
    private static final class Member implements QueuePairOwner, CompletionSink, AutoCloseable {
        final Arena arena = Arena.ofShared();
        final Port port;
        final ReceiveQueue receives = new ReceiveQueue(arena, 64, 1, false);
        final PortQueuePair place;
        final AtomicInteger received = new AtomicInteger();
        volatile boolean throwing;
        private final int key;

        Member(final Port port) {
            this.port = port;
            final SendQueue sends = new SendQueue(arena, 1, 1, 0, RequestPackets.OF_DATAGRAMS);
            place = port.add(this, number -> new UnreliableDatagram(arena, number, 1, port.transport(),
                new QueuePairQueues(sends, receives, this, this, false), 1024));
            port.lock();
            try {
                key = port.memory().register(arena.allocate(BYTES, 8), 0, AccessFlags.LOCAL_WRITE, 1).key();
                final UnreliableDatagram service = (UnreliableDatagram) place.service();
                service.initialize(QUEUE_KEY);
                service.readyToReceive();
            } finally {
                port.unlock();
            }
        }

        void postReceive() {
            final long slot = receives.claim();
            receives.request(slot, 1);
            receives.addElement(slot, 0, BYTES, key);
            receives.publish();
        }

        @Override
        public void complete(
            final long workRequestId, final int status, final int vendorError, final int operation,
            final int byteLength, final int immediate, final int flags, final int queuePair, final boolean solicited) {
            if (throwing) {
                throw new OutOfMemoryError("injected");
            }
            received.incrementAndGet();
        }

        @Override
        public void onEvent(final int type) {
            // The state shows the same.
        }

        @Override
        public void onPacketProcessed() {
            // It shares no queue.
        }

        @Override
        public void close() {
            port.multicastGroups().detachAll(place);
            port.remove(place);
            arena.close();
        }
    }

    @BeforeEach
    void open() throws ProviderException {
        final LocalAddress local = LocalAddress.of(
            InetAddress.ofLiteral(PrivateLoopbackAddresses.address(0)), UDP_PORT);
        port = Port.open(local, 1 << 20, FaultSettings.NONE, new AllowedSockets(fast, true),
            MachineLoad.OF_THIS_MACHINE, new PortLog("soft9 at " + local, log));
        one = new Member(port);
        other = new Member(port);
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        port.close();
    }

    private static void until(final String what, final BooleanSupplier reached) {
        AttachedQueuePair.until(what, reached);
    }

    private static DatagramChannel openSender() throws IOException {
        return DatagramChannel.open(StandardProtocolFamily.INET)
            .bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    /** Sends a datagram to the group from a socket that is no device. */
    private static void send(final DatagramChannel sender, final int queuePair, final int queueKey)
        throws IOException {
        final RocePacket packet = new RocePacket();
        packet.begin(Opcode.DATAGRAM_SEND_ONLY, queuePair, 0, 0);
        packet.deth().set(queueKey, 0x99);
        packet.endPayload(8);
        final InetSocketAddress source = (InetSocketAddress) sender.getLocalAddress();
        new Icrc().seal(packet, new UdpPath(
            IpAddress.of(source.getAddress()), source.getPort(), GROUP, UDP_PORT, 0));
        sender.send(packet.buffer().slice(0, packet.lengthBytes()), group());
    }

    private static InetSocketAddress group() {
        return new InetSocketAddress(GROUP.toInetAddress(), UDP_PORT);
    }

    private static boolean isWatched() {
        return Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().startsWith("soft-roce-groups-"));
    }

    @Test
    void aThreadWatchesGroupsOnlyWhileThereAreAny() throws IOException {
        final MulticastGroups groups = port.multicastGroups();
        assertFalse(isWatched());

        groups.attach(one.place, GROUP, MAX_GROUPS);
        groups.attach(other.place, GROUP, MAX_GROUPS);
        groups.attach(other.place, OTHER_GROUP, MAX_GROUPS);
        assertTrue(isWatched());
        assertEquals(2, groups.size());
        assertTrue(groups.detach(one.place, GROUP));
        assertFalse(groups.detach(one.place, GROUP));
        groups.detachAll(other.place);

        assertFalse(isWatched());
        assertEquals(0, groups.size());
        groups.attach(one.place, GROUP, MAX_GROUPS);
        one.postReceive();
        try (DatagramChannel sender = openSender()) {
            send(sender, EVERY_MEMBER, QUEUE_KEY);
        }
        until("a group that is joined again", () -> one.received.get() == 1);
    }

    @Test
    void everyPacketThatIsNoDatagramToTheGroupIsCountedAndDropped() throws IOException {
        final SplittableRandom random = new SplittableRandom(SEED);
        port.multicastGroups().attach(one.place, GROUP, MAX_GROUPS);
        one.postReceive();
        try (DatagramChannel sender = openSender()) {
            for (int sent = 0; sent < HOSTILE_PACKETS; sent++) {
                switch (random.nextInt(3)) {
                    case 0 -> send(sender, random.nextInt(1 << 23), QUEUE_KEY);
                    case 1 -> send(sender, EVERY_MEMBER, QUEUE_KEY + 1 + random.nextInt(99));
                    default -> {
                        final byte[] bytes = new byte[random.nextInt(200)];
                        random.nextBytes(bytes);
                        sender.send(ByteBuffer.wrap(bytes), group());
                    }
                }
                if (sent % AT_A_TIME == AT_A_TIME - 1) {
                    final long expected = sent + 1L;
                    until(expected + " packets, seed " + SEED + ": " + port.counters().snapshot(),
                        () -> countDropped() == expected);
                }
            }
            send(sender, EVERY_MEMBER, QUEUE_KEY);
        }
        until("the only good one", () -> one.received.get() == 1);
    }

    private long countDropped() {
        return port.counters().snapshot().entrySet().stream()
            .filter(entry -> entry.getKey().name().startsWith("DROPPED_")).mapToLong(entry -> entry.getValue()).sum();
    }

    @Test
    void aMemberThatThrowsEndsAloneAndTheOthersReceive() throws IOException {
        port.multicastGroups().attach(one.place, GROUP, MAX_GROUPS);
        port.multicastGroups().attach(other.place, GROUP, MAX_GROUPS);
        one.throwing = true;
        one.postReceive();
        other.postReceive();
        other.postReceive();
        try (DatagramChannel sender = openSender()) {
            send(sender, EVERY_MEMBER, QUEUE_KEY);
            until("state ERROR", () -> one.place.service().state() == ConnectionState.ERROR);
            one.throwing = false;
            send(sender, EVERY_MEMBER, QUEUE_KEY);
        }
        until("both datagrams", () -> other.received.get() == 2);
        assertEquals(1, port.counters().get(TransportCounter.CONNECTION_BREAKDOWNS));
        assertTrue(log.messages.stream().anyMatch(message -> message.contains("multicast group " + GROUP)),
            log.messages.toString());
    }

    @Test
    void injectedFaultsTakePacketsToGroupsToo() throws IOException {
        port.multicastGroups().attach(one.place, GROUP, MAX_GROUPS);
        one.postReceive();
        port.injectFaults(FaultSettings.parse("seed=1,partition=incoming"));
        try (DatagramChannel sender = openSender()) {
            send(sender, EVERY_MEMBER, QUEUE_KEY);
            until("a fault", () -> port.counters().get(TransportCounter.FAULTS_DROPPED) == 1);
            port.injectFaults(FaultSettings.NONE);
            send(sender, EVERY_MEMBER, QUEUE_KEY);
        }
        until("the second datagram", () -> one.received.get() == 1);
    }

    @Test
    void anotherSocketThatDoesNotShareTheGroupIsReportedAndNothingIsLeft() throws IOException {
        try (DatagramChannel greedy = DatagramChannel.open(StandardProtocolFamily.INET).bind(group())) {
            assertTrue(greedy.isOpen());
            assertThrows(IOException.class, () -> port.multicastGroups().attach(one.place, GROUP, MAX_GROUPS));
        }
        assertEquals(0, port.multicastGroups().size());
        port.multicastGroups().attach(one.place, GROUP, MAX_GROUPS);
        assertEquals(1, port.multicastGroups().size());
    }
}
