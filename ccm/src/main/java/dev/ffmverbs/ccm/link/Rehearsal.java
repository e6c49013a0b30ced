// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.memory.BootId;
import dev.ffmverbs.ccm.memory.BootPhase;
import dev.ffmverbs.ccm.memory.MailboxSlot;
import dev.ffmverbs.ccm.memory.Incarnation;
import dev.ffmverbs.ccm.memory.StatusBlock;
import java.util.concurrent.TimeUnit;

/**
 * Runs once, with nobody at the other end, what READs and WRITEs of a partner's memory run.
 *
 * <p>A JVM loads and links code when it first runs, which takes longer than a READ by orders of magnitude. Without this
 * the first handshake would take as long, in the middle of an operation that has a time limit.
 */
final class Rehearsal {

    private static final long LIMIT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private Rehearsal() {
    }

    static void run(final Context context) {
        try (ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(1);
             QueuePair queuePair =
                 domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             OutgoingBuffers buffers = new OutgoingBuffers(domain)) {
            buffers.status().examine();
            final Incarnation nobody = new Incarnation(BootId.NONE, 0);
            buffers.record().write(MailboxSlot.HELLO, 0, nobody, nobody, BootPhase.INITIALIZING);
            buffers.record().examine(MailboxSlot.HELLO);
            // In ERROR every request completes as flushed, and nothing leaves this machine.
            queuePair.modify(
                new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0).access());
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
            queuePair.postSend(SendRequest.allocate(1).read(0, 0)
                .localMemory(buffers.region(), OutgoingBuffers.STATUS_OFFSET, StatusBlock.LENGTH_BYTES));
            final WorkCompletions completions = WorkCompletions.allocate(1);
            final long startNs = System.nanoTime();
            while (queue.poll(completions) == 0 && System.nanoTime() - startNs < LIMIT_NS) {
                Thread.onSpinWait();
            }
        }
    }
}
