// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.ConnectionRequest;
import java.util.Optional;

/**
 * The node's end of the connection with one client: receives for its requests, and replies.
 *
 * <p>A client has at most {@link #DEPTH} requests that are not answered. A receive is posted again when the request
 * that it has got is answered. A client that sends more waits until then, and the node keeps nothing of it.
 */
final class ServedClient implements AutoCloseable {

    static final int DEPTH = 4;

    /** Replies that may be on their way: a client sends its next request before it acknowledges a reply. */
    private static final int MOST_REPLIES = 2 * DEPTH;
    private static final int REPLY_BYTES = 64;
    private static final long FIRST_REPLY = (long) DEPTH * Request.BYTES;

    private final long number;
    private final MemoryRegion buffers;
    private final QueuePair queuePair;
    private final ReceiveRequest receive = ReceiveRequest.allocate(1);
    private final SendRequest send = SendRequest.allocate(1);
    private Connection connection;
    private long replies;
    private long repliesSent;
    private boolean givenUp;
    private boolean closed;
    private long heardNs = System.nanoTime();

    private ServedClient(final long number, final ProtectionDomain domain, final CompletionQueue queue) {
        this.number = number;
        this.buffers = domain.allocate(FIRST_REPLY + MOST_REPLIES * REPLY_BYTES, Access.LOCAL_WRITE);
        boolean complete = false;
        try {
            this.queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
                .withSendRequests(MOST_REPLIES).withReceiveRequests(DEPTH));
            complete = true;
        } finally {
            if (!complete) {
                buffers.close();
            }
        }
    }

    /** Accepts a client. The number tells its completions from those of others. */
    static ServedClient accept(
        final ConnectionRequest request, final long number, final ProtectionDomain domain,
        final CompletionQueue queue, final Greeting greeting) {
        final ServedClient client = new ServedClient(number, domain, queue);
        boolean accepted = false;
        try {
            client.connection = request.accept(client.queuePair, ConnectionParameters.defaults()
                .withRemoteAccess(Access.REMOTE_READ).withPrivateData(greeting.encode()));
            for (int slot = 0; slot < DEPTH; slot++) {
                client.postReceive(slot);
            }
            accepted = true;
            return client;
        } finally {
            if (!accepted) {
                client.close();
            }
        }
    }

    private void postReceive(final int slot) {
        queuePair.postReceive(receive.workRequestId(number * DEPTH + slot)
            .localMemory(buffers, (long) slot * Request.BYTES, Request.BYTES));
    }

    /** Takes the request that a receive has got, for {@link #reply}. Empty if it is none. */
    Optional<Request> take(final long workRequestId, final int lengthBytes) {
        heardNs = System.nanoTime();
        final int slot = (int) (workRequestId % DEPTH);
        return lengthBytes == Request.BYTES
            ? Request.read(buffers.segment(), (long) slot * Request.BYTES) : Optional.empty();
    }

    /** Answers the request that a receive has got. */
    void reply(final long workRequestId, final int id, final Reply.Outcome outcome) {
        send(workRequestId, new Reply(id, outcome, null));
    }

    /** Answers the question that a receive has got. */
    void reply(final long workRequestId, final int id, final StoreStatus status) {
        send(workRequestId, new Reply(id, Reply.Outcome.STATUS, status));
    }

    /** Takes note that the client has got a reply. */
    void noteReplySent() {
        repliesSent++;
    }

    private void send(final long workRequestId, final Reply reply) {
        if (isGone()) {
            return;
        }
        if (replies - repliesSent == MOST_REPLIES) {
            // It asks without taking the answers, and gets none of the others that it waits for either.
            givenUp = true;
            return;
        }
        // First, because the client may send its next request as soon as it has the reply.
        postReceive((int) (workRequestId % DEPTH));
        final long offset = FIRST_REPLY + replies % MOST_REPLIES * REPLY_BYTES;
        replies++;
        final int lengthBytes = reply.write(buffers.segment(), offset);
        queuePair.postSend(send.workRequestId(number * DEPTH).send().localMemory(buffers, offset, lengthBytes));
    }

    /** For how long the client has asked nothing. */
    long silentNs() {
        return System.nanoTime() - heardNs;
    }

    /** Whether the connection has ended, or is of no use. */
    boolean isGone() {
        return closed || givenUp || connection.whenDisconnected().isDone();
    }

    /** Ends the connection. On return the client can no longer READ the table through it. */
    @Override
    public void close() {
        closed = true;
        try (buffers; queuePair) {
            if (connection != null) {
                connection.close();
            }
        }
    }

    @Override
    public String toString() {
        return "client " + number + " (" + connection + ")";
    }
}
