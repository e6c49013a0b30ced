// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Access;
import dev.ffmverbs.AddressHandle;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.QueuePairType;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletionOpcode;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * perftest's programs in Java, in both roles. The peer is the C program on the same machine or another one:
 *
 * <pre>{@code
 * Perftest server --device soft0 --program ib_read_bw --port 18515     with: ib_read_bw -d rxe2 -x 1 -F 10.9.8.2
 * Perftest client --device soft0 --program ib_read_bw --port 18515 --peer 10.9.8.1     to: ib_read_bw -d rxe2 -x 1 -F
 * }</pre>
 *
 * <p>{@code --iterations} of ib_send_lat are those of the peer. The exit status is 0 if the client reached its end, 1
 * if not, 64 for an invalid command line.
 */
public final class Perftest implements AutoCloseable {

    /** The programs, as they must be called. */
    enum Program {
        IB_READ_BW(QueuePairType.RELIABLE_CONNECTION, 1 << 16),
        IB_ATOMIC_BW(QueuePairType.RELIABLE_CONNECTION, Long.BYTES),
        IB_WRITE_BW(QueuePairType.UNRELIABLE_CONNECTION, 1 << 16, "-c", "UC"),
        IB_SEND_LAT(QueuePairType.UNRELIABLE_DATAGRAM, MESSAGE_BYTES, "-c", "UD");

        private final QueuePairType type;

        /** Size of a message where no option changes it. */
        private final int messageBytes;
        private final List<String> options;

        Program(final QueuePairType type, final int messageBytes, final String... options) {
            this.type = type;
            this.messageBytes = messageBytes;
            this.options = List.of(options);
        }

        String command() {
            return name().toLowerCase(Locale.ROOT);
        }

        List<String> options() {
            return options;
        }

        static Program of(final String command) {
            return Stream.of(values()).filter(program -> program.command().equals(command)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no program " + command + " is known here"));
        }
    }

    static final int ITERATIONS = 1000;

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int DEFAULT_PORT = 18_515;
    private static final int EXIT_USAGE = 64;
    private static final int PORT = 1;

    /** Twice the default message and two pages: more than a client reaches with the default sizes. */
    private static final int MEMORY_BYTES = 1 << 18;
    private static final int MESSAGE_BYTES = 2;
    private static final int GLOBAL_ROUTING_HEADER_BYTES = 40;
    private static final int QUEUE_KEY = 0x1111_1111;
    private static final int READS = 4;
    private static final int RNR_TIMER = 12;
    private static final int TIMEOUT_EXPONENT = 14;
    private static final int RETRY_COUNT = 6;
    private static final int RECEIVES = 64;

    private final Program program;
    private final Context context;
    private final ProtectionDomain domain;
    private final CompletionQueue queue;
    private final CompletionWaiter waiter;
    private final MemoryRegion memory;
    private final QueuePair queuePair;
    private final GidEntry gid;
    private final int packetSequenceNumber = ThreadLocalRandom.current().nextInt(1 << 24);
    private final ReceiveRequest receive = ReceiveRequest.allocate(1);
    private AddressHandle toPeer;

