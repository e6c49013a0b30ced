// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The TCP connection of a perftest server with its client, as version 5.33 and later use it. The client speaks first in
 * every exchange. Most of what it says can be answered with the same.
 */
final class PerftestExchange implements Closeable {

    private static final int VERSION_BYTES = 16;

    /** Size of a page and of a cache line. */
    private static final int SYSTEM_BYTES = Integer.BYTES;
    private static final int MTU_BYTES = 2;
    private static final int REPORTED_NUMBERS = 5;
    private static final byte[] DONE = "done\0".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream input;
    private final OutputStream output;

    private PerftestExchange(final Socket socket) throws IOException {
        this.socket = socket;
        this.input = new DataInputStream(socket.getInputStream());
        this.output = socket.getOutputStream();
    }

    /** Waits for a client. */
    static PerftestExchange accept(final ServerSocket listening, final Duration limit) throws IOException {
        listening.setSoTimeout((int) limit.toMillis());
        final Socket socket = listening.accept();
        socket.setSoTimeout((int) limit.toMillis());
        socket.setTcpNoDelay(true);
        return new PerftestExchange(socket);
    }

    private byte[] read(final int bytes) throws IOException {
        final byte[] message = new byte[bytes];
        input.readFully(message);
        return message;
    }

    private byte[] echo(final int bytes) throws IOException {
        final byte[] message = read(bytes);
        output.write(message);
        return message;
    }

    /** Agrees to the client's version, system and MTU. Returns the MTU as a number of {@code enum ibv_mtu}. */
    int agree() throws IOException {
        echo(VERSION_BYTES);
        echo(SYSTEM_BYTES);
        echo(SYSTEM_BYTES);
        return echo(MTU_BYTES)[0] - '0';
    }

    PerftestKeys receiveKeys() throws IOException {
        return PerftestKeys.decode(read(PerftestKeys.BYTES));
    }

    void sendKeys(final PerftestKeys keys) throws IOException {
        output.write(keys.encode());
    }

    /** Answers the client when it reaches the same step. */
    void meet(final PerftestKeys keys) throws IOException {
        receiveKeys();
        sendKeys(keys);
    }

    /** Takes the client's report of its bandwidth. */
    void takeReport() throws IOException {
        for (int i = 0; i < REPORTED_NUMBERS; i++) {
            echo(Long.BYTES);
        }
    }

    void end(final PerftestKeys keys) throws IOException {
        meet(keys);
        output.write(DONE);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
