// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Device;
import dev.ffmverbs.QueuePairType;
import dev.ffmverbs.Verbs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * The Java counterpart of {@code ibv_rc_pingpong}, {@code ibv_uc_pingpong}, {@code ibv_ud_pingpong} and {@code
 * ibv_srq_pingpong} as a program, for two ends on different machines.
 *
 * <pre>{@code
 * PingPong server --device rxe0 --port 18515                     with: ibv_rc_pingpong -d rxe0 -g 1 -c 10.9.9.1
 * PingPong client --device rxe0 --port 18515 --peer 10.9.9.1     with: ibv_rc_pingpong -d rxe0 -g 1 -c
 * }</pre>
 *
 * <p>{@code --program ibv_srq_pingpong} selects another program. {@code --size} and {@code --iterations} match the C
 * program, which must run with {@code -c} to check. The client waits a minute for a server to listen, the server for
 * a client to connect. The exit status is 0 if every message was correct, 1 if not, 64 for an invalid command line.
 */
public final class PingPong {

    static final int DEFAULT_SIZE = 4096;
    static final int DEFAULT_ITERATIONS = 1000;

    /** What the peer runs, or would run if it were the C program. */
    enum Program {
        IBV_RC_PINGPONG((device, size) -> new PingPongEndpoint(device, size, QueuePairType.RELIABLE_CONNECTION)),
        IBV_UC_PINGPONG((device, size) -> new PingPongEndpoint(device, size, QueuePairType.UNRELIABLE_CONNECTION)),
        IBV_UD_PINGPONG((device, size) -> new PingPongEndpoint(device, size, QueuePairType.UNRELIABLE_DATAGRAM)),
        IBV_SRQ_PINGPONG(SharedPingPongEndpoint::new);

        private final BiFunction<Device, Integer, PingPongPlayer> player;

        Program(final BiFunction<Device, Integer, PingPongPlayer> player) {
            this.player = player;
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

    private static final int DEFAULT_PORT = 18_515;
    private static final int EXIT_USAGE = 64;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private PingPong() {
    }

    /**
     * Runs one end.
     *
     * @param arguments see above.
     * @throws Exception if a message is wrong or does not arrive.
     */
    public static void main(final String[] arguments) throws Exception {
        try {
            final String role = arguments.length == 0 ? "nothing" : arguments[0];
            final Options options = new Options(List.of(arguments).subList(Math.min(1, arguments.length),
                arguments.length), Set.of("program", "device", "peer", "port", "size", "iterations"));
            switch (role) {
                case "server" -> serve(options);
                case "client" -> start(options);
                default -> throw new IllegalArgumentException("the role is server or client, not " + role);
            }
        } catch (final IllegalArgumentException e) {
            System.err.println("PingPong: " + e.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    private static void serve(final Options options) throws Exception {
        final Device device = Verbs.device(options.text("device"));
        try (ServerSocket listening = new ServerSocket(options.number("port", DEFAULT_PORT))) {
            System.out.println("listening on " + listening.getLocalSocketAddress());
            serve(program(options), device, listening, options.number("size", DEFAULT_SIZE),
                options.number("iterations", DEFAULT_ITERATIONS), LIMIT);
        }
        System.out.println("all messages were right");
    }

    private static Program program(final Options options) {
        return Program.of(options.text("program", Program.IBV_RC_PINGPONG.command()));
    }

    private static void start(final Options options) throws Exception {
        start(program(options), Verbs.device(options.text("device")),
            new InetSocketAddress(options.text("peer"), options.number("port", DEFAULT_PORT)),
            options.number("size", DEFAULT_SIZE), options.number("iterations", DEFAULT_ITERATIONS), LIMIT);
        System.out.println("all messages were right");
    }

    /** Runs the server for the client that connects within the limit. */
    static void serve(
        final Program program, final Device device, final ServerSocket listening, final int sizeBytes,
        final int iterations, final Duration limit) throws IOException {
        try (PingPongPlayer player = program.player.apply(device, sizeBytes)) {
            AddressExchange.withClient(listening, player.addresses(), player::connect, limit);
            player.play(false, iterations);
        }
    }

    /** Runs the client with the server that listens within the limit. */
    static void start(
        final Program program, final Device device, final InetSocketAddress server, final int sizeBytes,
        final int iterations, final Duration limit) throws IOException, InterruptedException {
        try (PingPongPlayer player = program.player.apply(device, sizeBytes)) {
            player.connect(AddressExchange.withServer(server, player.addresses(), limit));
            player.play(true, iterations);
        }
    }
}
