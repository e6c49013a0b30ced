// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading completions that one poll has taken. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CompletionDecodingBenchmark {

    private static final int BATCH = 16;
    private static final int ATTEMPTS = 20;
    private static final long ALL_COMPLETE_MS = 200;

    private final WorkCompletions completions = WorkCompletions.allocate(BATCH);

    /** For JMH. */
    public CompletionDecodingBenchmark() {
    }

    /**
     * Takes a whole batch of completions with one poll.
     *
     * @param ends the connected ends.
     * @throws InterruptedException if the benchmark is stopped.
     */
    @Setup(Level.Trial)
    public void takeBatch(final ConnectedEnds ends) throws InterruptedException {
        final SendRequest write = SendRequest.allocate(1)
            .write(ends.far().address().bufferAddress(), ends.far().address().rkey()).noLocalMemory();
        for (int attempt = 0; attempt < ATTEMPTS && completions.count() != BATCH; attempt++) {
            for (int i = 0; i < BATCH; i++) {
                ends.near().queuePair().postSend(write.workRequestId(i));
            }
            Thread.sleep(ALL_COMPLETE_MS);
            for (int taken = 0; taken < BATCH; taken += completions.count()) {
                ends.awaitCompletions(ends.near().sendQueue(), completions);
            }
        }
        if (completions.count() != BATCH) {
            throw new IllegalStateException("no poll took " + BATCH + " completions at once, the last "
                + completions.count());
        }
    }

    /**
     * Reads what every application reads: whether a request succeeded, and which one it was.
     *
     * @return a number that depends on all completions.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long statusAndIdentifier() {
        final WorkCompletions completions = this.completions;
        long sum = 0;
        for (int i = 0; i < completions.count(); i++) {
            sum += completions.isSuccess(i) ? completions.workRequestId(i) : -1;
        }
        return sum;
    }

    /**
     * Calls every accessor.
     *
     * @return a number that depends on all completions.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long allAccessors() {
        final WorkCompletions completions = this.completions;
        long sum = completions.capacity();
        for (int i = 0; i < completions.count(); i++) {
            sum += completions.workRequestId(i) + completions.status(i).value() + completions.opcode(i).value()
                + completions.vendorError(i) + completions.byteLength(i) + completions.immediateData(i)
                + completions.invalidatedRkey(i) + completions.queuePairNumber(i)
                + completions.sourceQueuePairNumber(i);
            if (!completions.isSuccess(i) || completions.hasImmediateData(i) || completions.hasInvalidatedRkey(i)) {
                sum--;
            }
        }
        return sum;
    }
}
