// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ccm.memory.BootId;
import dev.ffmverbs.cm.Connection;

/**
 * A partner's connection to this node: a queue pair this node never posts to.
 *
 * @param connection the connection.
 * @param queuePair  its end here.
 * @param bootId     the incarnation that made it.
 */
record IncomingConnection(Connection connection, QueuePair queuePair, BootId bootId) implements AutoCloseable {

    boolean hasEnded() {
        return connection.disconnected().isDone();
    }

    /** Ends it; on return nothing reaches this node's memory through it. */
    @Override
    public void close() {
        connection.close();
        queuePair.close();
    }
}
