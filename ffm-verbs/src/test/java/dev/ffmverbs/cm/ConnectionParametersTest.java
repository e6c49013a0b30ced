// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.Access;
import dev.ffmverbs.DevicePair;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.TestedAddresses;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.jextract.ibv_ah_attr;
import dev.ffmverbs.jextract.ibv_global_route;
import dev.ffmverbs.jextract.ibv_qp_attr;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the effect of connection parameters on an established connection. */
@Timeout(60)
class ConnectionParametersTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ConnectionParameters DEFAULTS = ConnectionParameters.defaults();

    private static final String NO_RETRIES =
        "a SEND that finds no receive ends the connection, and is not tried again (RFC 5041, 7.2)";
    private static final String NO_PATH = "the queue pair has no path and no timeout, because TCP has them";

    /** Kinds of management datagrams that establish a connection. */
    private static final int REQ = 0x10;
    private static final int REP = 0x13;

    /** Far below 655 ms, which a timer of 0 means, and far above the delay that a busy machine adds. */
    private static final long MUCH_LESS_THAN_THE_LONGEST_TIMER_NS = TimeUnit.MILLISECONDS.toNanos(300);

    /** A client that is connected to a server without a posted receive. */
    private static final class Ends implements AutoCloseable {
        final Node client;
        final Node server;
        final MemoryRegion sent;
        final MemoryRegion received;
        private final Listener listener;
        private final Connection connection;
        private final Connection accepted;
        private final WorkCompletions completions = WorkCompletions.allocate(1);

        Ends(final DevicePair devices, final ConnectionParameters asked, final ConnectionParameters answered)
            throws Exception {
            devices.require();
            client = new Node(devices.left());
            server = new Node(devices.right());
            sent = client.domain.allocate(8, Access.LOCAL_WRITE);
            received = server.domain.allocate(8, Access.LOCAL_WRITE);
            final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
            listener = server.manager.listen(server.anyPort(), 4, requests::add);
            final CompletableFuture<Connection> connecting = client.manager.connectAsync(
                client.anyPort(), listener.localAddress(), client.queuePair, asked, TIMEOUT);
            accepted = requests.poll(20, TimeUnit.SECONDS).accept(server.queuePair, answered);
            connection = connecting.get(20, TimeUnit.SECONDS);
        }

        void send() {
            client.queuePair.postSend(SendRequest.allocate(1).send().localMemory(sent, 0, 8));
        }

        WorkCompletionStatus awaitSent() {
            while (client.queue.poll(completions) == 0) {
                Thread.onSpinWait();
            }
            return completions.status(0);
        }

        @Override
        public void close() {
            connection.close();
            accepted.close();
            listener.close();
            sent.close();
            received.close();
            client.close();
            server.close();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void theSenderSoonFindsALateReceive(final DevicePair devices) throws Exception {
        devices.requireOtherThanIwarp(NO_RETRIES);
        try (Ends ends = new Ends(devices, DEFAULTS, DEFAULTS)) {
            long bestNs = Long.MAX_VALUE;
            for (int i = 0; i < 8; i++) {
                final long startNs = System.nanoTime();
                ends.send();
                Thread.sleep(2);
                ends.server.queuePair.postReceive(ReceiveRequest.allocate(1).localMemory(ends.received, 0, 8));
                assertEquals(WorkCompletionStatus.SUCCESS, ends.awaitSent());
                bestNs = Math.min(bestNs, System.nanoTime() - startNs);
            }

            assertTrue(bestNs < MUCH_LESS_THAN_THE_LONGEST_TIMER_NS, "the fastest of 8 took " + bestNs + " ns");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aSendFailsAfterTheRetriesThatTheReceivingSideHasSet(final DevicePair devices) throws Exception {
        devices.requireOtherThanIwarp(NO_RETRIES);
        try (Ends ends = new Ends(devices, DEFAULTS.withRnrRetryCount(7), DEFAULTS.withRnrRetryCount(1))) {
            ends.send();

            assertEquals(WorkCompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED, ends.awaitSent());
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void aLongRnrTimerKeepsTheSenderWaiting(final DevicePair devices) throws Exception {
        devices.requireOtherThanIwarp(NO_RETRIES);
        final Duration timer = Duration.ofMillis(100);
        try (Ends ends = new Ends(
            devices, DEFAULTS, DEFAULTS.withRnrRetryCount(1).withMinimumRnrTimer(timer))) {
            final long startNs = System.nanoTime();
            ends.send();

            assertEquals(WorkCompletionStatus.RECEIVER_NOT_READY_RETRY_EXCEEDED, ends.awaitSent());
            assertTrue(System.nanoTime() - startNs >= timer.toNanos(), "it waited at least once");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void bothEndsHaveTheTrafficClassOfTheRequest(final DevicePair devices) throws Exception {
        devices.requireOtherThanIwarp(NO_PATH);
        try (Ends ends = new Ends(devices, DEFAULTS.withTrafficClass(0xB8), DEFAULTS.withTrafficClass(0x20))) {
            assertEquals(0xB8, trafficClass(ends.client.queuePair));
            assertEquals(0xB8, trafficClass(ends.server.queuePair));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void allPacketsOfAConnectionHaveTheTrafficClassOfTheRequest(final DevicePair devices) throws Exception {
        devices.requireOtherThanIwarp("the capture reads packets of RoCE");
        assumeFalse(devices.left().equals(devices.right()) && devices.left().provider().equals("ibverbs"),
            "a kernel device delivers packets to itself without the network, where they can be seen");
        assumeTrue(TestedAddresses.include(InetAddress.ofLiteral("0.0.0.0")), "the capture reads IPv4 headers only");
        try (PacketCapture capture = new PacketCapture();
             Ends ends = new Ends(devices, DEFAULTS.withTrafficClass(0xB8), DEFAULTS.withTrafficClass(0x20))) {
            ends.server.queuePair.postReceive(ReceiveRequest.allocate(1).localMemory(ends.received, 0, 8));
            ends.send();
            assertEquals(WorkCompletionStatus.SUCCESS, ends.awaitSent());
            final List<PacketCapture.Packet> packets = capture.packets();

            final int clientAddress = number(ends.client);
            final int serverAddress = number(ends.server);
            assertEquals(Set.of(0xB8), classes(packets, serverAddress, ends.client.queuePair.number(), 0), "answers");
            assertEquals(Set.of(0xB8), classes(packets, clientAddress, ends.server.queuePair.number(), 0), "requests");
            assertEquals(Set.of(0xB8), classes(packets, clientAddress, 1, REQ), "REQ");
            assertEquals(Set.of(0xB8), classes(packets, serverAddress, 1, REP), "REP");
        }
    }

    private static int number(final Node node) {
        return ByteBuffer.wrap(node.address.getAddress()).getInt();
    }

    /** Returns the traffic classes of the packets to a queue pair. If that is 1, an attribute selects the datagrams. */
    private static Set<Integer> classes(
        final List<PacketCapture.Packet> packets, final int source, final int queuePair, final int attribute) {
        return packets.stream().filter(packet -> packet.source() == source
            && packet.destinationQueuePair() == queuePair && (queuePair != 1 || packet.attribute() == attribute))
            .map(PacketCapture.Packet::tos).collect(Collectors.toSet());
    }

    private static int trafficClass(final QueuePair queuePair) {
        return Byte.toUnsignedInt(ibv_global_route.traffic_class(
            ibv_ah_attr.grh(ibv_qp_attr.ah_attr(queuePair.query().structure()))));
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void theAcknowledgeTimeoutOfARequestIsProposedToTheAcceptingSideToo(final DevicePair devices) throws Exception {
        devices.requireOtherThanIwarp(NO_PATH);
        try (Ends ends = new Ends(devices, DEFAULTS.withTimeoutExponent(16), DEFAULTS)) {
            assertEquals(16, ends.client.queuePair.query().timeout());
            // The kernel adds the device's own delay, which may round it up by one (cm_ack_timeout of cm.c).
            final int proposed = ends.server.queuePair.query().timeout();
            assertTrue(proposed == 16 || proposed == 17, "the accepting side has " + proposed);
        }
        try (Ends ends = new Ends(devices, DEFAULTS, DEFAULTS.withTimeoutExponent(15))) {
            assertEquals(15, ends.server.queuePair.query().timeout());
        }
    }
}
