// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Two connected queue pairs of this process, set up by hand as with an exchange out of band. */
public final class ConnectedPair implements AutoCloseable {

    private static final long COMPLETION_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final int TIMEOUT_EXPONENT = 14;
    private static final int RETRY_COUNT = 6;
    private static final int RNR_RETRY_COUNT = 6;
    private static final int RNR_TIMER = 1;

    /** One end: everything that one process would have. */
    public static final class Side implements AutoCloseable {
        final Context context;
        final ProtectionDomain domain;
        final CompletionQueue queue;
        final QueuePair queuePair;
        final GidEntry gid;
        final int packetSequenceNumber = ThreadLocalRandom.current().nextInt(1 << 24);
        final WorkCompletions completions = WorkCompletions.allocate(16);

        Side(final Device device) {
            context = device.open();
            domain = context.allocateProtectionDomain();
            queue = context.createCompletionQueue(256);
            queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue)
                .withSendRequests(64).withReceiveRequests(64).withScatterGatherElements(4, 4).withInlineBytes(64));
            gid = routableGid(context);
        }

        static GidEntry routableGid(final Context context) {
            return context.gidTable(1).stream()
                .filter(entry -> entry.type() == GidType.ROCE_V2 && entry.gid().high() == 0)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(context + " has no RoCE v2 IPv4 GID; its table is "
                    + context.gidTable(1)));
        }

        void connect(final Side peer) {
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
                .access(Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC));
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
                .pathMtu(context.portAttributes(1).activeMtu()).destination(peer.gid.gid(), gid.index(), 1)
                .destinationQueuePair(peer.queuePair.number())
                .receivePacketSequenceNumber(peer.packetSequenceNumber)
                .maximumIncomingReads(4).minimumRnrTimer(RNR_TIMER));
            queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
                .sendPacketSequenceNumber(packetSequenceNumber).timeout(TIMEOUT_EXPONENT).retryCount(RETRY_COUNT)
                .rnrRetryCount(RNR_RETRY_COUNT).maximumOutgoingReads(4));
        }

        /** Polls until one completion is there and returns its status; it stays in {@code completions} at 0. */
        WorkCompletionStatus awaitCompletion() {
            final long startNs = System.nanoTime();
            final WorkCompletions one = completions;
            while (queue.poll(one) == 0) {
                if (System.nanoTime() - startNs > COMPLETION_TIMEOUT_NS) {
                    throw new AssertionError("no completion on " + queuePair + " within 20 s, state "
                        + queuePair.state());
                }
                Thread.onSpinWait();
            }
            if (one.count() != 1) {
                throw new AssertionError("expected one completion, got " + one.count());
            }
            return one.status(0);
        }

        /** Posts one signaled request and waits for its completion. */
        WorkCompletionStatus execute(final SendRequest request) {
            if (queuePair.postSend(request) != 1) {
                throw new AssertionError("send queue of " + queuePair + " is full");
            }
            return awaitCompletion();
        }

        @Override
        public void close() {
            queuePair.close();
            queue.close();
            domain.close();
            context.close();
        }
    }

    final Side left;
    final Side right;

    ConnectedPair(final DevicePair devices) {
        devices.require();
        left = new Side(devices.left());
        right = new Side(devices.right());
        left.connect(right);
        right.connect(left);
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
