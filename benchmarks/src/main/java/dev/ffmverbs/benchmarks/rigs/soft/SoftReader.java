// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import com.sun.management.ThreadMXBean;
import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.benchmarks.device.BusyWait;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.benchmarks.device.TimedReads;
import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The measuring end: it READs the peer's memory, several READs at a time. Not thread-safe. */
final class SoftReader implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final double P99 = 0.99;

    private final Endpoint end;
    private final ConnectionManager manager;
    private final Connection connection;
    private final ReadLoad load;
    private final TimedReads reads;
    private final long[] postedNs;
    private final long[] completedNs;

    SoftReader(final InetSocketAddress peer, final WaitMode mode, final ReadLoad load) throws IOException {
        this.load = load;
        end = Endpoint.withSendChannel(SoftRig.DEVICE, (long) load.lengthBytes() * load.depth());
        ConnectionManager openedManager = null;
        boolean complete = false;
        try {
            openedManager = ConnectionManager.open(end.context());
            manager = openedManager;
            connection = manager.connect(null, peer, end.queuePair(), SoftRig.parameters(), LIMIT);
            final EndpointAddress memory =
                EndpointAddress.read(new DataInputStream(new ByteArrayInputStream(connection.privateData())));
            reads = new TimedReads(end, memory, load.lengthBytes(), load.depth(),
                mode == WaitMode.POLL ? new BusyWait(LIMIT)::poll : new Sleep(end.sendChannel().orElseThrow()));
            complete = true;
        } finally {
            if (!complete) {
                if (openedManager != null) {
                    openedManager.close();
                }
                end.close();
            }
        }
        postedNs = new long[Math.max(load.operations(), load.warmUp())];
        completedNs = new long[postedNs.length];
    }

    /** Sleeps until a completion queue reports a completion to its channel. */
    private record Sleep(CompletionChannel channel) implements TimedReads.CompletionWait {

        @Override
        public int await(final CompletionQueue queue, final WorkCompletions taken) {
            int count = queue.poll(taken);
            while (count == 0) {
                queue.requestNotification(false);
                count = queue.poll(taken);
                if (count == 0 && channel.await(LIMIT).isEmpty()) {
                    return 0;
                }
            }
            return count;
        }
    }

    RunFigures warmUpAndMeasure() {
        if (load.warmUp() > 0) {
            reads.run(load.warmUp(), postedNs, completedNs);
        }
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final List<Thread> concerned = Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread == Thread.currentThread() || thread.getName().startsWith("soft-roce-")).toList();
        final long[] ids = concerned.stream().mapToLong(Thread::threadId).toArray();
        final long[] before = threads.getThreadAllocatedBytes(ids);
        final long startNs = System.nanoTime();
        reads.run(load.operations(), postedNs, completedNs);
        final long elapsedNs = System.nanoTime() - startNs;
        final long[] after = threads.getThreadAllocatedBytes(ids);
        final long[] tookNs = new long[load.operations()];
        Arrays.setAll(tookNs, i -> completedNs[i] - postedNs[i]);
        final OrderStatistics times = OrderStatistics.of(tookNs, 0, tookNs.length);
        return new RunFigures((long) times.upperMedian(), (long) times.quantile(P99), load.operations(), elapsedNs,
            Arrays.stream(after).sum() - Arrays.stream(before).sum());
    }

    @Override
    public void close() {
        try (end; manager; connection) {
            // in the order opposite to opening, even if one cannot be closed
        }
    }
}
