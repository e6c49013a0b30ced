// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The initial exchange of addresses over TCP in the pingpong programs.
 *
 * <p>The client sends its addresses. The server connects its queue pairs and answers with its own. The client sends
 * {@code done}. Both send the same number of addresses.
 */
final class AddressExchange {

    private static final byte[] DONE = "done\0".getBytes(StandardCharsets.US_ASCII);
    private static final int NOBODY_LISTENS_PAUSE_MS = 100;

    private AddressExchange() {
    }

    /**
     * Runs the client's part.
     *
     * @param server where a server listens, or will listen within the limit.
     * @param own    our addresses.
     * @param limit  time to connect, and then for each answer.
     * @return the server's addresses.
     */
    static List<PeerAddress> withServer(
        final InetSocketAddress server, final List<PeerAddress> own, final Duration limit)
        throws IOException, InterruptedException {
        try (Socket socket = connect(server, System.nanoTime() + limit.toNanos())) {
            socket.setSoTimeout((int) limit.toMillis());
            send(socket, own);
            final List<PeerAddress> peers = receive(socket, own.size());
            socket.getOutputStream().write(DONE);
            return peers;
        }
    }

    private static Socket connect(final InetSocketAddress server, final long deadlineNs)
        throws IOException, InterruptedException {
        while (true) {
            try {
                return new Socket(server.getAddress(), server.getPort());
            } catch (final ConnectException e) {
                if (System.nanoTime() > deadlineNs) {
                    throw e;
                }
                Thread.sleep(NOBODY_LISTENS_PAUSE_MS);
            }
        }
    }

    /**
     * Runs the server's part.
     *
     * @param listening where the client connects to.
     * @param own       our addresses.
     * @param connect   connects our queue pairs to the client's addresses.
     * @param limit     time for the client to connect, and then for each message.
     */
    static void withClient(
        final ServerSocket listening, final List<PeerAddress> own, final Consumer<List<PeerAddress>> connect,
        final Duration limit) throws IOException {
        listening.setSoTimeout((int) limit.toMillis());
        try (Socket socket = listening.accept()) {
            socket.setSoTimeout((int) limit.toMillis());
            connect.accept(receive(socket, own.size()));
            send(socket, own);
            final byte[] answer = socket.getInputStream().readNBytes(DONE.length);
            if (!Arrays.equals(DONE, answer)) {
                throw new AssertionError("the client answered '" + new String(answer, StandardCharsets.US_ASCII)
                    + "', not 'done'");
            }
        }
    }

    /** Sends all addresses in one piece, because the C programs read an address with one call of read. */
    private static void send(final Socket socket, final List<PeerAddress> addresses) throws IOException {
        final ByteArrayOutputStream message = new ByteArrayOutputStream();
        addresses.forEach(address -> message.writeBytes(address.wire()));
        socket.getOutputStream().write(message.toByteArray());
    }

    private static List<PeerAddress> receive(final Socket socket, final int count) throws IOException {
        final List<PeerAddress> addresses = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            addresses.add(PeerAddress.parse(socket.getInputStream().readNBytes(PeerAddress.BYTES)));
        }
        return addresses;
    }
}
