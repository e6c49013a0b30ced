// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.AddressHandle;
import dev.ffmverbs.AddressVector;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.GlobalRoutingHeader;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.DatagramPeer;
import dev.ffmverbs.cm.DatagramRequest;
import dev.ffmverbs.cm.Datagrams;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.cm.MulticastMembership;
import dev.ffmverbs.cm.MulticastRole;
import dev.ffmverbs.cm.RequestQueue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The Java counterpart of {@code udaddy} and {@code mckey} as a program, for two ends on different machines.
 *
 * <pre>{@code
 * DatagramProgram server --program udaddy --device rxe0 --address 10.9.9.1              with: udaddy -s 10.9.9.1
 * DatagramProgram client --program udaddy --device rxe0 --address 10.9.9.2 --peer 10.9.9.1      with: udaddy
 * DatagramProgram server --program mckey --device rxe0 --address 10.9.9.1 --group 239.1.2.3     with: mckey -s
 * DatagramProgram client --program mckey --device rxe0 --address 10.9.9.1 --group 239.1.2.3 --until FILE
 * }</pre>
 *
 * <p>The client of {@code mckey} sends until the file exists, because the C program does not tell when it receives. The
 * exit status is 0 if every message arrived, 1 if not, and 64 for an invalid command line.
 */
public final class DatagramProgram {

    static final int MESSAGES = 10;
    static final int SIZE_BYTES = 100;
    private static final int DEFAULT_PORT = 7174;
    private static final int EXIT_USAGE = 64;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int PAUSE_MS = 100;

