// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells whoever connects to a node's socket how the node is, and hangs up: as its owner alone can. One thread accepts,
 * each who asks gets a thread of its own. A node that can have no socket works as well, and says so in its log.
 */
final class StatusServer implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(StatusServer.class.getName());
    private static final long PAUSE_MS = 100;

    private final ServerSocketChannel server;
    private final Path socket;
    private final Supplier<String> status;

    private StatusServer(final ServerSocketChannel server, final Path socket, final Supplier<String> status) {
        this.server = server;
        this.socket = socket;
        this.status = status;
    }

    /**
     * Opens a node's socket.
     *
     * @param node    the node's name.
     * @param folders where the socket may be, the preferred one first.
     * @param status  what to answer; any thread asks.
     */
    static StatusServer start(final String node, final List<Path> folders, final Supplier<String> status) {
        try {
            final Path socket = RuntimeFolder.socketOf(node, folders);
            Files.deleteIfExists(socket);
            final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            final StatusServer started = new StatusServer(server, socket, status);
            try {
                server.bind(UnixDomainSocketAddress.of(socket));
                Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            } catch (final IOException e) {
                started.close();
                throw e;
            }
            Thread.ofPlatform().daemon().name("ccm-status").start(started::serve);
            return started;
        } catch (final IOException e) {
            return none(node, e);
        }
    }

    /** Says why a node has no socket. */
    static StatusServer none(final String node, final IOException reason) {
        LOGGER.log(Level.WARNING,
            "ccm status will not see node " + node + ", which has no socket: " + reason.getMessage());
        return new StatusServer(null, null, () -> "");
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                final SocketChannel client = server.accept();
                Thread.ofVirtual().name("ccm-status-answer").start(() -> answer(client));
            } catch (final ClosedChannelException e) {
                return;
            } catch (final IOException e) {
                LOGGER.log(Level.WARNING, "cannot accept who asks for the status at " + socket + ": " + e.getMessage());
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
            LOGGER.log(Level.DEBUG, "somebody asked for the status and did not wait for it", e);
        }
    }

    @Override
    public void close() {
        try {
            if (server != null) {
                server.close();
                Files.deleteIfExists(socket);
            }
        } catch (final IOException e) {
            LOGGER.log(Level.WARNING, "the socket " + socket + " stays behind: " + e.getMessage());
        }
    }
}
