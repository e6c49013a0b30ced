// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import java.util.concurrent.TimeUnit;

/** Performs operations on a port and waits for each of them. */
final class PortOperations {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    private PortOperations() {
    }

    static WorkCompletionStatus write(
        final Port port, final MemoryRegion local, final long remoteAddress, final int lengthBytes) {
        return run(port, SendRequest.allocate(1).write(remoteAddress, port.partnerMemory().rkey())
            .localMemory(local, 0, lengthBytes));
    }

    static WorkCompletionStatus read(
        final Port port, final MemoryRegion local, final long remoteAddress, final int lengthBytes) {
        return run(port, SendRequest.allocate(1).read(remoteAddress, port.partnerMemory().rkey())
            .localMemory(local, 0, lengthBytes));
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
