// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;

/** What either end has: the software device, a queue pair, and memory. */
final class SoftEnd implements AutoCloseable {

    static final int LISTEN_PORT = 7480;

    /** READs that may be under way at a time. */
    static final int MAXIMUM_DEPTH = 16;

    private static final String DEVICE = "soft0";

    final CompletionChannel channel;
    final CompletionQueue queue;
    final QueuePair queuePair;
    final MemoryRegion memory;
    final ConnectionManager manager;
    private final Context context;
    private final ProtectionDomain domain;

    /**
     * Opens everything.
     *
     * @throws VerbsException when the device cannot be opened.
     */
    SoftEnd(final long memoryBytes) {
        context = Verbs.open(DEVICE);
        domain = context.allocateProtectionDomain();
        channel = context.createCompletionChannel();
        queue = context.createCompletionQueue(2 * MAXIMUM_DEPTH, channel, 0);
        queuePair = domain.createQueuePair(
            QueuePairConfiguration.reliableConnection(queue).withSendRequests(MAXIMUM_DEPTH));
        memory = domain.allocate(memoryBytes, Access.LOCAL_WRITE, Access.REMOTE_READ);
        manager = ConnectionManager.open(context);
    }

    static ConnectionParameters parameters() {
        return ConnectionParameters.defaults().withRemoteAccess(Access.REMOTE_READ)
            .withReads(MAXIMUM_DEPTH, MAXIMUM_DEPTH);
    }

    @Override
    public void close() {
        manager.close();
        queuePair.close();
        memory.close();
        queue.close();
        channel.close();
        domain.close();
        context.close();
    }
}
