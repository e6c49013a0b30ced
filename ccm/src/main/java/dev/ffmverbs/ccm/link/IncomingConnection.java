// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ccm.memory.BootId;
import dev.ffmverbs.cm.Connection;

/** A partner's connection to this node: a queue pair this node never posts to. */
final class IncomingConnection implements AutoCloseable {

    private final Connection connection;
    private final QueuePair queuePair;
    private final BootId bootId;
    private volatile boolean ended;

    /**
     * A connection that was accepted.
     *
     * @param connection the connection.
     * @param queuePair  its end here.
     * @param bootId     the incarnation that made it.
     * @param onEnd      called, on any thread, when it has ended.
     */
    IncomingConnection(
        final Connection connection, final QueuePair queuePair, final BootId bootId, final Runnable onEnd) {
        this.connection = connection;
        this.queuePair = queuePair;
        this.bootId = bootId;
        connection.disconnected().thenRun(() -> {
            ended = true;
            onEnd.run();
        });
    }

    BootId bootId() {
        return bootId;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Ends it; on return nothing reaches this node's memory through it. */
    @Override
    public void close() {
        connection.close();
        queuePair.close();
    }
}
