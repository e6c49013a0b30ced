// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.SharedReceiveQueueOperations;
import dev.ffmverbs.spi.constants.SharedReceiveQueueFlags;
import dev.ffmverbs.spi.layout.SharedReceiveQueueAttributesLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * A receive queue that many queue pairs share, so that buffers need not be set aside for each ({@code struct
 * ibv_srq}). Thread-safe until confined.
 */
public final class SharedReceiveQueue extends QueueObject {

    private final ProtectionDomain domain;
    private final SharedReceiveQueueOperations operations;

    SharedReceiveQueue(final ProtectionDomain domain, final SharedReceiveQueueOperations operations) {
        super(domain.context(), domain);
        this.domain = domain;
        this.operations = operations;
    }

    /**
     * The protection domain whose memory its requests name.
     *
     * @return the protection domain.
     */
    public ProtectionDomain protectionDomain() {
        return domain;
    }

    /**
     * Confines this queue to the calling thread, for the rest of its life: calls become cheaper, and other threads'
     * are refused.
     *
     * <p>A confined queue counts no calls in progress, and where the driver's part of a call is known to be short
     * and to stay in user space, keeps the thread from switching to native state and back ({@code
     * Linker.Option.critical}). Only this thread can close it, and when this thread has ended, any.
     *
     * @throws WrongThreadException  when it is confined to another thread; every other method throws it then, too.
     * @throws IllegalStateException when this queue is closed, or another thread's call on it is in progress.
     * @throws VerbsException        when the kernel refuses the barrier that finds such calls.
     */
    public void confine() {
        confineToCurrentThread();
        operations.confine();
    }

    /**
     * Posts a receive request and all chained to it ({@code ibv_post_srq_recv(3)}); never blocks, never allocates.
     *
     * @param request first request of the chain; the device has read the chain when this returns.
     * @return how many were posted: fewer than the chain has when the queue is full.
     * @throws VerbsException        when a request names too many buffers; those before it were posted, it and those
     *                               behind it were not.
     * @throws IllegalStateException when this queue is closed.
     */
    public int postReceive(final ReceiveRequest request) {
        final int chainLength = request.chainLength();
        final CallSlot slot = beginCall();
        final int errno;
        try {
            errno = operations.postReceive(request.requestMemory());
        } finally {
            endCall(slot);
            Reference.reachabilityFence(request);
        }
        if (errno == 0) {
            return chainLength;
        }
        final int posted = request.countBeforeBadRequest();
        if (errno == Errno.ENOMEM) {
            return posted;
        }
        throw exceptionFor(new ProviderException(
            "ibv_post_srq_recv", this + ", request " + posted + " of the chain", errno,
            "it names more local buffers than the queue was created for"));
    }

    /**
     * Reads size and limit ({@code ibv_query_srq(3)}).
     *
     * @return a snapshot.
     * @throws VerbsException        when the device refuses.
     * @throws IllegalStateException when this queue is closed.
     */
    public SharedReceiveQueueAttributes attributes() {
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(SharedReceiveQueueAttributesLayout.LAYOUT);
            operations.query(attributes);
            return SharedReceiveQueueAttributes.of(attributes);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Asks for one event when fewer requests wait ({@code ibv_modify_srq(3)} with {@code IBV_SRQ_LIMIT}).
     *
     * <p>The event comes from {@link Context#nextAsynchronousEvent} with type {@link
     * AsynchronousEventType#SHARED_RECEIVE_QUEUE_LIMIT_REACHED}; then the limit is 0 until it is set again.
     *
     * @param requests the limit; 0 asks for no event.
     * @throws VerbsException           when the device refuses; {@code EINVAL} when the limit exceeds the size.
     * @throws IllegalArgumentException when the number is negative.
     * @throws IllegalStateException    when this queue is closed.
     */
    public void limit(final int requests) {
        Ranges.check("requests", requests, 0, Integer.MAX_VALUE);
        modify(SharedReceiveQueueFlags.LIMIT, 0, requests);
    }

    /**
     * Changes how many requests can wait ({@code ibv_modify_srq(3)} with {@code IBV_SRQ_MAX_WR}).
     *
     * @param minimumRequests requests it must be able to hold, at least 1.
     * @throws UnsupportedVerbException when the device cannot.
     * @throws VerbsException           when the device refuses; {@code EINVAL} when more requests wait already.
     * @throws IllegalArgumentException when the number is less than 1.
     * @throws IllegalStateException    when this queue is closed.
     */
    public void resize(final int minimumRequests) {
        Ranges.check("minimumRequests", minimumRequests, 1, Integer.MAX_VALUE);
        modify(SharedReceiveQueueFlags.MAXIMUM_REQUESTS, minimumRequests, 0);
    }

    private void modify(final int mask, final int requests, final int limit) {
        enter();
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment attributes = arena.allocate(SharedReceiveQueueAttributesLayout.LAYOUT);
            attributes.set(ValueLayout.JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS, requests);
            attributes.set(ValueLayout.JAVA_INT, SharedReceiveQueueAttributesLayout.LIMIT, limit);
            operations.modify(attributes, mask);
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    SharedReceiveQueueOperations operations() {
        return operations;
    }

    @Override
    void free() throws ProviderException {
        operations.close();
        domain.context().forget(operations);
    }

    @Override
    public String toString() {
        return "SharedReceiveQueue of " + device().name();
    }
}
