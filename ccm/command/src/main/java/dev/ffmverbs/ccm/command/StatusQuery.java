// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Queries the status of a node at its socket. */
final class StatusQuery {

    /** Field of an answer: whether it came from the node itself. */
    static final String ANSWERS = "answers";

    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte[] NOTHING = {};

    private StatusQuery() {
    }

    /**
     * Asks a node for its status.
     *
     * @param socket the socket of the node.
     * @param limit  time limit for the whole answer.
     * @return the answer of the node. If it does not answer in time, for example because it is stopped, the result has
     *     only its name and process; the field {@value #ANSWERS} says which of the two it is. Empty if the node is
     *     gone; its socket is then removed.
     */
    static Optional<Map<String, Object>> ask(final NodeSocket socket, final Duration limit) throws IOException {
        if (!socket.isOfThisKernel() || socket.removeIfDead()) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(socket.file()));
            return Optional.of(parse(socket, readWithin(channel, limit)));
        } catch (final ConnectException e) {
            return Optional.empty();
        } catch (final SocketException tooManyWaitOrGone) {
            return Files.exists(socket.file()) ? Optional.of(parse(socket, NOTHING)) : Optional.empty();
        }
    }

    private static byte[] readWithin(final SocketChannel channel, final Duration limit) throws IOException {
        final long startNs = System.nanoTime();
        final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (true) {
                final long leftMs = limit.minusNanos(System.nanoTime() - startNs).toMillis();
                if (leftMs <= 0 || selector.select(leftMs) == 0) {
                    return NOTHING;
                }
                selector.selectedKeys().clear();
                if (channel.read(buffer.clear()) < 0) {
                    return answer.toByteArray();
                }
                answer.write(buffer.array(), 0, buffer.position());
            }
        }
    }

    private static Map<String, Object> parse(final NodeSocket socket, final byte[] answer) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        try {
            fields.putAll(JSON.std.mapFrom(answer));
            fields.put(ANSWERS, true);
        } catch (final IOException e) {
            // No answer, or only the beginning of one, because the node was killed or stopped.
            fields.put("name", socket.node());
            fields.put("process", socket.process());
            fields.put(ANSWERS, false);
        }
        return fields;
    }
}
