// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells whoever connects to a node's socket how the node is, and hangs up: as its owner alone can. One thread accepts,
 * each client gets a dedicated thread. A node that can have no socket works as well.
 */
final class StatusServer implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(StatusServer.class.getName());
    private static final long PAUSE_MS = 100;

    private final ServerSocketChannel server;
    private final NodeSocket socket;
    private final Supplier<String> status;

    private StatusServer(final ServerSocketChannel server, final NodeSocket socket, final Supplier<String> status) {
        this.server = server;
        this.socket = socket;
        this.status = status;
    }

    /**
     * Opens a node's socket, and removes those of nodes that were killed.
     *
     * @param node    the node's name.
     * @param folders where the socket may be, the preferred one first.
     * @param status  what to answer; any thread asks.
     * @throws IOException when it can be in none of them; the message says of each why not.
     */
    static StatusServer start(final String node, final List<Path> folders, final Supplier<String> status)
        throws IOException {
        final List<String> failures = new ArrayList<>();
        for (final Path folder : folders) {
            try {
                RuntimeFolder.make(folder);
                removeDead(folder);
                final NodeSocket socket = NodeSocket.create(folder, node);
                final StatusServer started = new StatusServer(socket.listen(), socket, status);
                Thread.ofPlatform().daemon().name("ccm-status").start(started::serve);
                return started;
            } catch (final IOException e) {
                failures.add(OutputFile.reason(e));
            }
        }
        throw new IOException(String.join("; ", failures));
    }

    /** What stays behind disturbs nobody. */
    private static void removeDead(final Path folder) {
        try {
            RuntimeFolder.removeDead(folder);
        } catch (final IOException e) {
            LOGGER.log(Level.DEBUG, "sockets of nodes that were killed stay behind in " + folder, e);
        }
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                final SocketChannel client = server.accept();
                Thread.ofVirtual().name("ccm-status-answer").start(() -> answer(client));
            } catch (final ClosedChannelException e) {
                return;
            } catch (final IOException | RuntimeException | Error e) {
                LOGGER.log(Level.WARNING, "node " + socket.node() + " cannot answer who asks for its status at "
                    + socket.file(), e);
                pause();
            }
        }
    }

    /** What keeps accept from working, as too many open files, is over sooner without a loop that spins. */
    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(final SocketChannel client) {
        try (client) {
            final ByteBuffer answer = StandardCharsets.UTF_8.encode(status.get());
            while (answer.hasRemaining()) {
                client.write(answer);
            }
        } catch (final IOException e) {
            LOGGER.log(Level.DEBUG, "somebody asked node " + socket.node() + " for its status and did not wait for it",
                e);
        } catch (final RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, "node " + socket.node() + " cannot say how it is", e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(socket.file());
            server.close();
        } catch (final IOException e) {
            LOGGER.log(Level.WARNING, "the socket " + socket.file() + " of node " + socket.node() + " stays behind: "
                + e.getMessage());
        }
    }
}
