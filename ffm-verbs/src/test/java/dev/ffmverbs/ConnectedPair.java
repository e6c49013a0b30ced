// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Two connected queue pairs in this process, connected manually as after an out-of-band exchange; on iWARP, by a
 * connection manager.
 */
public final class ConnectedPair implements AutoCloseable {

    private static final long COMPLETION_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(200);
    static final int TIMEOUT_EXPONENT = 16;
    private static final int RETRY_COUNT = 6;
    private static final int RNR_RETRY_COUNT = 6;
    private static final int RNR_TIMER = 1;

    /** Creates the objects of one end. A test overrides the relevant part. The side closes any other objects. */
    static class Setup {

        CompletionQueue completionQueue(final Side side) {
            return side.context.createCompletionQueue(256);
        }

        QueuePairConfiguration configuration(final CompletionQueue queue) {
            return QueuePairConfiguration.reliableConnection(queue)
                .withSendRequests(64).withReceiveRequests(64).withScatterGatherElements(4, 4).withInlineBytes(64);
        }

        QueuePair queuePair(final Side side) {
            return side.domain.createQueuePair(configuration(side.queue));
        }

        int rnrRetryCount() {
            return RNR_RETRY_COUNT;
        }

        /** Connects a queue pair of one side to one of the other. */
        void connect(final Side side, final QueuePair own, final Side peer, final QueuePair peers) {
            if (side.isIwarp()) {
                ManagedEnds.connect(side, own, peer, peers);
                return;
            }
            own.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(1).partitionKeyIndex(0)
                .access(Access.REMOTE_READ, Access.REMOTE_WRITE, Access.REMOTE_ATOMIC));
            own.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
                .pathMtu(side.context.portAttributes(1).activeMtu())
                .destination(peer.gid.gid(), side.gid.index(), 1).destinationQueuePair(peers.number())
                .receivePacketSequenceNumber(peer.packetSequenceNumber)
                .maximumIncomingReads(4).minimumRnrTimer(RNR_TIMER));
            own.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
                .sendPacketSequenceNumber(side.packetSequenceNumber).timeout(TIMEOUT_EXPONENT).retryCount(RETRY_COUNT)
                .rnrRetryCount(rnrRetryCount()).maximumOutgoingReads(4));
        }
    }

    /** One end, with all objects that one process would have. */
    public static final class Side implements AutoCloseable {
        final Context context;
        final ProtectionDomain domain;
        final CompletionQueue queue;
        QueuePair queuePair;
        final GidEntry gid;
        final int packetSequenceNumber = ThreadLocalRandom.current().nextInt(1 << 24);
        final WorkCompletions completions = WorkCompletions.allocate(1);
        private final Setup setup;
        private final Deque<AutoCloseable> opened = new ArrayDeque<>();

        Side(final Device device, final Setup setup) {
            this.setup = setup;
            boolean complete = false;
            try {
                context = opens(device.open());
                domain = opens(context.allocateProtectionDomain());
                queue = opens(setup.completionQueue(this));
                queuePair = opens(setup.queuePair(this));
                gid = anyGid(context);
                complete = true;
            } finally {
                if (!complete) {
                    close();
                }
            }
        }

        boolean isIwarp() {
            return Unsupported.isIwarp(context.device());
        }

        /** Takes the queue pair to RESET and its completions away. An iWARP queue pair is replaced instead. */
        void reset() {
            if (isIwarp()) {
                queuePair.modify(new QueuePairAttributes().state(QueuePairState.ERROR));
                queuePair = opens(setup.queuePair(this));
            } else {
                queuePair.modify(new QueuePairAttributes().state(QueuePairState.RESET));
            }
            while (queue.poll(completions) != 0) {
                Thread.onSpinWait();
            }
        }

        /** Registers an object to be closed with this side, before the objects opened earlier. */
        <T extends AutoCloseable> T opens(final T object) {
            opened.push(object);
            return object;
        }

        /** Returns the address of the device; of an iWARP device the only entry of its table. */
        static GidEntry anyGid(final Context context) {
            return Unsupported.isIwarp(context.device()) ? context.gidTable(1).getFirst() : routableGid(context);
        }

        static GidEntry routableGid(final Context context) {
            return context.gidTable(1).stream()
                .filter(TestedAddresses::include)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(context + " has no RoCE v2 GID for tests; its table is "
                    + context.gidTable(1)));
        }

        void connect(final Side peer) {
            connect(queuePair, peer, peer.queuePair);
        }

        /** Connects a queue pair of this side to one of the peer. */
        void connect(final QueuePair own, final Side peer, final QueuePair peers) {
            setup.connect(this, own, peer, peers);
        }

        /** Polls for one completion and returns its status. The completion is at index 0 of {@code completions}. */
        WorkCompletionStatus awaitCompletion() {
            final long startNs = System.nanoTime();
            while (queue.poll(completions) == 0) {
                if (System.nanoTime() - startNs > COMPLETION_TIMEOUT_NS) {
                    throw new AssertionError("no completion on " + queuePair + " within 20 s, state "
                        + queuePair.state());
                }
                Thread.onSpinWait();
            }
            return completions.status(0);
        }

        /** Waits for ERROR. Some drivers report the completion of a failed request a moment before. */
        void awaitError() {
            final long startNs = System.nanoTime();
            while (queuePair.state() != QueuePairState.ERROR) {
                if (System.nanoTime() - startNs > COMPLETION_TIMEOUT_NS) {
                    throw new AssertionError(queuePair + " is in state " + queuePair.state() + " instead of ERROR");
                }
                Thread.onSpinWait();
            }
        }

        /** Polls for a while and expects no completion. Long enough to notice an unexpected one in most runs. */
        void awaitQuiet() {
            final long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < QUIET_NS) {
                if (queue.poll(completions) != 0) {
                    throw new AssertionError("an unexpected completion on " + queuePair + ": " + completions);
                }
                Thread.onSpinWait();
            }
        }

        /** Posts one signaled request and waits for its completion, and until the peer has what it wrote. */
        WorkCompletionStatus execute(final SendRequest request) {
            post(request);
            final WorkCompletionStatus status = awaitCompletion();
            if (isIwarp() && status == WorkCompletionStatus.SUCCESS && ManagedEnds.isWrite(request)) {
                ManagedEnds.awaitPlacement(this);
            }
            return status;
        }

        /** Posts a chain whole. */
        void post(final SendRequest request) {
            final int posted = queuePair.postSend(request);
            if (posted != request.chainLength()) {
                throw new AssertionError("only " + posted + " requests went into the send queue of " + queuePair);
            }
        }

        /** Posts one receive of a buffer. */
        void postReceive(
            final long workRequestId, final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
            post(ReceiveRequest.allocate(1).workRequestId(workRequestId)
                .localMemory(region, offsetBytes, lengthBytes));
        }

        /** Posts a chain whole. */
        void post(final ReceiveRequest request) {
            final int posted = queuePair.postReceive(request);
            if (posted != request.chainLength()) {
                throw new AssertionError("only " + posted + " requests went into the receive queue of " + queuePair);
            }
        }

        @Override
        public void close() {
            while (!opened.isEmpty()) {
                try {
                    opened.pop().close();
                } catch (final RuntimeException e) {
                    throw e;
                } catch (final Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    final Side left;
    final Side right;

    ConnectedPair(final DevicePair devices) {
        this(devices, new Setup());
    }

    ConnectedPair(final DevicePair devices, final Setup both) {
        this(devices, both, both);
    }

    ConnectedPair(final DevicePair devices, final Setup leftSetup, final Setup rightSetup) {
        devices.require();
        left = new Side(devices.left(), leftSetup);
        boolean complete = false;
        try {
            right = new Side(devices.right(), rightSetup);
            complete = true;
        } finally {
            if (!complete) {
                left.close();
            }
        }
        connect();
    }

    private void connect() {
        left.connect(right);
        right.connect(left);
    }

    /** Takes both queue pairs from any state through RESET to a new connection. */
    void reconnect() {
        left.reset();
        right.reset();
        connect();
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
