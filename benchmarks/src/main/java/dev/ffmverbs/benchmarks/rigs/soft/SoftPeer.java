// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.LoopbackAddress;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.Listener;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The process whose memory {@link SoftReader} READs. It ends when its connection does. */
final class SoftPeer {

    private static final int ADDRESS = 2;
    private static final int PORT = 7480;
    private static final int POLLS_PER_LOOK = 1 << 16;
    private static final int LOOK_INTERVAL_MS = 10;
    private static final long START_LIMIT_S = 60;

    private SoftPeer() {
    }

    /** Returns the address at which the peer of this process listens. */
    static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral(LoopbackAddress.ofThisProcess(ADDRESS)), PORT);
    }

    /** Returns the command line of a peer that runs like this JVM. */
    static List<String> command(final WaitMode mode, final ReadLoad load) {
        final String host = address().getAddress().getHostAddress();
        final List<String> options = JavaProgram.ownOptions();
        options.add("-D" + SoftRig.ADDRESSES_PROPERTY + "=" + host);
        return JavaProgram.command(
            options, SoftPeer.class, host, mode.name(), Integer.toString(load.lengthBytes()));
    }

    /**
     * Serves one connection.
     *
     * @param arguments address of the device, how to wait, and length of the memory, as {@link #command} writes them.
     * @throws IOException          if nobody connects within 60 s.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        JavaProgram.exitOnFailure();
        final InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(arguments[0]), PORT);
        final WaitMode mode = WaitMode.valueOf(arguments[1]);
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        try (Endpoint end = Endpoint.withSendChannel(SoftRig.DEVICE, Integer.parseInt(arguments[2]));
             ConnectionManager manager = ConnectionManager.open(end.context());
             Listener listener = manager.listen(address, 1, requests::add)) {
            System.out.println("ready at " + listener.localAddress());
            final ConnectionRequest request = requests.poll(START_LIMIT_S, TimeUnit.SECONDS);
            if (request == null) {
                throw new IOException("nobody connected to " + listener.localAddress() + " within " + START_LIMIT_S
                    + " s");
            }
            try (Connection connection = request.accept(
                end.queuePair(), SoftRig.parameters().withPrivateData(encode(end)))) {
                serve(mode, end, connection);
            }
        }
    }

    private static byte[] encode(final Endpoint end) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        end.address().write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static void serve(final WaitMode mode, final Endpoint end, final Connection connection)
        throws InterruptedException {
        final WorkCompletions nothing = WorkCompletions.allocate(1);
        while (!connection.whenDisconnected().isDone()) {
            if (mode == WaitMode.BLOCK) {
                Thread.sleep(LOOK_INTERVAL_MS);
            } else {
                for (int i = 0; i < POLLS_PER_LOOK; i++) {
                    end.sendQueue().poll(nothing);
                }
            }
        }
    }
}
