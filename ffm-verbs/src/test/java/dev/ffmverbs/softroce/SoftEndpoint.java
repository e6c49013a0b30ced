// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import dev.ffmverbs.Access;
import dev.ffmverbs.CompletionChannel;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.ExtendedCompletionQueue;
import dev.ffmverbs.ExtendedQueuePair;
import dev.ffmverbs.GidEntry;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.PathMtu;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.SendOperation;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One end of a connection between software devices. Like an application, it uses verbs alone. */
final class SoftEndpoint implements AutoCloseable {

    static final int MEMORY_BYTES = 1 << 17;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final Duration PATIENCE = Duration.ofNanos(PATIENCE_NS);
    private static final int FIRST_PSN = 0xFF_FFF0;

    final Context context;
    final CompletionQueue queue;
    final QueuePair queuePair;
    final MemoryRegion memory;
    final WorkCompletions completions = WorkCompletions.allocate(16);
    final CompletionChannel channel;
    private final ProtectionDomain domain;
    private final GidEntry gid;

    SoftEndpoint(final String deviceName) {
        this(deviceName, false);
    }

    /** Creates an endpoint. An extended one has an {@link ExtendedQueuePair} and an {@link ExtendedCompletionQueue}. */
    SoftEndpoint(final String deviceName, final boolean extended) {
        context = Verbs.open(deviceName);
        domain = context.allocateProtectionDomain();
        channel = context.createCompletionChannel();
        queue = extended ? context.createExtendedCompletionQueue(256, channel, 0)
            : context.createCompletionQueue(256, channel, 0);
        memory = domain.allocate(
            MEMORY_BYTES, Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC);
        final QueuePairConfiguration configuration = QueuePairConfiguration.reliableConnection(queue)
            .withSendRequests(64).withReceiveRequests(64).withScatterGatherElements(2, 2);
        queuePair = extended
            ? domain.createExtendedQueuePair(configuration, SendOperation.WRITE, SendOperation.FETCH_AND_ADD)
            : domain.createQueuePair(configuration);
        gid = context.gid(1, 1).orElseThrow();
    }

    void connect(final SoftEndpoint peer) {
        connect(peer, context.portAttributes(1).activeMtu(), 14, 7);
    }

    /** Connects with a timeout, encoded as in {@code ibv_modify_qp(3)}, and a number of retries. */
    void connect(final SoftEndpoint peer, final PathMtu mtu, final int timeout, final int retryCount) {
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
            .access(Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
            .pathMtu(mtu).destination(peer.gid.gid(), gid.index(), 1)
            .destinationQueuePair(peer.queuePair.number()).receivePacketSequenceNumber(FIRST_PSN)
            .maximumIncomingReads(4).minimumRnrTimer(1));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
            .sendPacketSequenceNumber(FIRST_PSN).timeout(timeout).retryCount(retryCount).rnrRetryCount(7)
            .maximumOutgoingReads(4));
    }

    void post(final SendRequest request) {
        if (queuePair.postSend(request) != 1) {
            throw new AssertionError("the send queue is full");
        }
    }

    void post(final ReceiveRequest request) {
        if (queuePair.postReceive(request) != 1) {
            throw new AssertionError("the receive queue is full");
        }
    }

    /** Polls for a number of completions. The last one is in {@link #completions}. */
    void poll(final int count) {
        final long startNs = System.nanoTime();
        int seen = 0;
        while (seen < count) {
            seen += queue.poll(completions);
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                throw new AssertionError(seen + " of " + count + " completions within 20 s");
            }
        }
    }

    /** Waits for a completion in the channel, like an application that must not spin. */
    void await() {
        if (queue.poll(completions) > 0) {
            return;
        }
        queue.requestNotification(false);
        while (queue.poll(completions) == 0) {
            if (channel.await(PATIENCE).isEmpty()) {
                throw new AssertionError("no completion within 20 s");
            }
            queue.requestNotification(false);
        }
    }

    /** Takes the announcements of completions that have already been polled. */
    void forgetAnnouncements() {
        while (channel.await(Duration.ZERO).isPresent()) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        queuePair.close();
        memory.close();
        queue.close();
        channel.close();
        domain.close();
        context.close();
    }
}
