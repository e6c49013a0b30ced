// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * The TCP connection of a perftest server with its client, as version 5.33 and later use it. The client speaks first in
 * every exchange. A server can answer most of it with the same.
 */
final class PerftestExchange implements Closeable {

    private static final int VERSION_BYTES = 16;

    /** Size of a page and of a cache line. */
    private static final int SYSTEM_BYTES = Integer.BYTES;
    private static final int MTU_BYTES = 2;
    private static final int REPORTED_NUMBERS = 5;
    private static final int PAGE_BYTES = 4096;
    private static final int CACHE_LINE_BYTES = 64;
    private static final byte[] VERSION = "6.06".getBytes(StandardCharsets.US_ASCII);
    private static final long RETRY_MS = 100;
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

    /** Connects to a server, as soon as it listens. */
    static PerftestExchange connect(final String host, final int port, final Duration limit)
        throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        while (true) {
            final Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(host, port), (int) limit.toMillis());
                socket.setSoTimeout((int) limit.toMillis());
                socket.setTcpNoDelay(true);
                return new PerftestExchange(socket);
            } catch (final IOException e) {
                socket.close();
                if (System.nanoTime() - startNs > limit.toNanos()) {
                    throw e;
                }
                Thread.sleep(RETRY_MS);
            }
        }
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

    private byte[] ask(final byte[] question) throws IOException {
        output.write(question);
        return read(question.length);
    }

    /** Agrees with the server on version, system and MTU, a number of {@code enum ibv_mtu}. Returns the smaller MTU. */
    int propose(final int mtu) throws IOException {
        ask(Arrays.copyOf(VERSION, VERSION_BYTES));
        ask(ByteBuffer.allocate(SYSTEM_BYTES).putInt(PAGE_BYTES).array());
        ask(ByteBuffer.allocate(SYSTEM_BYTES).putInt(CACHE_LINE_BYTES).array());
        return Math.min(mtu, ask(new byte[] {(byte) ('0' + mtu), 0})[0] - '0');
    }

    /** Tells the server the own keys, and returns those of the server. */
    PerftestKeys exchangeKeys(final PerftestKeys keys) throws IOException {
        sendKeys(keys);
        return receiveKeys();
    }

    /** Tells the server a bandwidth, of which only the size and the number of messages are known. */
    void report(final long messageBytes, final long iterations) throws IOException {
        for (int i = 0; i < REPORTED_NUMBERS; i++) {
            ask(ByteBuffer.allocate(Long.BYTES).putLong(i == 0 ? messageBytes : i == 1 ? iterations : 0).array());
        }
    }

    /** Ends, as the client. */
    void leave(final PerftestKeys keys) throws IOException {
        exchangeKeys(keys);
        output.write(DONE);
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
