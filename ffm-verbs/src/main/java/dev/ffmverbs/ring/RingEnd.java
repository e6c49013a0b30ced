// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ring;

import dev.ffmverbs.Access;
import dev.ffmverbs.Completion;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ParentDomain;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.QueuePairType;
import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.RequestFailedException;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What both ends of a ring have: memory, a queue pair to write to the peer's, and a count of the requests in its send
 * queue. Only one request in several is signaled. Its identifier is the number of requests posted up to it, so that its
 * completion frees all of them.
 */
abstract sealed class RingEnd implements AutoCloseable permits MessageRingWriter, MessageRingReader {

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final int SMALLEST_SEND_QUEUE = 8;

    /** Most requests that are posted at once. */
    private static final int LONGEST_CHAIN = 3;

    private final int capacityBytes;

    /** How much longer the memory of this end is than that of a reader. */
    private final int surplusBytes;
    private final MemoryRegion region;
    private final MemorySegment memory;

    /** A WRITE of no bytes, whose completion says that all requests before it have completed. */
    private final SendRequest mark = SendRequest.allocate(0);
    private final WorkCompletions completions = WorkCompletions.allocate(SMALLEST_SEND_QUEUE);
    private QueuePair queuePair;
    private CompletionQueue queue;
    private RemoteMemory peer;
    private int sendRequests;
    private long posted;
    private long completed;
    private long signaled;

    /** The first request that has failed, after which none succeeds; null while there is none. */
    private Completion failure;

    RingEnd(final ProtectionDomain domain, final int capacityBytes, final int surplusBytes) {
        if (!isCapacity(capacityBytes)) {
            throw new IllegalArgumentException("the capacity of a ring is a power of two of "
                + RingLayout.SMALLEST_CAPACITY + " to " + RingLayout.LARGEST_CAPACITY + " bytes, not " + capacityBytes);
        }
        this.capacityBytes = capacityBytes;
        this.surplusBytes = surplusBytes;
        this.region = domain.allocate(
            RingLayout.FRAMES + capacityBytes + surplusBytes, Access.LOCAL_WRITE, Access.REMOTE_WRITE);
        this.memory = region.segment();
    }

    /**
     * Returns the memory that the peer writes, for {@link #connect} at the peer.
     *
     * @return the memory, which {@link RemoteMemory#toBytes} takes to the peer.
     */
    public final RemoteMemory remoteMemory() {
        return region.remoteMemory();
    }

    /**
     * Returns the size of the ring.
     *
     * @return the capacity in bytes, a power of two.
     */
    public final int capacityBytes() {
        return capacityBytes;
    }

    /**
     * Returns the length of the longest message.
     *
     * @return length in bytes: a quarter of the capacity, less 16.
     */
    public final int maximumMessageBytes() {
        return RingLayout.maximumMessageBytes(capacityBytes);
    }

    /**
     * Names the peer, once.
     *
     * @param connected queue pair of type RC that is, or will be, connected to that of the peer. It is of this ring's
     *                  protection domain and has room for at least 8 send requests, its sends are reported to a
     *                  completion queue with as many entries, and nobody else posts sends to it or polls that queue.
     *                  The peer may WRITE to it.
     * @param peerMemory what {@link #remoteMemory} returned at the peer, which is the other end of a ring of the same
     *                   capacity.
     * @throws IllegalArgumentException when the queue pair is of another type or protection domain or has less room,
     *                                  its completion queue has less room, or the peer's memory is that of another
     *                                  capacity, of the same end or of no ring.
     * @throws IllegalStateException    when the peer has been named before.
     */
    public final void connect(final QueuePair connected, final RemoteMemory peerMemory) {
        if (queuePair != null) {
            throw new IllegalStateException(this + " is connected already");
        }
        if (connected.configuration().type() != QueuePairType.RELIABLE_CONNECTION
            || connected.configuration().sendRequests() < SMALLEST_SEND_QUEUE) {
            throw new IllegalArgumentException("a ring needs a reliable connection with room for "
                + SMALLEST_SEND_QUEUE + " send requests, and " + connected + " has " + connected.configuration());
        }
        requireRoomForCompletions(connected.configuration());
        if (memoryDomain(connected.protectionDomain()) != memoryDomain(region.protectionDomain())) {
            throw new IllegalArgumentException(connected + " is of another protection domain than " + this
                + ", whose memory its requests therefore cannot name");
        }
        requireOtherEnd(peerMemory.lengthBytes());
        peer = peerMemory;
        mark.write(peerMemory, 0, 0);
        sendRequests = connected.configuration().sendRequests();
        queue = connected.configuration().sendCompletionQueue();
        queuePair = connected;
    }

    private static void requireRoomForCompletions(final QueuePairConfiguration configuration) {
        if (configuration.sendCompletionQueue().capacity() < configuration.sendRequests()) {
            throw new IllegalArgumentException(configuration.sendCompletionQueue() + " has room for "
                + configuration.sendCompletionQueue().capacity() + " completions; a ring with "
                + configuration.sendRequests() + " send requests needs as many");
        }
    }

