// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.EndpointAddress;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;

/**
 * The messages between the two ends over TCP: what is measured, how to connect, and how many operations come next.
 * Errors name the other end.
 */
final class PeerExchange implements AutoCloseable {

    private static final int MAGIC = 0x6666_6d76;
    private static final long CONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long CONNECT_RETRY_MS = 20;
    private static final int READ_TIMEOUT_MS = 300_000;

    private final Socket socket;
    private final DataInputStream input;
    private final DataOutputStream output;

    private PeerExchange(final Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        input = new DataInputStream(socket.getInputStream());
        output = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    /** Waits for one client. */
    static PeerExchange accept(final int port) throws IOException {
        try (ServerSocket listening = new ServerSocket()) {
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(port), 1);
            return new PeerExchange(listening.accept());
        }
    }

    /** Connects to a server, which may still be starting. */
    static PeerExchange connect(final String host, final int port) throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        while (true) {
            try {
                return new PeerExchange(new Socket(host, port));
            } catch (final ConnectException e) {
                if (System.nanoTime() - startNs > CONNECT_TIMEOUT_NS) {
                    throw new IOException("no server listens at " + host + ":" + port + " after "
                        + TimeUnit.NANOSECONDS.toSeconds(CONNECT_TIMEOUT_NS) + " s: start it with the same arguments,"
                        + " without the host", e);
                }
                Thread.sleep(CONNECT_RETRY_MS);
            }
        }
    }

    /** Verifies that both ends measure the same, and exchanges their addresses. */
    EndpointAddress introduce(final Measurement measurement, final EndpointAddress own) throws IOException {
        final Operation operation = measurement.operation();
        final int sizeBytes = measurement.sizeBytes();
        output.writeInt(MAGIC);
        output.writeUTF(operation.name());
        output.writeInt(sizeBytes);
        own.write(output);
        output.flush();
        final Introduction theirs = callPeer(this::readIntroduction);
        if (theirs.magic != MAGIC) {
            throw new IOException("the program at " + socket.getRemoteSocketAddress() + " is not bench latency");
        }
        if (!theirs.operation.equals(operation.name()) || theirs.sizeBytes != sizeBytes) {
            throw new IOException("this end measures " + operation + " of " + sizeBytes + " bytes, the other "
                + theirs.operation + " of " + theirs.sizeBytes + ": start both with the same arguments");
        }
        return callPeer(() -> EndpointAddress.read(input));
    }

    /** The first message of an end. */
    private record Introduction(int magic, String operation, int sizeBytes) {
    }

    private Introduction readIntroduction() throws IOException {
        final int magic = input.readInt();
        return magic == MAGIC
            ? new Introduction(magic, input.readUTF(), input.readInt()) : new Introduction(magic, "", 0);
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    /** Communicates with the other end. If that end has gone away or is silent, the error says so. */
    private <T> T callPeer(final Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (final EOFException | SocketException e) {
            throw new IOException("the other end, at " + socket.getRemoteSocketAddress()
                + ", went away before the measurement was over: see what it printed, and start both again", e);
        } catch (final SocketTimeoutException e) {
            throw new IOException("the other end, at " + socket.getRemoteSocketAddress() + ", has been silent for "
                + TimeUnit.MILLISECONDS.toSeconds(READ_TIMEOUT_MS) + " s: see what it printed, and start both again",
                e);
        }
    }

    /** Returns as soon as the other end has called this method too. */
    void meet() throws IOException {
        sendCount(MAGIC);
        if (receiveCount() != MAGIC) {
            throw new IOException("the other end, at " + socket.getRemoteSocketAddress()
                + ", sent something else where both ends meet: start both again");
        }
    }

    void sendCount(final int count) throws IOException {
        callPeer(() -> {
            output.writeInt(count);
            output.flush();
            return count;
        });
    }

    int receiveCount() throws IOException {
        return callPeer(input::readInt);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
