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
import dev.ffmverbs.WorkCompletionOpcode;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A client's connection with one node, and the lease to READ there. At most one request, one ping and one READ are
 * outstanding. Used by one thread.
 */
final class NodeLink implements AutoCloseable {

    private static final int RECEIVES = 4;
    private static final int REPLY_BYTES = 64;
    private static final long PING = (long) RECEIVES * REPLY_BYTES;
    private static final long WRITE = PING + 256;
    private static final long READ = WRITE + 256;
    private static final long READ_ID = RECEIVES;
    private static final long SEND_ID = RECEIVES + 1;
    private static final int QUEUE_ENTRIES = 16;
    private static final int LOOKS_BEFORE_PAUSE = 1_000;
    private static final long LONG_PAUSE_NS = 50_000;

    /** A node that does not acknowledge for about half a second is lost. */
    private static final int TIMEOUT_EXPONENT = 14;
    private static final int RETRIES = 5;

    private final Opened opened = new Opened();
    private final CompletionQueue queue;
    private final MemoryRegion buffers;
    private final QueuePair queuePair;
    private final WorkCompletions completions = WorkCompletions.allocate(QUEUE_ENTRIES);
    private final SendRequest send = SendRequest.allocate(1);
    private final SendRequest read = SendRequest.allocate(1);
    private final ReceiveRequest receive = ReceiveRequest.allocate(1);
    private Greeting greeting;
    private ReadLease lease;
    private int lastId;
    private int pingId;
    private long pingedNs;
    private boolean refused;
    private Reply reply;
    private boolean reading;
    private boolean broken;

    private NodeLink(final ProtectionDomain domain) {
        boolean complete = false;
        try {
            this.queue = opened.add(domain.context().createCompletionQueue(QUEUE_ENTRIES));
            this.buffers = opened.add(domain.allocate(READ + Bucket.BYTES, Access.LOCAL_WRITE));
            this.queuePair = opened.add(domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
                .withSendRequests(QUEUE_ENTRIES / 2).withReceiveRequests(RECEIVES)));
            complete = true;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    /**
     * Connects with a node.
     *
     * @throws dev.ffmverbs.cm.ConnectionException if it does not accept within the limit.
     * @throws IllegalArgumentException            if what accepts is not a node of a store.
     */
    static NodeLink connect(
        final ConnectionManager connections, final ProtectionDomain domain, final InetSocketAddress node,
        final Duration limit) {
        final NodeLink link = new NodeLink(domain);
        boolean connected = false;
        try {
            final Connection connection = link.opened.add(connections.connect(null, node, link.queuePair,
                ConnectionParameters.defaults().withRemoteAccess().withTimeoutExponent(TIMEOUT_EXPONENT)
                    .withRetryCount(RETRIES), limit));
            link.greeting = Greeting.decode(connection.privateData());
            link.lease = new ReadLease(System::nanoTime, link.greeting.readLeaseNs());
            for (int slot = 0; slot < RECEIVES; slot++) {
                link.postReceive(slot);
            }
            connected = true;
            return link;
        } finally {
            if (!connected) {
                link.close();
            }
        }
    }

    private void postReceive(final long slot) {
        queuePair.postReceive(receive.workRequestId(slot).localMemory(buffers, slot * REPLY_BYTES, Reply.BYTES));
    }

    /** Whether the connection can no longer be used. */
    boolean isBroken() {
        return broken;
    }

    /** Whether the node has said that it does not serve. */
    boolean hasRefused() {
        return refused;
    }

    ReadLease lease() {
        return lease;
    }

    Greeting nodesGreeting() {
        return greeting;
    }

    /** Asks whether the node serves, unless an answer is outstanding. */
    void sendPing() {
        if (pingId == 0) {
            // The time is read before the question is posted.
            pingedNs = System.nanoTime();
            pingId = post(Request.Kind.PING, "", "", PING, null);
        }
    }

    /** Sends a request; {@link #reply} returns the answer when it has come. */
    void submit(final Request.Kind kind, final String key, final String value, final String expected) {
        reply = null;
        post(kind, key, value, WRITE, expected);
    }

    private int post(
        final Request.Kind kind, final String key, final String value, final long offset, final String expected) {
        lastId++;
        new Request(lastId, kind, key, value, Optional.ofNullable(expected))
            .write(buffers.segment(), offset);
        queuePair.postSend(send.workRequestId(SEND_ID).send().localMemory(buffers, offset, Request.BYTES));
        return lastId;
    }

    /** The answer to the last request; null if it has not come. */
    Reply reply() {
        return reply;
    }

    /** Begins to READ a bucket. */
    void postRead(final int bucket) {
        reading = true;
        queuePair.postSend(read.workRequestId(READ_ID)
            .read(greeting.address() + (long) bucket * Bucket.BYTES, greeting.rkey())
            .localMemory(buffers, READ, Bucket.BYTES));
    }

    boolean isReading() {
        return reading;
    }

    /** The bucket that was READ last. */
    MemorySegment bucket() {
        return buffers.segment().asSlice(READ, Bucket.BYTES);
    }

    /** Takes what has completed. Returns whether something has. */
    boolean poll() {
        final int count = queue.poll(completions);
        for (int i = 0; i < count; i++) {
            final long id = completions.workRequestId(i);
            if (!completions.isSuccess(i)) {
                broken = true;
            } else if (completions.opcode(i) == WorkCompletionOpcode.RECEIVE) {
                take(Reply.read(buffers.segment(), id * REPLY_BYTES));
                postReceive(id);
            } else if (id == READ_ID) {
                reading = false;
            }
        }
        return count > 0;
    }

    private void take(final Reply answer) {
        if (answer == null) {
            broken = true;
            return;
        }
        if (answer.id() != pingId) {
            reply = answer;
            return;
        }
        pingId = 0;
        refused = answer.outcome() != Reply.Outcome.DONE;
        if (refused) {
            lease.end();
        } else {
            lease.grant(pingedNs);
        }
    }

    /** Polls until a moment before something else is to be looked at. Waits longer from look to look. */
    void pause(final int looks) {
        if (!poll()) {
            if (looks < LOOKS_BEFORE_PAUSE) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(LONG_PAUSE_NS);
            }
        }
    }

    @Override
    public void close() {
        opened.close();
    }
}