    private Perftest(final Program program, final Device device) {
        this.program = program;
        gid = DeviceAddress.of(device);
        context = device.open();
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(2 * RECEIVES);
        waiter = new CompletionWaiter(queue);
        memory = domain.allocate(
            MEMORY_BYTES, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
        queuePair = domain.createQueuePair(switch (program.type) {
            case RELIABLE_CONNECTION -> QueuePairConfiguration.reliableConnection(queue);
            case UNRELIABLE_CONNECTION -> QueuePairConfiguration.unreliableConnection(queue);
            case UNRELIABLE_DATAGRAM -> QueuePairConfiguration.unreliableDatagram(queue).withReceiveRequests(RECEIVES);
        });
        receive.localMemory(memory, MEMORY_BYTES / 2, GLOBAL_ROUTING_HEADER_BYTES + MESSAGE_BYTES);
    }

    /**
     * Runs the server, or the client.
     *
     * @param arguments see above.
     * @throws Exception if the client does not reach its end.
     */
    public static void main(final String[] arguments) throws Exception {
        try {
            final String role = arguments.length == 0 ? "" : arguments[0];
            if (!role.equals("server") && !role.equals("client")) {
                throw new IllegalArgumentException("the role is server or client");
            }
            final Options options = new Options(List.of(arguments).subList(1, arguments.length),
                Set.of("program", "device", "port", "iterations", "peer"));
            final Program program = Program.of(options.text("program"));
            final Device device = Verbs.device(options.text("device"));
            final int port = options.number("port", DEFAULT_PORT);
            final int iterations = options.number("iterations", ITERATIONS);
            if (role.equals("server")) {
                try (ServerSocket listening = new ServerSocket(port)) {
                    System.out.println("listening on " + listening.getLocalSocketAddress());
                    serve(program, device, listening, iterations, LIMIT);
                }
            } else {
                ask(program, device, options.text("peer"), port, iterations, LIMIT);
            }
            System.out.println("the client has reached its end");
        } catch (final IllegalArgumentException e) {
            System.err.println("Perftest: " + e.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    /** Runs the server for the client that connects within the limit. */
    static void serve(
        final Program program, final Device device, final ServerSocket listening, final int iterations,
        final Duration limit) throws IOException {
        try (Perftest server = new Perftest(program, device);
             PerftestExchange exchange = PerftestExchange.accept(listening, limit)) {
            final PathMtu mtu = PathMtu.values()[exchange.agree() - 1];
            final PerftestKeys own = server.keys();
            final PerftestKeys client = exchange.receiveKeys();
            server.connect(client, mtu);
            exchange.sendKeys(own);
            exchange.meet(own);
            exchange.meet(own);
            if (program.type == QueuePairType.UNRELIABLE_DATAGRAM) {
                server.postReceives(iterations);
                exchange.meet(own);
                server.answer(client, iterations);
            } else {
                exchange.meet(own);
                exchange.takeReport();
            }
            exchange.end(own);
        }
    }

    /** Runs the client of a server that listens within the limit. */
    static void ask(
        final Program program, final Device device, final String host, final int port, final int iterations,
        final Duration limit) throws IOException, InterruptedException {
        try (Perftest client = new Perftest(program, device);
             PerftestExchange exchange = PerftestExchange.connect(host, port, limit)) {
            final int mtu = exchange.propose(client.context.portAttributes(PORT).activeMtu().value());
            final PerftestKeys own = client.keys();
            final PerftestKeys server = exchange.exchangeKeys(own);
            client.connect(server, PathMtu.values()[mtu - 1]);
            exchange.exchangeKeys(own);
            exchange.exchangeKeys(own);
            if (program.type == QueuePairType.UNRELIABLE_DATAGRAM) {
                client.postReceives(iterations);
                exchange.exchangeKeys(own);
                client.playDatagrams(server, iterations);
            } else {
                client.transfer(server, iterations);
                exchange.exchangeKeys(own);
                exchange.report(program.messageBytes, iterations);
            }
            exchange.leave(own);
        }
    }

    /** Sends the requests of a program that measures bandwidth, one after the other. */
    private void transfer(final PerftestKeys server, final int iterations) {
        final SendRequest request = SendRequest.allocate(1);
        switch (program) {
            case IB_READ_BW -> request.read(server.address(), server.rkey());
            case IB_ATOMIC_BW -> request.fetchAndAdd(server.address(), server.rkey(), 1);
            case IB_WRITE_BW -> request.write(server.address(), server.rkey());
            case IB_SEND_LAT -> throw new IllegalArgumentException("that is measured with datagrams");
        }
        request.localMemory(memory, 0, program.messageBytes);
        for (int i = 0; i < iterations; i++) {
            require(queuePair.postSend(request) == 1, "the send queue is full");
            complete();
        }
    }

    /** Sends a datagram, and another one after each answer. */
    private void playDatagrams(final PerftestKeys server, final int iterations) {
        final SendRequest send = SendRequest.allocate(1).send().localMemory(memory, 0, MESSAGE_BYTES)
            .to(toPeer, server.queuePair(), QUEUE_KEY);
        require(queuePair.postSend(send) == 1, "the send queue is full");
        int sent = 1;
        int answers = 0;
        while (answers < iterations) {
            complete();
            if (waiter.completion().opcode(0) == WorkCompletionOpcode.SEND) {
                continue;
            }
            answers++;
            if (answers + RECEIVES <= iterations) {
                postReceive();
            }
            if (sent < iterations) {
                require(queuePair.postSend(send) == 1, "the send queue is full");
                sent++;
            }
        }
    }

    private PerftestKeys keys() {
        return new PerftestKeys(
            READS, queuePair.number(), packetSequenceNumber, memory.rkey(), memory.iova(), gid.gid());
    }

    private void connect(final PerftestKeys peer, final PathMtu mtu) {
        final QueuePairAttributes first =
            new QueuePairAttributes().state(QueuePairState.INIT).port(PORT).partitionKeyIndex(0);
        final QueuePairAttributes receiving = new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE);
        final QueuePairAttributes sending = new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
            .sendPacketSequenceNumber(packetSequenceNumber);
        if (program.type == QueuePairType.UNRELIABLE_DATAGRAM) {
            first.queueKey(QUEUE_KEY);
            toPeer = domain.createAddressHandle(peer.gid(), gid.index(), PORT);
        } else {
            receiving.pathMtu(mtu).destination(peer.gid(), gid.index(), PORT)
                .destinationQueuePair(peer.queuePair()).receivePacketSequenceNumber(peer.packetSequenceNumber());
        }
        if (program.type == QueuePairType.UNRELIABLE_CONNECTION) {
            first.access(Access.REMOTE_WRITE);
        } else if (program.type == QueuePairType.RELIABLE_CONNECTION) {
            first.access(Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
            receiving.maximumIncomingReads(READS).minimumRnrTimer(RNR_TIMER);
            sending.timeout(TIMEOUT_EXPONENT).retryCount(RETRY_COUNT).rnrRetryCount(RETRY_COUNT)
                .maximumOutgoingReads(READS);
        }
        queuePair.modify(first);
        queuePair.modify(receiving);
        queuePair.modify(sending);
    }

    private void postReceives(final int iterations) {
        for (int i = 0; i < Math.min(RECEIVES, iterations); i++) {
            postReceive();
        }
    }

    private void postReceive() {
        require(queuePair.postReceive(receive) == 1, "the receive queue is full");
    }

    /** Answers each message of ib_send_lat with one of the same length. */
    private void answer(final PerftestKeys client, final int iterations) {
        final SendRequest send = SendRequest.allocate(1).send().localMemory(memory, 0, MESSAGE_BYTES)
            .to(toPeer, client.queuePair(), QUEUE_KEY);
        int received = 0;
        int sent = 0;
        while (sent < iterations) {
            complete();
            if (waiter.completion().opcode(0) == WorkCompletionOpcode.SEND) {
                sent++;
                continue;
            }
            require(waiter.completion().byteLength(0) == GLOBAL_ROUTING_HEADER_BYTES + MESSAGE_BYTES,
                "received " + waiter.completion().byteLength(0) + " bytes");
            received++;
            if (received + RECEIVES <= iterations) {
                postReceive();
            }
            require(queuePair.postSend(send) == 1, "the send queue is full");
        }
    }

    private void complete() {
        waiter.await(() -> false);
        require(waiter.completion().isSuccess(0), waiter.completion().describe(0));
    }

    private void require(final boolean condition, final String otherwise) {
        if (!condition) {
            throw new AssertionError(program.command() + " on " + queuePair + ": " + otherwise);
        }
    }

    @Override
    public void close() {
        queuePair.close();
        if (toPeer != null) {
            toPeer.close();
        }
        memory.close();
        queue.close();
        domain.close();
        context.close();
    }
}
