// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.cm.RequestQueue;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The Java counterpart of the programs of rdmacm-utils that exchange messages over connections, as a program, for two
 * ends on different machines.
 *
 * <pre>{@code
 * ConnectionProgram server --program ucmatose --device rxe0 --address 10.9.9.1 --port 7471 --tos 104
 * ConnectionProgram client --program rdma_server --device rxe0 --address 10.9.9.2 --peer 10.9.9.1 --port 7471
 * }</pre>
 *
 * <p>{@code --program} names the program of the peer: {@code ucmatose}, {@code cmtime}, {@code rdma_client}, {@code
 * rdma_server}, {@code rdma_xclient} or {@code rdma_xserver}. {@code --tos} is the traffic class of the connections: a
 * client requests it, and a server expects it. The client waits a minute for a server to listen, the server for a
 * client to connect. The exit status is 0 if every message arrived, 1 if not, and 64 for an invalid command line.
 */
public final class ConnectionProgram {

    /** What a program exchanges over each of its connections. */
    enum Program {
        UCMATOSE(4, 10, 10, 100, true),
        CMTIME(20, 0, 0, 0, false),
        RDMA_CLIENT(1, 1, 1, 16, false),
        RDMA_SERVER(1, 1, 1, 16, false),
        RDMA_XCLIENT(1, 1, 0, 16, false),
        RDMA_XSERVER(1, 1, 0, 16, false);

        final int connections;
        final int fromClient;
        final int fromServer;
        final int sizeBytes;

        /** Whether the server sends first, and disconnects. */
        final boolean serverBegins;

        Program(
            final int connections, final int fromClient, final int fromServer, final int sizeBytes,
            final boolean serverBegins) {
            this.connections = connections;
            this.fromClient = fromClient;
            this.fromServer = fromServer;
            this.sizeBytes = sizeBytes;
            this.serverBegins = serverBegins;
        }

        /** The C program's name. */
        String command() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Program of(final String command) {
            return Stream.of(values()).filter(program -> program.command().equals(command)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no program " + command + " is known here"));
        }
    }

    private static final int DEFAULT_PORT = 7471;
    private static final int EXIT_USAGE = 64;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int NOBODY_LISTENS_PAUSE_MS = 200;
    private static final int ANY_CLASS = -1;

    private final Program program;
    private final Context context;
    private final int trafficClass;
    private final List<MessageEndpoint> endpoints = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();

    private ConnectionProgram(final Program program, final Context context, final int trafficClass) {
        this.program = program;
        this.context = context;
        this.trafficClass = trafficClass;
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
            final Options options = new Options(List.of(arguments).subList(Math.min(1, arguments.length),
                arguments.length), Set.of("program", "device", "address", "peer", "port", "tos"));
            final Program program = Program.of(options.text("program"));
            final Device device = Verbs.device(options.text("device"));
            final int port = options.number("port", DEFAULT_PORT);
            final int tos = options.number("tos", ANY_CLASS);
            switch (role) {
                case "server" -> serve(program, device, new InetSocketAddress(options.text("address"), port), tos,
                    address -> System.out.println("listening on " + address));
                case "client" -> start(program, device, new InetSocketAddress(options.text("address"), 0),
                    new InetSocketAddress(options.text("peer"), port), tos);
                default -> throw new IllegalArgumentException("the role is server or client, not " + role);
            }
            System.out.println("all messages arrived");
        } catch (final IllegalArgumentException e) {
            System.err.println("ConnectionProgram: " + e.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    /** Serves one run of the client. */
    static void serve(
        final Program program, final Device device, final InetSocketAddress address, final int trafficClass,
        final Consumer<InetSocketAddress> onListening) throws Exception {
        final RequestQueue<ConnectionRequest> requests = new RequestQueue<>();
        try (Context context = device.open(); ConnectionManager manager = ConnectionManager.open(context)) {
            final ConnectionProgram server = new ConnectionProgram(program, context, trafficClass);
            try (Listener listener = manager.listen(address, program.connections, requests)) {
                onListening.accept(listener.localAddress());
                server.accept(requests);
                server.exchange(program.fromServer, program.fromClient, program.serverBegins);
                server.end(program.serverBegins);
            } finally {
                server.close();
            }
        }
    }

    /** Runs the client with the server that listens within the limit. */
    static void start(
        final Program program, final Device device, final InetSocketAddress local, final InetSocketAddress remote,
        final int trafficClass) throws Exception {
        try (Context context = device.open(); ConnectionManager manager = ConnectionManager.open(context)) {
            final ConnectionProgram client = new ConnectionProgram(program, context, trafficClass);
            try {
                client.connect(manager, local, remote);
                client.exchange(program.fromClient, program.fromServer, !program.serverBegins);
                client.end(!program.serverBegins);
            } finally {
                client.close();
            }
        }
    }

    private MessageEndpoint newEndpoint(final int receives, final int sends) {
        final MessageEndpoint endpoint = new MessageEndpoint(context, receives, sends, program.sizeBytes, false);
        endpoints.add(endpoint);
        return endpoint;
    }

    private void accept(final RequestQueue<ConnectionRequest> requests) throws Exception {
        for (int i = 0; i < program.connections; i++) {
            final ConnectionRequest request = requests.await(LIMIT)
                .orElseThrow(() -> new AssertionError("nobody connected within " + LIMIT));
            final MessageEndpoint endpoint = newEndpoint(program.fromClient, program.fromServer);
            connections.add(request.accept(endpoint.queuePair(), ConnectionParameters.defaults()));
            final int actual = endpoint.queuePair().query().addressVector().trafficClass();
            if (trafficClass != ANY_CLASS && actual != trafficClass) {
                throw new AssertionError("the traffic class is " + actual + ", not " + trafficClass);
            }
        }
        for (final Connection connection : connections) {
            connection.whenEstablished().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void connect(
        final ConnectionManager manager, final InetSocketAddress local, final InetSocketAddress remote)
        throws InterruptedException {
        final ConnectionParameters parameters = trafficClass == ANY_CLASS ? ConnectionParameters.defaults()
            : ConnectionParameters.defaults().withTrafficClass(trafficClass);
        final long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (connections.size() < program.connections) {
            final MessageEndpoint endpoint = newEndpoint(program.fromServer, program.fromClient);
            try {
                connections.add(manager.connect(local, remote, endpoint.queuePair(), parameters, LIMIT));
            } catch (final ConnectionException e) {
                if (e.reason() != ConnectionException.Reason.REJECTED || System.nanoTime() > deadlineNs) {
                    throw e;
                }
                endpoints.removeLast().close();
                Thread.sleep(NOBODY_LISTENS_PAUSE_MS);
            }
        }
    }

    private void exchange(final int sends, final int receives, final boolean begins) {
        for (final MessageEndpoint endpoint : endpoints) {
            if (!begins) {
                endpoint.await(0, receives);
            }
            endpoint.send(SendRequest.allocate(1).send()
                .localMemory(endpoint.memory(), 0, Math.max(1, program.sizeBytes)), sends);
        }
        for (final MessageEndpoint endpoint : endpoints) {
            endpoint.await(sends, receives);
        }
    }

    /** Disconnects, or waits until the peer does. */
    private void end(final boolean first) throws Exception {
        for (final Connection connection : connections) {
            if (first) {
                connection.disconnect();
            }
        }
        for (final Connection connection : connections) {
            connection.whenDisconnected().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private void close() {
        connections.forEach(Connection::close);
        endpoints.forEach(MessageEndpoint::close);
    }

    @Override
    public String toString() {
        return program.command() + " with " + endpoints;
    }
}
