// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.softroce;

import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench soft-peer}: the process whose memory {@code bench soft} READs; it ends with its parent. */
@Command(name = "soft-peer", hidden = true, description = "The other process of bench soft.")
public final class SoftPeerCommand implements Callable<Integer> {

    private static final int POLLS_PER_LOOK = 1 << 16;
    private static final int NAP_MS = 10;
    private static final long START_LIMIT_S = 60;

    @Option(names = "--address", required = true, description = "address of its device")
    private InetAddress address;

    @Option(names = "--mode", required = true, description = "whether it polls")
    private Mode mode;

    @Option(names = "--bytes", required = true, description = "length of its memory")
    private int memoryBytes;

    /** For the command line. */
    public SoftPeerCommand() {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final BlockingQueue<ConnectionRequest> requests = new LinkedBlockingQueue<>();
        final ByteBuffer where = ByteBuffer.allocate(Long.BYTES + Integer.BYTES);
        try (SoftEnd end = new SoftEnd(memoryBytes);
             Listener listener = end.manager.listen(
                 new InetSocketAddress(address, SoftEnd.LISTEN_PORT), 1, requests::add)) {
            where.putLong(end.memory.iova()).putInt(end.memory.rkey());
            System.out.println("ready at " + listener.localAddress());
            final ConnectionRequest request = requests.poll(START_LIMIT_S, TimeUnit.SECONDS);
            if (request == null) {
                throw new IOException("nobody connected within " + START_LIMIT_S + " s");
            }
            final Connection connection =
                request.accept(end.queuePair, SoftEnd.parameters().withPrivateData(where.array()));
            serve(end, connection);
            connection.close();
        }
        return 0;
    }

    private void serve(final SoftEnd end, final Connection connection) throws InterruptedException {
        final WorkCompletions nothing = WorkCompletions.allocate(1);
        while (!connection.whenDisconnected().isDone()) {
            if (mode == Mode.BLOCK) {
                Thread.sleep(NAP_MS);
            } else {
                for (int i = 0; i < POLLS_PER_LOOK; i++) {
                    end.queue.poll(nothing);
                }
            }
        }
    }
}
