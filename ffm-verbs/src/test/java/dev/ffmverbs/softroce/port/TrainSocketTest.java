// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.softroce.AllocatedBytes;
import dev.ffmverbs.softroce.libc.UdpDescriptor;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.Errno;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the fast socket. Trains arrive unchanged, and packets that the system refuses are sent again if possible. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrainSocketTest {

    private static final int UDP_PORT = 14793;

    private final TransportCounters counters = new TransportCounters();
    private final Icrc icrc = new Icrc();
    private final PortLog log = new PortLog("soft9", System.getLogger(TrainSocketTest.class.getName()));
    private RefusingDescriptor descriptor;
    private TrainSocket sender;
    private CountingDescriptor receivingDescriptor;
    private TrainSocket receiver;
    private UdpPath path;

    private static LocalAddress local(final int number) {
        return new LocalAddress(InetAddress.ofLiteral(PrivateLoopbackAddresses.address(number)),
            UDP_PORT, "lo", 1, 65_535);
    }

    @BeforeEach
    void open() throws IOException {
        descriptor = new RefusingDescriptor();
        sender = open(descriptor, local(0));
        receivingDescriptor = new CountingDescriptor();
        receiver = open(receivingDescriptor, local(3));
        path = new UdpPath(local(0).ip().ipv4(), UDP_PORT, local(3).ip().ipv4(), UDP_PORT);
    }

    private TrainSocket open(final UdpDescriptor opened, final LocalAddress local) throws IOException {
        opened.setBufferSizes(1 << 21, 1 << 20);
        opened.takeTrains();
        opened.bind(local.ip().ipv4(), local.udpPort());
        return new TrainSocket(opened, local, icrc, counters, log, TrainSocketTest::openOther);
    }

    private static UdpDescriptor openOther(final IpAddress address, final int udpPort, final boolean receives)
        throws IOException {
        final UdpDescriptor opened = new UdpDescriptor();
        opened.setBufferSizes(receives ? 1 << 20 : 0, 1 << 20);
        opened.takeTrains();
        opened.bind(address.ipv4(), udpPort);
        return opened;
    }

    @AfterEach
    void close() {
        sender.close();
        receiver.close();
    }

    private boolean send(final int psn, final int payloadBytes) {
        final RocePacket packet = sender.claim();
        if (packet == null) {
            return false;
        }
        packet.begin(Opcode.SEND_ONLY, 2, psn, 0);
        packet.endPayload(payloadBytes);
        icrc.seal(packet, path, sender.place(packet, path, true));
        sender.submit(packet, path);
        return true;
    }

    /** Receives packets. Returns each as its sequence number and identification, such as "7:0". */
    private List<String> receive(final int count) {
        final List<String> received = new ArrayList<>();
        final long startNs = System.nanoTime();
        while (received.size() < count && System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(10)) {
            final RocePacket packet = receiver.receive();
            if (packet == null) {
                LockSupport.parkNanos(10_000);
            } else {
                received.add(packet.bth().packetSequenceNumber() + ":" + icrc.verify(packet, receiver.arrival()));
            }
        }
        assertNull(receiver.receive(), "nothing arrives twice");
        return received;
    }

    @Test
    void manyBytesLeaveBeforeTheTurnEnds() {
        final int packets = 16;
        for (int i = 0; i < packets; i++) {
            assertTrue(send(i, 4096));
        }
        assertEquals(packets, receive(packets).size(), "packets that left without a flush");
    }

    @Test
    void packetsArriveWithTheIdentificationsTheyWereSealedWith() {
        send(1, 1024);
        send(2, 1024);
        send(3, 8);
        send(4, 8);
        sender.flush();
        sender.flush();
        assertEquals(List.of("1:0", "2:1", "3:2", "4:0"), receive(4));
        assertFalse(receiver.holdsPackets());
    }

    /** Runs a dispatcher until it has received packets. Returns the number of calls that received them. */
    private int callsOfWork(final Dispatcher dispatcher, final int packets) {
        final long before = counters.get(TransportCounter.PACKETS_RECEIVED);
        sender.flush();
        int calls = receivingDescriptor.calls;
        dispatcher.work(() -> false, () -> false);
        while (counters.get(TransportCounter.PACKETS_RECEIVED) == before) {
            calls = receivingDescriptor.calls;
            dispatcher.work(() -> false, () -> false);
        }
        assertEquals(packets, counters.get(TransportCounter.PACKETS_RECEIVED) - before);
        return receivingDescriptor.calls - calls;
    }

    @Test
    void aPacketThatComesAloneCostsOneCall() {
        final Dispatcher dispatcher = new Dispatcher(
            receiver, counters, icrc, new Random(1), ReceiveBudget.settings(1 << 20), log);
        for (int i = 0; i < 3; i++) {
            send(i, 8);
            assertEquals(1, callsOfWork(dispatcher, 1));
            dispatcher.work(() -> false, () -> false);
        }
        assertEquals(0, receivingDescriptor.callsForSeveral, "one packet was available at a time");
        send(3, 8);
        send(4, 8);
        assertEquals(2, callsOfWork(dispatcher, 2), "calls for a train and for possible packets after it");
    }

    @Test
    void theSystemIsAskedForSeveralMessagesOncePacketsComeFasterThanTheyAreAskedFor() {
        for (int i = 0; i < 20; i++) {
            send(i, 8 * (i % 2));
            sender.flush();
        }
        final List<String> received = receive(20);
        for (int i = 0; i < 20; i++) {
            assertEquals(i + ":0", received.get(i));
        }
        final int before = receivingDescriptor.callsForSeveral;
        assertTrue(before > 0, "calls for several messages");
        receive(0);
        receive(0);
        assertEquals(before, receivingDescriptor.callsForSeveral, "calls for several messages once there are none");
    }

    @Test
    void theSystemGetsNothingBeforeTheTurnEnds() {
        send(1, 8);
        assertNull(receiver.receive());
        sender.flush();
        assertEquals(List.of("1:0"), receive(1));
    }

    @Test
    void aReceiverKnowsWhetherItIsWithinATrain() {
        send(1, 8);
        send(2, 8);
        send(3, 1024);
        sender.flush();
        while (receiver.receive() == null) {
            LockSupport.parkNanos(10_000);
        }
        assertTrue(receiver.isWithinTrain() && receiver.holdsPackets());
        assertNotNull(receiver.receive());
        assertFalse(receiver.isWithinTrain());
        assertNotNull(receiver.receive());
        assertFalse(receiver.isWithinTrain() || receiver.holdsPackets());
    }

    @Test
    void whatTheSystemHasNoRoomForLeavesLater() {
        descriptor.room = 1;
        send(1, 8);
        send(2, 8);
        send(3, 1024);
        send(4, 1024);
        send(5, 2048);
        sender.flush();
        assertTrue(sender.isBlocked());
        assertNull(sender.claim(), "a full socket accepts no more packets");
        assertEquals(List.of("1:0", "2:1"), receive(2));
        descriptor.room = 1;
        sender.sendWaiting();
        assertTrue(sender.isBlocked());
        assertEquals(List.of("3:0", "4:1"), receive(2));
        descriptor.room = -1;
        assertTrue(send(6, 8));
        assertFalse(sender.isBlocked());
        sender.flush();
        assertEquals(List.of("5:0", "6:0"), receive(2));
        assertEquals(0, counters.get(TransportCounter.PACKETS_REFUSED));
    }

    @Test
    void aSocketThatThrowsOnceItHasRoomAgainDoesNotEndTheWork() {
        final Dispatcher dispatcher = new Dispatcher(
            sender, counters, icrc, new Random(1), ReceiveBudget.settings(1 << 20), log);
        descriptor.room = 0;
        send(1, 8);
        sender.flush();
        assertTrue(sender.isBlocked());
        descriptor.room = -1;
        descriptor.thrown = new LinkageError("injected");
        dispatcher.work(() -> false, () -> false);
        assertNull(descriptor.thrown);
        assertEquals(List.of("1:0"), receive(1));
    }

    @Test
    void aTrainThatIsRefusedLeavesPacketByPacket() {
        descriptor.trainError = Errno.EINVAL;
        send(1, 8);
        send(2, 8);
        send(3, 4);
        sender.flush();
        assertEquals(List.of("1:0", "2:0", "3:0"), receive(3));
        assertFalse(sender.hasTrains());
        assertTrue(sender.description().contains("EINVAL"), sender.description());
        descriptor.trainError = 0;
        send(4, 8);
        send(5, 8);
        sender.flush();
        assertEquals(List.of("4:0", "5:0"), receive(2), "no trains from then on");
        assertEquals(0, counters.get(TransportCounter.PACKETS_REFUSED));
    }

    @Test
    void aTrainThatIsTakenApartWaitsForRoomInItsMidst() {
        descriptor.trainError = Errno.EIO;
        descriptor.room = 2;
        for (int i = 0; i < 4; i++) {
            send(i, 8);
        }
        sender.flush();
        assertTrue(sender.isBlocked());
        assertEquals(List.of("0:0", "1:0"), receive(2));
        descriptor.room = -1;
        sender.sendWaiting();
        assertFalse(sender.isBlocked());
        assertEquals(List.of("2:0", "3:0"), receive(2));
    }

    @Test
    void packetsTooLongForTheirPathAreLostAndTrainsRemain() {
        descriptor.trainError = Errno.EMSGSIZE;
        descriptor.packetError = Errno.EMSGSIZE;
        send(1, 1024);
        send(2, 1024);
        sender.flush();
        assertEquals(2, counters.get(TransportCounter.PACKETS_REFUSED));
        assertTrue(sender.hasTrains(), "trains are not to blame");
        descriptor.trainError = 0;
        send(3, 8);
        send(4, 8);
        sender.flush();
        assertEquals(List.of("3:0", "4:1"), receive(2));
    }

    @Test
    void aShortLastPacketThatFitsItsPathEndsNoTrains() {
        descriptor.trainError = Errno.EMSGSIZE;
        descriptor.packetError = Errno.EMSGSIZE;
        descriptor.packetErrors = 2;
        send(1, 1024);
        send(2, 1024);
        send(3, 8);
        sender.flush();
        assertEquals(List.of("3:0"), receive(1));
        assertEquals(2, counters.get(TransportCounter.PACKETS_REFUSED));
        assertTrue(sender.hasTrains(), "the packets were too long, not the train");
        descriptor.trainError = 0;
        send(4, 8);
        send(5, 8);
        sender.flush();
        assertEquals(List.of("4:0", "5:1"), receive(2));
    }

    @Test
    void aRefusedMessageHarmsNoOther() {
        final UdpPath nowhere = new UdpPath(path.local().ipv4(), UDP_PORT, -1, UDP_PORT);
        send(1, 8);
        final RocePacket packet = sender.claim();
        packet.begin(Opcode.SEND_ONLY, 2, 2, 0);
        packet.endPayload(8);
        icrc.seal(packet, nowhere, sender.place(packet, nowhere, true));
        sender.submit(packet, nowhere);
        send(3, 8);
        sender.flush();
        assertEquals(List.of("1:0", "3:0"), receive(2));
        assertEquals(1, counters.get(TransportCounter.PACKETS_REFUSED), "a socket may not broadcast");
    }

    @Test
    void sendingAndReceivingAllocatesNothing() {
        final AllocatedBytes allocated = AllocatedBytes.counter().orElse(null);
        Assumptions.assumeTrue(allocated != null, "this JVM does not count what threads allocate");
        exchange(20_000);
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++) {
            final long before = allocated.count();
            final long counting = allocated.count() - before;
            final long start = allocated.count();
            exchange(1000);
            // The counting allocates less after it is compiled.
            least = Math.min(least, Math.max(0, allocated.count() - start - counting));
        }
        assertEquals(0, least, "bytes in 1000 exchanges");
    }

    private void exchange(final int times) {
        for (int i = 0; i < times; i++) {
            send(i, 8);
            send(i, 8);
            send(i, 100);
            send(i, 100);
            sender.flush();
            int left = 4;
            while (left > 0) {
                final RocePacket packet = receiver.receive();
                left -= packet == null || icrc.verify(packet, receiver.arrival()) == Icrc.CORRUPT ? 0 : 1;
            }
        }
    }
}
