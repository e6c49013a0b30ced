// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import java.time.Duration;

/** A client of {@link RemoteProcedureCall}: asks one question at a time and waits for its answer. */
final class RemoteCaller {

    private static final int BUFFER_BYTES = RemoteProcedureCall.BUFFER_BYTES;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private RemoteCaller() {
    }

    static void ask(final Arguments own, final String... questions) {
        try (Context context = Verbs.open(own.device());
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(16);
             MemoryRegion memory = domain.allocate(2 * BUFFER_BYTES, Access.LOCAL_WRITE);
             QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
             ConnectionManager manager = ConnectionManager.open(context);
             Connection connection = manager.connect(
                 own.anyPort(), own.peer(), queuePair, ConnectionParameters.defaults(), LIMIT)) {
            for (final String question : questions) {
                System.out.println(Arguments.text(connection.localAddress()) + " " + question + " -> "
                    + call(queuePair, queue, memory, question));
            }
        }
    }

    private static String call(
        final QueuePair queuePair, final CompletionQueue queue, final MemoryRegion memory, final String question) {
        final int length = RemoteProcedureCall.write(memory.segment(), question);
        // The buffer for the answer is posted before the question, or the answer could find none.
        queuePair.postReceive(ReceiveRequest.allocate(1).localMemory(memory, BUFFER_BYTES, BUFFER_BYTES));
        queuePair.postSend(SendRequest.allocate(1).send().localMemory(memory, 0, length).signal(false));
        final WorkCompletions completions = WorkCompletions.allocate(1);
        if (queue.await(completions, LIMIT) == 0) {
            throw new IllegalStateException("no answer within " + LIMIT);
        }
        completions.copy(0).requireSuccess();
        return RemoteProcedureCall.read(memory.segment().asSlice(BUFFER_BYTES, completions.byteLength(0)));
    }
}
