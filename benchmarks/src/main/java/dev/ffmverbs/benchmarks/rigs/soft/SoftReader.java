// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import com.sun.management.ThreadMXBean;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The measuring end: READs the peer's memory, some at a time. */
final class SoftReader implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final SoftEnd end;
    private final Connection connection;
    private final WaitMode mode;
    private final ReadLoad load;
    private final SendRequest[] requests;
    private final WorkCompletions completions = WorkCompletions.allocate(SoftEnd.MAXIMUM_DEPTH);
    private final long[] beganNs;
    private final long[] tookNs;

    SoftReader(final InetSocketAddress peer, final WaitMode mode, final ReadLoad load) {
        this.mode = mode;
        this.load = load;
        end = new SoftEnd((long) load.lengthBytes() * load.depth());
        connection = end.manager.connect(null, peer, end.queuePair, SoftEnd.parameters(), LIMIT);
        final ByteBuffer where = ByteBuffer.wrap(connection.privateData());
        final long address = where.getLong();
        final int rkey = where.getInt();
        requests = new SendRequest[load.depth()];
        for (int i = 0; i < load.depth(); i++) {
            requests[i] = SendRequest.allocate(1).signaled(true).read(address, rkey)
                .localMemory(end.memory, (long) i * load.lengthBytes(), load.lengthBytes());
        }
        beganNs = new long[Math.max(load.operations(), load.warmUp())];
        tookNs = new long[beganNs.length];
    }

    RunFigures warmUpAndMeasure() throws IOException {
        run(load.warmUp());
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final List<Thread> concerned = Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread == Thread.currentThread() || thread.getName().startsWith("soft-roce-")).toList();
        final long[] ids = concerned.stream().mapToLong(Thread::threadId).toArray();
        final long[] before = threads.getThreadAllocatedBytes(ids);
        final long startNs = System.nanoTime();
        run(load.operations());
        final long elapsedNs = System.nanoTime() - startNs;
        final long[] after = threads.getThreadAllocatedBytes(ids);
        final long[] sorted = Arrays.copyOf(tookNs, load.operations());
        Arrays.sort(sorted);
        return new RunFigures(sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)], load.operations(),
            elapsedNs, Arrays.stream(after).sum() - Arrays.stream(before).sum());
    }

    /** Operations of one queue pair end in the order they began. */
    private void run(final int operations) throws IOException {
        int begun = 0;
        int ended = 0;
        while (ended < operations) {
            while (begun < operations && begun - ended < load.depth()) {
                beganNs[begun] = System.nanoTime();
                end.queuePair.postSend(requests[begun % load.depth()]);
                begun++;
            }
            final int count = await();
            final long nowNs = System.nanoTime();
            for (int i = 0; i < count; i++) {
                if (!completions.succeeded(i)) {
                    throw new IOException("a READ failed: " + completions.describe(i));
                }
                tookNs[ended] = nowNs - beganNs[ended];
                ended++;
            }
        }
    }

    private int await() throws IOException {
        int count = end.queue.poll(completions);
        while (count == 0 && mode == WaitMode.POLL) {
            count = end.queue.poll(completions);
        }
        while (count == 0) {
            end.queue.requestNotification(false);
            count = end.queue.poll(completions);
            if (count == 0 && end.channel.await(LIMIT).isEmpty()) {
                throw new IOException("no completion within " + LIMIT);
            }
        }
        return count;
    }

    @Override
    public void close() {
        connection.close();
        end.close();
    }
}
