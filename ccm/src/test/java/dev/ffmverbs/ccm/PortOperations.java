// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.TransportType;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Performs operations on a port and waits for each of them. */
final class PortOperations {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    private PortOperations() {
    }

    /** WRITEs, and waits until the partner has what was written. */
    static WorkCompletionStatus write(
        final Port port, final MemoryRegion local, final long remoteAddress, final int lengthBytes) {
        final WorkCompletionStatus status = run(port, SendRequest.allocate(1)
            .write(remoteAddress, port.partnerMemory().rkey()).localMemory(local, 0, lengthBytes));
        if (status != WorkCompletionStatus.SUCCESS || !isIwarp(port)) {
            return status;
        }
        // The WRITE is complete when TCP has it. The peer answers a READ of no bytes after it.
        return run(port, SendRequest.allocate(1).read(0, 0).localAddress(0, 0, 0));
    }

    private static boolean isIwarp(final Port port) {
        return port.queuePair().device().transportType() == TransportType.IWARP;
    }

    static WorkCompletionStatus read(
        final Port port, final MemoryRegion local, final long remoteAddress, final int lengthBytes) {
        return run(port, SendRequest.allocate(1).read(remoteAddress, port.partnerMemory().rkey())
            .localMemory(local, 0, lengthBytes));
    }

    /** Asserts that the partner refuses a WRITE. On iWARP, it may be complete before, when TCP has it. */
    static void assertWriteRefused(
        final Port port, final MemoryRegion local, final long remoteAddress, final int rkey, final int lengthBytes) {
        assertRefused(port,
            SendRequest.allocate(1).write(remoteAddress, rkey).localMemory(local, 0, lengthBytes),
            Set.of(WorkCompletionStatus.SUCCESS, WorkCompletionStatus.WORK_REQUEST_FLUSHED));
    }

    /** Asserts that the partner refuses a READ. On iWARP, the refusal ends the connection, and the READ is flushed. */
    static void assertReadRefused(
        final Port port, final MemoryRegion local, final long remoteAddress, final int lengthBytes) {
        assertRefused(port,
            SendRequest.allocate(1).read(remoteAddress, port.partnerMemory().rkey()).localMemory(local, 0, lengthBytes),
            Set.of(WorkCompletionStatus.WORK_REQUEST_FLUSHED));
    }

    private static void assertRefused(
        final Port port, final SendRequest request, final Set<WorkCompletionStatus> onIwarp) {
        final WorkCompletionStatus status = run(port, request);
        if (!isIwarp(port)) {
            assertEquals(WorkCompletionStatus.REMOTE_ACCESS_ERROR, status, port.toString());
            return;
        }
        assertTrue(onIwarp.contains(status), () -> status + " on " + port);
        final long startNs = System.nanoTime();
        while (port.queuePair().state() != QueuePairState.ERROR) {
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, () -> "the partner has not refused it on " + port);
            Thread.onSpinWait();
        }
    }

    static WorkCompletionStatus send(final Port port, final MemoryRegion local, final int lengthBytes) {
        return run(port, SendRequest.allocate(1).send().localMemory(local, 0, lengthBytes));
    }

    static void postReceive(final Port port, final MemoryRegion local) {
        port.queuePair().postReceive(ReceiveRequest.allocate(1).localMemory(local, 0, local.lengthBytes()));
    }

    static WorkCompletionStatus run(final Port port, final SendRequest request) {
        if (port.queuePair().postSend(request) != 1) {
            throw new AssertionError("the send queue of " + port + " is full");
        }
        return complete(port);
    }

    /** Waits for a completion of any kind on the port. */
    static WorkCompletionStatus complete(final Port port) {
        final WorkCompletions completions = WorkCompletions.allocate(1);
        final long startNs = System.nanoTime();
        while (port.completionQueue().poll(completions) == 0) {
            if (System.nanoTime() - startNs > LIMIT_NS) {
                throw new AssertionError("nothing completed on " + port + " within " + LIMIT_NS + " ns");
            }
            Thread.onSpinWait();
        }
        return completions.status(0);
    }
}
