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
import java.util.function.Supplier;

/** Tells whoever connects to a node's socket how the node is, and hangs up. A thread of its own, for as long as it is
 * open; a node without a socket, because there is no folder for it, works as well. */
final class StatusServer implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(StatusServer.class.getName());

    private final ServerSocketChannel server;
    private final Path socket;
    private final Supplier<String> status;

    private StatusServer(final ServerSocketChannel server, final Path socket, final Supplier<String> status) {
        this.server = server;
        this.socket = socket;
        this.status = status;
    }

    static StatusServer start(final String node, final Supplier<String> status) {
        StatusServer started = new StatusServer(null, null, status);
        try {
            final Path socket = RuntimeFolder.socketOf(node);
            final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            started = new StatusServer(server, socket, status);
            Files.deleteIfExists(socket);
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofPlatform().daemon().name("ccm-status").start(started::serve);
        } catch (final IOException e) {
            LOGGER.log(Level.WARNING, "ccm status will not see this node: it can have no socket: " + e.getMessage());
        }
        return started;
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                final ByteBuffer answer = StandardCharsets.UTF_8.encode(status.get());
                while (answer.hasRemaining()) {
                    client.write(answer);
                }
            } catch (final ClosedChannelException e) {
                return;
            } catch (final IOException e) {
                LOGGER.log(Level.DEBUG, "somebody asked for the status and did not wait for it", e);
            }
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
