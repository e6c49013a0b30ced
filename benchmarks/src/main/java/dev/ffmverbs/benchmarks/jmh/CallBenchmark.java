// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Single calls: polling an empty queue, patching a request, posting one and taking its completion. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CallBenchmark {

    private final WorkCompletions completions = WorkCompletions.allocate(16);
    private final SendRequest patched = SendRequest.allocate(1);
    private final SendRequest empty = SendRequest.allocate(1);
    private CompletionQueue emptyQueue;
    private ConnectedEnds ends;
    private long counter;

    /** For JMH. */
    public CallBenchmark() {
    }

    /**
     * Prepares the requests.
     *
     * @param ends the connected ends.
     */
    @Setup(Level.Trial)
    public void prepare(final ConnectedEnds ends) {
        this.ends = ends;
        emptyQueue = ends.near().receiveQueue();
        empty.write(ends.far().address().bufferAddress(), ends.far().address().rkey()).noLocalMemory();
    }

    /**
     * Polls a queue that has no completion.
     *
     * @return 0.
     */
    @Benchmark
    public int emptyPoll() {
        return emptyQueue.poll(completions);
    }

    /**
     * Sets everything in a READ request that may change between two posts.
     *
     * @return the request.
     */
    @Benchmark
    public SendRequest patchRequest() {
        final long next = ++counter;
        return patched.workRequestId(next).read(next, (int) next).localMemory(ends.near().buffer(), 0, 8)
            .signal(true);
    }

    /** Posts a WRITE of nothing and polls until it has completed. */
    @Benchmark
    public void postAndPoll() {
        final ConnectedEnds ends = this.ends;
        ends.near().queuePair().postSend(empty);
        ends.awaitCompletion(ends.near().sendQueue());
    }
}
