// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * rping as a program, for two ends on different machines. The other end may be rdma-core's rping.
 *
 * <pre>{@code
 * Rping server --device rxe0 --address 10.9.9.1 --port 7174 --count 100
 * Rping client --device rxe0 --address 10.9.9.2 --peer 10.9.9.1 --port 7174 --count 100 --size 64
 * }</pre>
 *
 * <p>The address belongs to the device. The client waits a minute for a server to listen, the server for a client to
 * connect. For the server, {@code --count} is the required number of pings. The exit status is 0 if every ping was
 * correct, 1 if not, and 64 for an invalid command line.
 */
public final class Rping {

    private static final int DEFAULT_PORT = 7174;
    private static final int DEFAULT_COUNT = 100;
    private static final int DEFAULT_SIZE = 64;
    private static final int EXIT_USAGE = 64;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private Rping() {
    }

    /**
     * Runs one end.
     *
     * @param arguments see above.
     * @throws Exception when a ping fails.
     */
    public static void main(final String[] arguments) throws Exception {
        try {
            final String role = arguments.length == 0 ? "nothing" : arguments[0];
            final Options options = new Options(List.of(arguments).subList(Math.min(1, arguments.length),
                arguments.length), Set.of("device", "address", "peer", "port", "count", "size"));
            switch (role) {
                case "server" -> serve(options);
                case "client" -> ping(options);
                default -> throw new IllegalArgumentException("the role is server or client, not " + role);
            }
        } catch (final IllegalArgumentException e) {
            System.err.println("Rping: " + e.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    private static void serve(final Options options) throws Exception {
        final Device device = Verbs.device(options.text("device"));
        final int expected = options.number("count", DEFAULT_COUNT);
        try (RpingServer server = new RpingServer(device,
            new InetSocketAddress(options.text("address"), options.number("port", DEFAULT_PORT)))) {
            System.out.println("listening on " + server.localAddress());
            final int served = server.serve(LIMIT, text -> System.out.println("server ping data: " + text));
            if (served != expected) {
                throw new AssertionError("served " + served + " pings, expected " + expected);
            }
        }
    }

    private static void ping(final Options options) throws Exception {
        final Device device = Verbs.device(options.text("device"));
        try (RpingClient client = new RpingClient(device, options.number("size", DEFAULT_SIZE))) {
            client.ping(new InetSocketAddress(options.text("address"), 0),
                new InetSocketAddress(options.text("peer"), options.number("port", DEFAULT_PORT)),
                options.number("count", DEFAULT_COUNT), LIMIT, text -> System.out.println("ping data: " + text));
        }
    }
}
