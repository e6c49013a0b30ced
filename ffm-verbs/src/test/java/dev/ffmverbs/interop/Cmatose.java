// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletionOpcode;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.Listener;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * rdma-core's ucmatose in Java: several connections, over which the server sends messages and the client answers with
 * as many. The server then disconnects. The other end may be ucmatose.
 *
 * <pre>{@code
 * Cmatose server --device rxe0 --address 10.9.9.1 --port 7471            with: ucmatose -s 10.9.9.1 -c 4 -C 10
 * Cmatose client --device rxe0 --address 10.9.9.2 --peer 10.9.9.1        with: ucmatose -b 10.9.9.1 -c 4 -C 10
 * }</pre>
 *
 * <p>{@code --connections}, {@code --count} and {@code --size} are those of the other end. The exit status is 0 if
 * every message arrived, 1 if not, and 64 for an invalid command line.
 */
public final class Cmatose implements AutoCloseable {

    private static final int DEFAULT_PORT = 7471;
    private static final int DEFAULT_CONNECTIONS = 4;
    private static final int DEFAULT_MESSAGES = 10;
    private static final int DEFAULT_BYTES = 100;
    private static final int EXIT_USAGE = 64;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long RETRY_MS = 100;

    /** The parameters of ucmatose, which has one READ at a time. */
    private static final ConnectionParameters PARAMETERS = ConnectionParameters.defaults().withReads(1, 1);

    private final int connections;
    private final int messages;
    private final int messageBytes;
    private final Context context;
    private final ProtectionDomain domain;
    private final CompletionQueue queue;
    private final CompletionWaiter waiter;
    private final ConnectionManager manager;
    private final MemoryRegion memory;
    private final List<QueuePair> queuePairs = new ArrayList<>();
    private final BlockingQueue<Connection> established = new LinkedBlockingQueue<>();
    private int sent;
    private int received;

    Cmatose(final Device device, final int connections, final int messages, final int messageBytes) {
        this.connections = connections;
        this.messages = messages;
        this.messageBytes = messageBytes;
        context = device.open();
        domain = context.allocateProtectionDomain();
        queue = context.createCompletionQueue(2 * connections * messages);
        waiter = new CompletionWaiter(queue);
        manager = ConnectionManager.open(context);
        memory = domain.allocate(2L * messageBytes, Access.LOCAL_WRITE);
    }

    /**
     * Runs one end.
     *
     * @param arguments see above.
     * @throws Exception if a message does not arrive.
     */
    public static void main(final String[] arguments) throws Exception {
        try {
            final String role = arguments.length == 0 ? "nothing" : arguments[0];
            final Options options = new Options(
                List.of(arguments).subList(Math.min(1, arguments.length), arguments.length),
                Set.of("device", "address", "peer", "port", "connections", "count", "size"));
            try (Cmatose end = new Cmatose(Verbs.device(options.text("device")),
                options.number("connections", DEFAULT_CONNECTIONS), options.number("count", DEFAULT_MESSAGES),
                options.number("size", DEFAULT_BYTES))) {
                final int port = options.number("port", DEFAULT_PORT);
                switch (role) {
                    case "server" -> end.serve(new InetSocketAddress(options.text("address"), port),
                        address -> System.out.println("listening on " + address));
                    case "client" -> end.answer(new InetSocketAddress(options.text("address"), 0),
                        new InetSocketAddress(options.text("peer"), port));
                    default -> throw new IllegalArgumentException("the role is server or client, not " + role);
                }
                System.out.println(end);
            }
        } catch (final IllegalArgumentException e) {
            System.err.println("Cmatose: " + e.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    /** Accepts all connections, sends, receives the answers, and disconnects. */
    void serve(final InetSocketAddress address, final Consumer<InetSocketAddress> onListening) throws Exception {
        try (Listener listener = manager.listen(address, connections,
            request -> established.add(request.accept(newQueuePair(), PARAMETERS)))) {
            onListening.accept(listener.localAddress());
            for (final Connection connection : awaitAll()) {
                send(connection);
            }
            await(() -> sent < connections * messages || received < connections * messages);
            established.forEach(Connection::disconnect);
            awaitEnds();
        }
    }

    private List<Connection> awaitAll() throws Exception {
        final List<Connection> all = new ArrayList<>();
        while (all.size() < connections) {
            final Connection connection = established.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
            connection.whenEstablished().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            all.add(connection);
        }
        established.addAll(all);
        return all;
    }

    private void awaitEnds() throws Exception {
        for (final Connection connection : established) {
            connection.whenDisconnected().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Makes all connections, receives, answers, and waits for the server to disconnect. */
    void answer(final InetSocketAddress local, final InetSocketAddress server) throws Exception {
        for (int i = 0; i < connections; i++) {
            established.add(connect(local, server));
        }
        await(() -> received < connections * messages);
        for (final Connection connection : established) {
            send(connection);
        }
        await(() -> sent < connections * messages);
        awaitEnds();
    }

    /** Connects, also to a server that is about to listen. */
    private Connection connect(final InetSocketAddress local, final InetSocketAddress server)
        throws InterruptedException {
        final long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return manager.connect(local, server, newQueuePair(), PARAMETERS, LIMIT);
            } catch (final ConnectionException e) {
                if (e.reason() != ConnectionException.Reason.REJECTED || System.nanoTime() - deadlineNs > 0) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(RETRY_MS);
            }
        }
    }

    /** Creates a queue pair with all receives posted, because the peer may be fast. */
    private synchronized QueuePair newQueuePair() {
        final QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
            .withSendRequests(messages).withReceiveRequests(messages));
        queuePairs.add(queuePair);
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0).access());
        final ReceiveRequest receive = ReceiveRequest.allocate(1).localMemory(memory, 0, messageBytes);
        for (int i = 0; i < messages; i++) {
            require(queuePair.postReceive(receive) == 1, "the receive queue is full");
        }
        return queuePair;
    }

    private void send(final Connection connection) {
        final SendRequest send = SendRequest.allocate(1).send().localMemory(memory, messageBytes, messageBytes);
        for (int i = 0; i < messages; i++) {
            require(connection.queuePair().postSend(send) == 1, "the send queue is full");
        }
    }

    private void await(final BooleanSupplier unfinished) {
        while (unfinished.getAsBoolean()) {
            waiter.await(() -> false);
            require(waiter.completion().isSuccess(0), waiter.completion().describe(0));
            if (waiter.completion().opcode(0) == WorkCompletionOpcode.RECEIVE) {
                received++;
                require(waiter.completion().byteLength(0) == messageBytes, "a message of another length");
            } else {
                sent++;
            }
        }
    }

    private void require(final boolean condition, final String otherwise) {
        if (!condition) {
            throw new AssertionError(this + ": " + otherwise);
        }
    }

    @Override
    public void close() {
        established.forEach(Connection::close);
        manager.close();
        queuePairs.forEach(QueuePair::close);
        memory.close();
        queue.close();
        domain.close();
        context.close();
    }

    @Override
    public String toString() {
        return connections + " connections, " + Math.min(sent, received) + " messages each way";
    }
}