    private DatagramProgram() {
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
                arguments.length), Set.of("program", "device", "address", "peer", "group", "until"));
            final Device device = Verbs.device(options.text("device"));
            final InetAddress address = InetAddress.getByName(options.text("address"));
            switch (options.text("program") + " " + role) {
                case "udaddy server" -> serve(device, new InetSocketAddress(address, DEFAULT_PORT),
                    () -> System.out.println("listening"));
                case "udaddy client" -> start(device, new InetSocketAddress(address, 0),
                    new InetSocketAddress(options.text("peer"), DEFAULT_PORT));
                case "mckey server" -> receive(device, address, InetAddress.getByName(options.text("group")),
                    () -> System.out.println("listening"));
                case "mckey client" -> sendUntil(device, address, InetAddress.getByName(options.text("group")),
                    () -> Files.exists(Path.of(options.text("until"))));
                default -> throw new IllegalArgumentException(
                    "the program is udaddy or mckey, and the role server or client");
            }
            System.out.println("all messages arrived");
        } catch (final IllegalArgumentException e) {
            System.err.println("DatagramProgram: " + e.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    private static MessageEndpoint newEndpoint(final Context context) {
        return new MessageEndpoint(
            context, MESSAGES, MESSAGES, GlobalRoutingHeader.BYTES + SIZE_BYTES, true);
    }

    private static SendRequest message(
        final MessageEndpoint endpoint, final AddressHandle handle, final int queuePairNumber, final int queueKey) {
        return SendRequest.allocate(1).sendWithImmediate(endpoint.queuePair().number())
            .localMemory(endpoint.memory(), 0, SIZE_BYTES).to(handle, queuePairNumber, queueKey);
    }

    /** Serves one run of udaddy's client. Answers every message. */
    static void serve(final Device device, final InetSocketAddress address, final Runnable onListening)
        throws Exception {
        final RequestQueue<DatagramRequest> requests = new RequestQueue<>();
        try (Context context = device.open(); ConnectionManager manager = ConnectionManager.open(context);
             Listener listener = manager.datagrams().listen(address, 1, requests);
             MessageEndpoint endpoint = newEndpoint(context)) {
            onListening.run();
            makeReady(endpoint);
            requests.await(LIMIT).orElseThrow(() -> new AssertionError("nobody asked " + listener))
                .accept(endpoint.queuePair(), new byte[0]);
            int sender = 0;
            AddressVector back = null;
            while (endpoint.received() < MESSAGES) {
                final WorkCompletions received = endpoint.next();
                sender = received.immediateData(0);
                back = context.pathToSender(received, 0, endpoint.memory().segment(), 0, 1);
            }
            try (AddressHandle handle = endpoint.domain().createAddressHandle(back)) {
                endpoint.send(message(endpoint, handle, sender, Datagrams.QUEUE_KEY), MESSAGES);
                endpoint.await(MESSAGES, MESSAGES);
            }
        }
    }

    /** Posts the receives before a peer can send. */
    private static void makeReady(final MessageEndpoint endpoint) {
        endpoint.queuePair().modify(new QueuePairAttributes().state(QueuePairState.INIT)
            .port(1).partitionKeyIndex(0).queueKey(Datagrams.QUEUE_KEY));
        endpoint.postReceives(MESSAGES);
    }

    /** Runs udaddy's client with the server that listens within the limit. */
    static void start(final Device device, final InetSocketAddress local, final InetSocketAddress remote)
        throws Exception {
        try (Context context = device.open(); ConnectionManager manager = ConnectionManager.open(context);
             MessageEndpoint endpoint = newEndpoint(context)) {
            makeReady(endpoint);
            final DatagramPeer peer = resolve(manager, local, remote, endpoint);
            try (AddressHandle handle = endpoint.domain().createAddressHandle(peer.path())) {
                endpoint.send(message(endpoint, handle, peer.queuePairNumber(), peer.queueKey()), MESSAGES);
                endpoint.await(MESSAGES, MESSAGES);
            }
        }
    }

    private static DatagramPeer resolve(
        final ConnectionManager manager, final InetSocketAddress local, final InetSocketAddress remote,
        final MessageEndpoint endpoint) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try {
                return manager.datagrams().resolve(
                    local, remote, endpoint.queuePair(), ConnectionParameters.defaults(), LIMIT);
            } catch (final ConnectionException e) {
                if (e.reason() != ConnectionException.Reason.REJECTED || System.nanoTime() > deadlineNs) {
                    throw e;
                }
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    /** Receives what mckey's sender sends to a group. */
    static void receive(
        final Device device, final InetAddress address, final InetAddress group, final Runnable onJoined)
        throws Exception {
        try (Context context = device.open(); ConnectionManager manager = ConnectionManager.open(context);
             MessageEndpoint endpoint = newEndpoint(context)) {
            makeReady(endpoint);
            try (MulticastMembership membership = manager.datagrams().join(
                new InetSocketAddress(address, 0), group, MulticastRole.MEMBER, endpoint.queuePair(), LIMIT)) {
                onJoined.run();
                endpoint.await(0, MESSAGES);
                System.out.println(membership + " has received " + endpoint.received());
            }
        }
    }

    /** Sends to a group, one message at a time, until mckey's receiver has ended. */
    static void sendUntil(
        final Device device, final InetAddress address, final InetAddress group, final BooleanSupplier over)
        throws Exception {
        try (Context context = device.open(); ConnectionManager manager = ConnectionManager.open(context);
             MessageEndpoint endpoint = newEndpoint(context);
             MulticastMembership membership = manager.datagrams().join(new InetSocketAddress(address, 0), group,
                 MulticastRole.SENDER, endpoint.queuePair(), LIMIT);
             AddressHandle handle = endpoint.domain().createAddressHandle(membership.path())) {
            final SendRequest request =
                message(endpoint, handle, membership.queuePairNumber(), membership.queueKey());
            final long deadlineNs = System.nanoTime() + LIMIT.toNanos();
            for (int sent = 1; !over.getAsBoolean(); sent++) {
                if (System.nanoTime() > deadlineNs) {
                    throw new AssertionError("the receiver did not end within " + LIMIT);
                }
                endpoint.send(request, 1);
                endpoint.await(sent, 0);
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}
