// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Runs every operation of a reliable connection in all sizes, in both directions between two devices. The program has
 * two ends, which may be different devices on different machines.
 *
 * <pre>{@code
 * Operations server --device rxe2 --port 18600
 * Operations client --device soft0 --peer 10.9.8.1 --port 18600
 * }</pre>
 *
 * <p>The ends use TCP to exchange the addresses of their queue pairs and to agree on when to check which operation.
 * First the client requests all operations, then the server. Each prints its requests and the counters of its device,
 * and ends with {@code N passed, N failed}. The exit status is 0 if everything was correct, 1 if not, and 64 for an
 * invalid command line.
 */
public final class Operations {

    private static final int DEFAULT_PORT = 18_600;
    private static final int EXIT_USAGE = 64;
    private static final int PAUSE_MS = 100;
    private static final String RIGHT = "right";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Device device;
    private final BufferedReader in;
    private final PrintWriter out;
    private int passed;
    private int failed;

    private Operations(final Device device, final Socket socket) throws IOException {
        this.device = device;
        socket.setSoTimeout((int) LIMIT.toMillis());
        socket.setTcpNoDelay(true);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    /**
     * Runs one end.
     *
     * @param arguments see above.
     * @throws Exception if communication with the other end fails.
     */
    public static void main(final String[] arguments) throws Exception {
        try {
            final String role = arguments.length == 0 ? "nothing" : arguments[0];
            final Options options = new Options(List.of(arguments).subList(Math.min(1, arguments.length),
                arguments.length), Set.of("device", "peer", "port"));
            final Device device = Verbs.device(options.text("device"));
            final int port = options.number("port", DEFAULT_PORT);
            final boolean right = switch (role) {
                case "server" -> serve(device, port);
                case "client" -> ask(device, new InetSocketAddress(options.text("peer"), port));
                default -> throw new IllegalArgumentException("the role is server or client, not " + role);
            };
            System.exit(right ? 0 : 1);
        } catch (final IllegalArgumentException e) {
            System.err.println("Operations: " + e.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    private static boolean serve(final Device device, final int port) throws IOException {
        try (ServerSocket listening = new ServerSocket(port)) {
            listening.setSoTimeout((int) LIMIT.toMillis());
            System.out.println("listening on port " + port);
            try (Socket socket = listening.accept()) {
                return new Operations(device, socket).run(false);
            }
        }
    }

    private static boolean ask(final Device device, final InetSocketAddress server)
        throws IOException, InterruptedException {
        final long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
                return new Operations(device, socket).run(true);
            } catch (final ConnectException e) {
                if (System.nanoTime() > deadlineNs) {
                    throw e;
                }
                Thread.sleep(PAUSE_MS);
            }
        }
    }

    private boolean run(final boolean asksFirst) throws IOException {
        try (OperationsEndpoint endpoint = new OperationsEndpoint(device)) {
            out.println(device.name() + " " + endpoint.description().line());
            final String[] theirs = read().split(" ", 2);
            endpoint.connect(OperationsEndpoint.Peer.parse(theirs[1]));
            if (asksFirst) {
                askAll(endpoint, theirs[0]);
                serveAll(endpoint);
            } else {
                serveAll(endpoint);
                askAll(endpoint, theirs[0]);
            }
            System.out.println("device  " + endpoint.deviceDescription());
        }
        System.out.println(passed + " passed, " + failed + " failed");
        return failed == 0;
    }

    private String read() throws IOException {
        final String line = in.readLine();
        if (line == null) {
            throw new IOException("the other end closed the connection");
        }
        return line;
    }

    private void askAll(final OperationsEndpoint endpoint, final String peer) throws IOException {
        for (final OperationStep step : OperationStep.all()) {
            read();
            final String here = outcome(() -> endpoint.execute(step));
            out.println(here);
            final String there = read();
            final boolean right = here.equals(RIGHT) && there.equals(RIGHT);
            passed += right ? 1 : 0;
            failed += right ? 0 : 1;
            System.out.println((right ? "ok      " : "FAILED  ") + step + ", " + device.name() + " asks " + peer
                + (right ? "" : ": here " + here + ", there " + there));
        }
    }

    private void serveAll(final OperationsEndpoint endpoint) throws IOException {
        for (final OperationStep step : OperationStep.all()) {
            out.println(outcome(() -> endpoint.prepare(step)));
            final String theirs = read();
            out.println(theirs.equals(RIGHT) ? outcome(() -> endpoint.checkServed(step)) : "not looked at");
        }
    }

    private static String outcome(final Runnable action) {
        try {
            action.run();
            return RIGHT;
        } catch (final AssertionError | RuntimeException e) {
            return e.toString().lines().findFirst().orElse("no reason");
        }
    }
}
