// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Whole operations from post to completion, one at a time.
 *
 * <p>READ and the atomics are round trips. WRITE and SEND go there and back, and the result is half of that, as in
 * perftest. Unlike in perftest, one thread does both halves, one after the other.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DataPathBenchmark {

    private static final int THERE_AND_BACK = 2;
    private static final int INCOMING_OFFSET = 4096;

    /** Bytes per operation, at most 4096. */
    @Param("8")
    public int sizeBytes;

    private final ReceiveRequest nearReceive = ReceiveRequest.allocate(1);
    private final ReceiveRequest farReceive = ReceiveRequest.allocate(1);
    private SendRequest read;
    private SendRequest fetchAndAdd;
    private SendRequest writeToFar;
    private SendRequest writeToNear;
    private SendRequest sendToFar;
    private SendRequest sendToNear;
    private ConnectedEnds ends;

    /** For JMH. */
    public DataPathBenchmark() {
    }

    /**
     * Prepares the requests and posts a stock of receives.
     *
     * @param ends the connected ends.
     */
    @Setup(Level.Trial)
    public void prepare(final ConnectedEnds ends) {
        this.ends = ends;
        final Endpoint near = ends.near();
        final Endpoint far = ends.far();
        final EndpointAddress remote = far.address();
        read = requestFrom(near, sizeBytes).read(remote.bufferAddress(), remote.rkey());
        fetchAndAdd = requestFrom(near, Long.BYTES).fetchAndAdd(remote.bufferAddress(), remote.rkey(), 1);
        writeToFar = requestFrom(near, sizeBytes)
            .write(remote.bufferAddress() + INCOMING_OFFSET, remote.rkey());
        writeToNear = requestFrom(far, sizeBytes)
            .write(near.address().bufferAddress() + INCOMING_OFFSET, near.address().rkey());
        sendToFar = requestFrom(near, sizeBytes).send();
        sendToNear = requestFrom(far, sizeBytes).send();
        nearReceive.localMemory(near.buffer(), INCOMING_OFFSET, sizeBytes);
        farReceive.localMemory(far.buffer(), INCOMING_OFFSET, sizeBytes);
        near.queuePair().postReceive(nearReceive);
        far.queuePair().postReceive(farReceive);
    }

    private static SendRequest requestFrom(final Endpoint end, final int lengthBytes) {
        final MemoryRegion buffer = end.buffer();
        return SendRequest.allocate(1).localMemory(buffer, 0, lengthBytes);
    }

    /** RDMA READ: the round trip. */
    @Benchmark
    public void read() {
        final ConnectedEnds ends = this.ends;
        ends.near().queuePair().postSend(read);
        ends.awaitCompletion(ends.near().sendQueue());
    }

    /** Atomic fetch and add: the round trip. */
    @Benchmark
    public void fetchAndAdd() {
        final ConnectedEnds ends = this.ends;
        ends.near().queuePair().postSend(fetchAndAdd);
        ends.awaitCompletion(ends.near().sendQueue());
    }

    /** RDMA WRITE there and back, each up to its completion. */
    @Benchmark
    @OperationsPerInvocation(THERE_AND_BACK)
    public void write() {
        final ConnectedEnds ends = this.ends;
        ends.near().queuePair().postSend(writeToFar);
        ends.awaitCompletion(ends.near().sendQueue());
        ends.far().queuePair().postSend(writeToNear);
        ends.awaitCompletion(ends.far().sendQueue());
    }

    /** SEND there and back, each taken by its receiver, which posts another receive. */
    @Benchmark
    @OperationsPerInvocation(THERE_AND_BACK)
    public void send() {
        final ConnectedEnds ends = this.ends;
        final Endpoint near = ends.near();
        final Endpoint far = ends.far();
        near.queuePair().postSend(sendToFar);
        ends.awaitCompletion(near.sendQueue());
        ends.awaitCompletion(far.receiveQueue());
        far.queuePair().postReceive(farReceive);
        far.queuePair().postSend(sendToNear);
        ends.awaitCompletion(far.sendQueue());
        ends.awaitCompletion(near.receiveQueue());
        near.queuePair().postReceive(nearReceive);
    }
}
