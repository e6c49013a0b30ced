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
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Answers status queries: sends the status of the node to each client that connects to its socket, and closes the
 * connection. Only the user who runs the node can connect. One thread accepts connections, and each connection has a
 * dedicated virtual thread.
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

    /** Opens the socket of a node; returns null and tells the reason if that is not possible. */
    static StatusServer startIfPossible(
        final String node, final Supplier<String> status, final Consumer<String> onFailure) {
        try {
            return start(node, RuntimeFolder.candidates(), status);
        } catch (final IOException e) {
            onFailure.accept(e.getMessage());
            return null;
        }
    }

    /**
     * Opens the socket of a node, and removes the sockets of nodes that were killed.
     *
     * @param node    name of the node.
     * @param folders folders where the socket may be, the preferred one first.
     * @param status  supplies the answer; called by several threads.
     * @throws IOException if the socket can be in none of the folders; the message gives the reason for each.
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

    /** Removes the sockets of killed nodes; a failure is harmless, and logged at level DEBUG. */
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
                LOGGER.log(Level.WARNING,
                    "node " + socket.node() + " cannot accept status queries at " + socket.file(), e);
                pause();
            }
        }
    }

    /** Waits before the next attempt: what makes accept fail, such as too many open files, passes with time. */
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
            LOGGER.log(Level.DEBUG, "a client of node " + socket.node()
                + " closed the connection before it had the whole status", e);
        } catch (final RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, "node " + socket.node() + " cannot report its status", e);
        }
    }

    @Override
    public void close() {
        try (server) {
            Files.deleteIfExists(socket.file());
        } catch (final IOException e) {
            LOGGER.log(Level.WARNING, "cannot remove the socket " + socket.file() + " of node " + socket.node() + ": "
                + e.getMessage());
        }
    }
}
