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
 * The server of perftest's programs in Java. The client is the C program on the same machine or another one:
 *
 * <pre>{@code
 * Perftest server --device soft0 --program ib_read_bw --port 18515     with: ib_read_bw -d rxe2 -x 1 -F 10.9.8.2
 * }</pre>
 *
 * <p>{@code --iterations} and {@code --size} of ib_send_lat are those of the client. The exit status is 0 if the client
 * reached its end, 1 if not, 64 for an invalid command line.
 */
public final class Perftest implements AutoCloseable {

    /** The programs, as they must be called. */
    enum Program {
        IB_READ_BW(QueuePairType.RELIABLE_CONNECTION),
        IB_ATOMIC_BW(QueuePairType.RELIABLE_CONNECTION),
        IB_WRITE_BW(QueuePairType.UNRELIABLE_CONNECTION, "-c", "UC"),
        IB_SEND_LAT(QueuePairType.UNRELIABLE_DATAGRAM, "-c", "UD");

        private final QueuePairType type;
        private final List<String> options;

        Program(final QueuePairType type, final String... options) {
            this.type = type;
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
    private AddressHandle toClient;

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
     * Runs the server.
     *
     * @param arguments see above.
     * @throws Exception if the client does not reach its end.
     */
    public static void main(final String[] arguments) throws Exception {
        try {
            if (arguments.length == 0 || !arguments[0].equals("server")) {
                throw new IllegalArgumentException("the role is server");
            }
            final Options options = new Options(List.of(arguments).subList(1, arguments.length),
                Set.of("program", "device", "port", "iterations"));
            try (ServerSocket listening = new ServerSocket(options.number("port", DEFAULT_PORT))) {
                System.out.println("listening on " + listening.getLocalSocketAddress());
                serve(Program.of(options.text("program")), Verbs.device(options.text("device")), listening,
                    options.number("iterations", ITERATIONS), Duration.ofMinutes(1));
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

    private PerftestKeys keys() {
        return new PerftestKeys(
            READS, queuePair.number(), packetSequenceNumber, memory.rkey(), memory.iova(), gid.gid());
    }

    private void connect(final PerftestKeys client, final PathMtu mtu) {
        final QueuePairAttributes first =
            new QueuePairAttributes().state(QueuePairState.INIT).port(PORT).partitionKeyIndex(0);
        final QueuePairAttributes receiving = new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE);
        final QueuePairAttributes sending = new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
            .sendPacketSequenceNumber(packetSequenceNumber);
        if (program.type == QueuePairType.UNRELIABLE_DATAGRAM) {
            first.queueKey(QUEUE_KEY);
            toClient = domain.createAddressHandle(client.gid(), gid.index(), PORT);
        } else {
            receiving.pathMtu(mtu).destination(client.gid(), gid.index(), PORT)
                .destinationQueuePair(client.queuePair()).receivePacketSequenceNumber(client.packetSequenceNumber());
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
            .to(toClient, client.queuePair(), QUEUE_KEY);
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
        if (toClient != null) {
            toClient.close();
        }
        memory.close();
        queue.close();
        domain.close();
        context.close();
    }
}
