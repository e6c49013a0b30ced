// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.ExtendedCompletionQueue;
import dev.ffmverbs.ExtendedQueuePair;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendBatch;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations between open devices allocate nothing in threads that poll or wait, and nothing in port threads. */
class DeviceAllocationTest {

    private static final int WARM_UP = 20_000;
    private static final int LONG_WARM_UP = 3_000;
    private static final int MEASURED = 1_000;
    private static final int ATTEMPTS = 8;

    private enum Operation {
        READ, LONG_READ, WRITE, LONG_WRITE, SEND, FETCH_AND_ADD, COMPARE_AND_SWAP;

        boolean isLong() {
            return this == LONG_READ || this == LONG_WRITE;
        }
    }

    private static SendRequest request(final Operation operation, final SoftEndpoint from, final SoftEndpoint to) {
        final long address = to.memory.iova();
        final int rkey = to.memory.rkey();
        final SendRequest request = SendRequest.allocate(1).signal(true).localMemory(from.memory, 0, 8);
        return switch (operation) {
            case READ -> request.read(address, rkey);
            case LONG_READ -> request.read(address, rkey).localMemory(from.memory, 0, 65_536);
            case WRITE -> request.write(address, rkey);
            case LONG_WRITE -> request.write(address, rkey).localMemory(from.memory, 0, 65_536);
            case SEND -> request.send();
            case FETCH_AND_ADD -> request.fetchAndAdd(address, rkey, 1);
            case COMPARE_AND_SWAP -> request.compareAndSwap(address, rkey, 0, 1);
        };
    }

    @ParameterizedTest
    @EnumSource
    void polledOperationsAllocateNothing(final Operation operation) {
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to);
            to.connect(from);
            final SendRequest request = request(operation, from, to);
            final ReceiveRequest receive = ReceiveRequest.allocate(1).localMemory(to.memory, 0, 64);
            final boolean received = operation == Operation.SEND;
            assertAllocatesNothing(operation.isLong() ? LONG_WARM_UP : WARM_UP, () -> {
                if (received) {
                    to.post(receive);
                }
                from.post(request);
                from.poll(1);
                if (received) {
                    to.poll(1);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void operationsThatAreWaitedForAllocateNothing(final Operation operation) {
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to);
            to.connect(from);
            final SendRequest request = request(operation, from, to);
            final ReceiveRequest receive = ReceiveRequest.allocate(1).localMemory(to.memory, 0, 64);
            final boolean received = operation == Operation.SEND;
            assertAllocatesNothing(LONG_WARM_UP, () -> {
                if (received) {
                    to.post(receive);
                }
                from.post(request);
                from.await();
                if (received) {
                    to.await();
                }
            });
        }
    }

    @Test
    void batchesAndCompletionsThatAreReadInPlaceAllocateNothing() {
        try (SoftEndpoint from = new SoftEndpoint(SoftDevices.LEFT, true);
             SoftEndpoint to = new SoftEndpoint(SoftDevices.RIGHT)) {
            from.connect(to);
            to.connect(from);
            final ExtendedQueuePair queuePair = (ExtendedQueuePair) from.queuePair;
            final ExtendedCompletionQueue queue = (ExtendedCompletionQueue) from.queue;
            final MemorySegment header = from.memory.segment().asSlice(0, 16);
            final long address = to.memory.iova();
            final int rkey = to.memory.rkey();
            assertAllocatesNothing(WARM_UP, () -> {
                final SendBatch batch = queuePair.start();
                batch.write(address, rkey).inlineData(header);
                batch.write(address, rkey).localMemory(from.memory, 0, 8).addLocalMemory(from.memory, 64, 8);
                batch.signal(true).fetchAndAdd(address, rkey, 1).localMemory(from.memory, 0, 8);
                batch.complete();
                while (!queue.startPoll()) {
                    Thread.onSpinWait();
                }
                final boolean succeeded = queue.status() == WorkCompletionStatus.SUCCESS;
                queue.endPoll();
                if (!succeeded) {
                    throw new AssertionError("the batch failed");
                }
            });
        }
    }

    /** Compilation and first use may allocate once. Repeated operations never allocate. */
    static void assertAllocatesNothing(final int warmUp, final Runnable operation) {
        final Optional<AllocatedBytes> counter = AllocatedBytes.counter();
        assumeTrue(counter.isPresent(), "this JVM does not count allocated bytes per thread");
        final AllocatedBytes bytes = counter.get();
        final List<Thread> ports = Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("soft-roce-")).toList();
        assertEquals(2, ports.size(), "threads of ports: " + ports);
        for (int i = 0; i < warmUp; i++) {
            operation.run();
        }
        long leastByPorts = Long.MAX_VALUE;
        long leastByCaller = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && (leastByPorts != 0 || leastByCaller != 0); attempt++) {
            final long portsBefore = ports.stream().mapToLong(bytes::count).sum();
            final long countedBefore = bytes.count();
            final long callerBefore = bytes.count();
            for (int i = 0; i < MEASURED; i++) {
                operation.run();
            }
            final long byCaller = bytes.count() - callerBefore - (callerBefore - countedBefore);
            // Negative if counting itself allocated more than usual before the operations: that says nothing of them.
            if (byCaller >= 0) {
                leastByCaller = Math.min(leastByCaller, byCaller);
            }
            leastByPorts = Math.min(leastByPorts, ports.stream().mapToLong(bytes::count).sum() - portsBefore);
        }
        assertEquals(0, leastByPorts, "bytes allocated by threads of ports in " + MEASURED + " operations");
        assertEquals(0, leastByCaller, "bytes allocated by the caller in " + MEASURED + " operations");
    }
}
