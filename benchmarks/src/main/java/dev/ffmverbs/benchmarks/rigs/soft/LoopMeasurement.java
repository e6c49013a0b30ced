// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the loops of a measuring process, each in a thread, and reports what they did.
 *
 * <p>It prints {@code begin} and {@code end} around what counts. It prints the figures after it has read another line,
 * so that the processor time can be read before the process ends.
 */
final class LoopMeasurement {

    private static final String REQUEST_THREAD = "request-";

    /** Threads of the software device have names that begin with this. */
    private static final String DEVICE_THREAD = "soft-roce-";

    private final List<? extends MeasuredLoop> loops;
    private final Load.Duration duration;

    LoopMeasurement(final List<? extends MeasuredLoop> loops, final Load.Duration duration) {
        this.loops = loops;
        this.duration = duration;
    }

    /** Waits for another process, and reads its line. */
    interface Reader {
        String readLine() throws IOException;
    }

    /** Starts a thread whose death ends this process, as that of the main thread does. */
    static Thread start(final String name, final Runnable task) {
        return Thread.ofPlatform().name(name)
            .uncaughtExceptionHandler(Thread.currentThread().getUncaughtExceptionHandler()).start(task);
    }

    /** Runs the loops through all phases. */
    void run(final Reader reader) throws IOException, InterruptedException {
        final List<Thread> threads = new ArrayList<>();
        for (final MeasuredLoop loop : loops) {
            threads.add(start(REQUEST_THREAD + threads.size(), loop));
        }
        Thread.sleep(duration.warmUpMs());
        final AllocationCount allocation = new AllocationCount();
        System.out.println("begin");
        final long startNs = System.nanoTime();
        loops.forEach(loop -> loop.enter(MeasuredLoop.Phase.MEASURE));
        Thread.sleep(duration.measureMs());
        final long allocatedBytes = allocation.bytes(); // while all threads live
        loops.forEach(loop -> loop.enter(MeasuredLoop.Phase.DONE));
        final long elapsedNs = System.nanoTime() - startNs;
        System.out.println("end");
        reader.readLine();
        for (final Thread thread : threads) {
            thread.join();
        }
        System.out.println(TimeRecord.summarize(loops.stream().map(MeasuredLoop::times).toList(),
            loops.stream().flatMapToLong(loop -> Arrays.stream(loop.operationsOfPairs())).toArray(), elapsedNs,
            allocatedBytes).line());
    }

    /** Counts what the threads that move data have allocated since its creation. */
    private static final class AllocationCount {

        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long[] ids = Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith(REQUEST_THREAD)
                || thread.getName().startsWith(DEVICE_THREAD))
            .mapToLong(Thread::threadId).toArray();
        private final long beforeBytes = sum();

        private long sum() {
            return Arrays.stream(threads.getThreadAllocatedBytes(ids)).sum();
        }

        private long bytes() {
            return sum() - beforeBytes;
        }
    }
}
