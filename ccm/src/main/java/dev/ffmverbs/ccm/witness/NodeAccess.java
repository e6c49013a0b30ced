// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.ConnectionRequest;

/** The way of one node to the block of its pair: a connection, with a key in a separate protection domain. */
final class NodeAccess implements AutoCloseable {

    private static final Access[] NODES_ACCESS = {Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC};

    private final ProtectionDomain domain;
    private MemoryRegion region;
    private QueuePair queuePair;
    private Connection connection;

    private NodeAccess(final ProtectionDomain domain) {
        this.domain = domain;
    }

    /**
     * Accepts the connection of a node.
     *
     * @param asked   the request.
     * @param from    what the node has said, which was checked.
     * @param block   the block of its pair.
     * @param witness the witness, for its secret and incarnation.
     * @param queue   completion queue, in which nothing ever completes.
     * @throws dev.ffmverbs.VerbsException         if the device refuses something.
     * @throws dev.ffmverbs.cm.ConnectionException if the node has given up, or the transport refuses.
     */
    static NodeAccess accept(
        final ConnectionRequest asked, final PairRequest from, final PairBlock block, final WitnessIdentity witness,
        final CompletionQueue queue) {
        final NodeAccess access = new NodeAccess(queue.context().allocateProtectionDomain());
        boolean accepted = false;
        try {
            access.register(block, queue);
            final PairGrant grant = new PairGrant(witness.incarnation(), access.region.iova(), access.region.rkey(),
                (int) access.region.lengthBytes());
            access.connection = asked.accept(access.queuePair, ConnectionParameters.defaults()
                .withRemoteAccess(NODES_ACCESS).withPrivateData(
                    grant.encode(from.toProof(asked.remoteAddress().getAddress()), witness.secret())));
            accepted = true;
            return access;
        } finally {
            if (!accepted) {
                access.close();
            }
        }
    }

    private void register(final PairBlock block, final CompletionQueue queue) {
        region = domain.registerAt(block.memory(), Witness.MEMORY_ADDRESS,
            Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
        queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
            .withSendRequests(1).withReceiveRequests(1));
    }

    Connection connection() {
        return connection;
    }

    /** Ends the connection. On return nothing of the node reaches the block through it. */
    @Override
    public void close() {
        final MemoryRegion registered = region;
        final QueuePair created = queuePair;
        try (domain; registered; created) {
            if (connection != null) {
                connection.close();
            }
        }
    }
}
