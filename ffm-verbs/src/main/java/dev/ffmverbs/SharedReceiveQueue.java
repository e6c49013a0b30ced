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
 * A receive queue that many queue pairs share, so that each needs no separate buffers ({@code struct ibv_srq}).
 * Thread-safe until confined.
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
     * Returns the protection domain whose memory the requests of this queue name.
     *
     * @return the protection domain.
     */
    public ProtectionDomain protectionDomain() {
        return domain;
    }

    /**
     * Confines this queue to the calling thread for the rest of its life. Calls become cheaper, and calls by other
     * threads are refused.
     *
     * <p>A confined queue does not count calls in progress. Where the driver's part of a call is known to be short and
     * to stay in user space, the call also skips the thread's transition to native state and back ({@code
     * Linker.Option.critical}). Only this thread can close the queue. After this thread has ended, any thread can.
     *
     * @throws WrongThreadException  when it is confined to another thread; every other method then throws it, too.
     * @throws IllegalStateException when this queue is closed, or another thread's call on it is in progress.
     *                               Calls that only post may be waited for instead.
     * @throws VerbsException        when the kernel refuses the barrier that finds such calls.
     */
    public void confine() {
        confineToCurrentThread();
        operations.confine();
    }

    /**
     * Posts a receive request and all requests chained to it ({@code ibv_post_srq_recv(3)}). Never blocks, never
     * allocates.
     *
     * @param request first request of the chain; the device has read the whole chain when this method returns.
     * @return how many were posted; fewer than the chain holds when the queue is full.
     * @throws VerbsException        when a request names too many buffers; the requests before it are posted, the
     *                               others are not.
     * @throws IllegalStateException when this queue is closed.
     */
    public int postReceive(final ReceiveRequest request) {
        final int chainLength = request.chainLength();
        final CallSlot slot = enterCall();
        final int errno;
        try {
            errno = operations.postReceive(request.requestMemory());
        } finally {
            leave(slot);
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
     * Reads the size and the limit of this queue ({@code ibv_query_srq(3)}).
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
     * Requests one event when the queue holds fewer requests than a limit ({@code ibv_modify_srq(3)} with {@code
     * IBV_SRQ_LIMIT}).
     *
     * <p>{@link Context#nextAsynchronousEvent} returns the event, with type {@link
     * AsynchronousEventType#SHARED_RECEIVE_QUEUE_LIMIT_REACHED}. The limit is then 0 until it is set again.
     *
     * @param requests the limit, at least 0; 0 requests no event.
     * @throws VerbsException           when the device refuses; {@code EINVAL} when the limit exceeds the size.
     * @throws IllegalArgumentException when the number is negative.
     * @throws IllegalStateException    when this queue is closed.
     */
    public void limit(final int requests) {
        Ranges.check("requests", requests, 0, Integer.MAX_VALUE);
        modify(SharedReceiveQueueFlags.LIMIT, 0, requests);
    }

    /**
     * Changes how many requests this queue can hold ({@code ibv_modify_srq(3)} with {@code IBV_SRQ_MAX_WR}).
     *
     * @param minimumRequests requests it must be able to hold, at least 1; the device may give more.
     * @throws UnsupportedVerbException when the device cannot resize shared receive queues.
     * @throws VerbsException           when the device refuses; {@code EINVAL} when the queue holds more requests.
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

    @Override
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