    private static ProtectionDomain memoryDomain(final ProtectionDomain domain) {
        return domain instanceof final ParentDomain parent ? parent.protectionDomain() : domain;
    }

    /** Requires that memory of this length is what this end's peer has. */
    private void requireOtherEnd(final long lengthBytes) {
        final long peersCapacity = lengthBytes - RingLayout.FRAMES - (RingLayout.WRITERS_SURPLUS - surplusBytes);
        if (peersCapacity == capacityBytes) {
            return;
        }
        if (lengthBytes == region.lengthBytes()) {
            final String end = surplusBytes == 0 ? "reader" : "writer";
            throw new IllegalArgumentException("the peer is a " + end + " and so is " + this
                + "; a ring has a writer at one end and a reader at the other");
        }
        if (isCapacity(peersCapacity)) {
            throw new IllegalArgumentException("the peer's ring has a capacity of " + peersCapacity
                + " bytes, and this one " + capacityBytes);
        }
        throw new IllegalArgumentException("the peer's memory has " + lengthBytes + " bytes, which no "
            + (surplusBytes == 0 ? "writer" : "reader") + " of a ring has; pass what remoteMemory() returns there");
    }

    private static boolean isCapacity(final long bytes) {
        return bytes >= RingLayout.SMALLEST_CAPACITY && bytes <= RingLayout.LARGEST_CAPACITY
            && Long.bitCount(bytes) == 1;
    }

    final MemoryRegion region() {
        return region;
    }

    final MemorySegment memory() {
        return memory;
    }

    final RemoteMemory peer() {
        return peer;
    }

    /** Offset in the memory of a position. */
    final long offsetOf(final long position) {
        return RingLayout.FRAMES + (position & capacityBytes - 1);
    }

    final long readPeerPosition() {
        return (long) WORD.getAcquire(memory, RingLayout.PEER_POSITION);
    }

    final void requireConnected() {
        if (queuePair == null) {
            throw new IllegalStateException(this + " is not connected; call connect");
        }
    }

    /** Whether the send queue has room, after a look at the completions if it seems to have none. */
    final boolean hasRoom(final int requests) {
        if (sendRequests - (posted - completed) >= requests) {
            return true;
        }
        takeCompletions();
        requireSuccess();
        return sendRequests - (posted - completed) >= requests;
    }

    /** Whether as many requests were posted since the last signaled one that another one must be signaled. */
    final boolean isSignalDue() {
        return posted - signaled >= sendRequests / 2 - LONGEST_CHAIN;
    }

    /** Waits until all requests have completed, at most until a time. Returns whether they have. */
    final boolean awaitCompletions(final Duration timeout) {
        final long timeoutNs = Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
        final long startNs = System.nanoTime();
        while (posted != completed) {
            if (posted != signaled && hasRoom(1)) {
                post(mark, mark, 1, true);
            }
            final long leftNs = Math.max(0, timeoutNs - (System.nanoTime() - startNs));
            if (queue.await(completions, Duration.ofNanos(leftNs)) > 0) {
                noteCompletions();
                requireSuccess();
            } else if (leftNs == 0 || Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        return posted == completed;
    }

    /** Whether all requests have completed up to the last one that was signaled. */
    final boolean isIdle() {
        return completed == signaled;
    }

    /**
     * Takes completions, of which {@link #requireSuccess} tells the failures. On a software device, this also does the
     * work of the device, so that what the peer sends arrives without the help of another thread.
     */
    final void takeCompletions() {
        if (queue.poll(completions) > 0) {
            noteCompletions();
        }
    }

    private void noteCompletions() {
        for (int index = 0; index < completions.count(); index++) {
            if (completions.isSuccess(index)) {
                completed = completions.workRequestId(index);
            } else if (failure == null) {
                failure = completions.copy(index);
            }
        }
    }

    /** Throws if a request has failed, each time. */
    final void requireSuccess() {
        if (failure != null) {
            throw new RequestFailedException(failure);
        }
    }

    /**
     * Posts requests, for which there is room.
     *
     * @param first    the first of a chain.
     * @param last     the last of it.
     * @param requests length of the chain.
     * @param signals  whether the last one is signaled.
     */
    final void post(final SendRequest first, final SendRequest last, final int requests, final boolean signals) {
        final long after = posted + requests;
        last.workRequestId(after).signal(signals);
        final int accepted = queuePair.postSend(first);
        if (accepted != requests) {
            throw new IllegalStateException("only " + accepted + " of " + requests + " requests went into the send"
                + " queue of " + queuePair + ", which others must not use");
        }
        posted = after;
        if (signals) {
            signaled = after;
        }
    }

    /**
     * Frees the memory. Close the queue pair first, or the peer's next WRITE fails its connection.
     *
     * @throws dev.ffmverbs.VerbsException when the device cannot deregister the memory.
     */
    @Override
    public final void close() {
        region.close();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " of " + capacityBytes + " bytes"
            + (queuePair == null ? "" : " at " + queuePair);
    }
}
