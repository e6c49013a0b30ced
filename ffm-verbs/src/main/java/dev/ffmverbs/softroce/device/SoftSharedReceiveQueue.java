// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.softroce.transport.ReceiveQueue;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.RequestMemory;
import dev.ffmverbs.spi.SharedReceiveQueueOperations;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.SharedReceiveQueueFlags;
import dev.ffmverbs.spi.layout.SharedReceiveQueueAttributesLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** A shared receive queue, and the limit below which its user wants to be notified. */
final class SoftSharedReceiveQueue implements SharedReceiveQueueOperations {

    private final SoftContext context;
    private final Port port;
    private final ReceiveQueue queue;
    private final ReentrantLock posting = new ReentrantLock();

    /** The memory of the queue. Guarded by the lock for posting. */
    private Arena arena = Arena.ofShared();

    /** Guarded by the dispatch lock. 0 when no notification is requested. */
    private int limit;

    SoftSharedReceiveQueue(final SoftContext context, final int requests, final int elements) {
        this.context = context;
        this.port = context.port();
        this.queue = new ReceiveQueue(arena, requests, elements, true);
    }

    ReceiveQueue queue() {
        return queue;
    }

    /** Notifies the user, once, when too few requests are left. Called under the dispatch lock. */
    void checkLimit() {
        if (queue.available() < limit) {
            context.report(EventTypes.SHARED_RECEIVE_QUEUE_LIMIT_REACHED, this);
            limit = 0;
        }
    }

    @Override
    public int postReceive(final RequestMemory first) {
        posting.lock();
        try {
            return WorkRequests.postReceives(queue, first);
        } finally {
            posting.unlock();
        }
    }

    @Override
    public void modify(final MemorySegment attributes, final int mask) throws ProviderException {
        final boolean resizes = (mask & SharedReceiveQueueFlags.MAXIMUM_REQUESTS) != 0;
        final int requests = attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS);
        if (resizes && (requests < 1 || requests > DeviceLimits.MAX_REQUESTS)) {
            throw refuse(attributes, mask, "the queue's size may be 1 to " + DeviceLimits.MAX_REQUESTS);
        }
        // Allocated and freed without the locks, because large queues stop every thread for a moment.
        final Arena replacement = resizes ? Arena.ofShared() : null;
        Arena unused = replacement;
        try {
            final MemorySegment ring = resizes ? queue.allocateRing(replacement, requests) : null;
            posting.lock();
            try {
                modifyBetweenPostings(attributes, mask, ring);
                if (resizes) {
                    unused = arena;
                    arena = replacement;
                }
            } finally {
                posting.unlock();
            }
        } finally {
            if (unused != null) {
                unused.close();
            }
        }
    }

    private void modifyBetweenPostings(final MemorySegment attributes, final int mask, final MemorySegment ring)
        throws ProviderException {
        final boolean limits = (mask & SharedReceiveQueueFlags.LIMIT) != 0;
        final int requests = attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS);
        port.lock();
        try {
            final int size = ring == null ? queue.capacity() : requests;
            final int newLimit = limits ? attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.LIMIT) : limit;
            if (newLimit < 0 || newLimit > size) {
                throw refuse(attributes, mask, "the limit may be 0 to the queue's size, " + size
                    + (limits ? "" : "; it is " + newLimit));
            }
            if (ring != null && !queue.moveTo(ring)) {
                throw refuse(attributes, mask, "the queue holds " + queue.available() + " requests");
            }
            limit = newLimit;
            checkLimit();
        } finally {
            port.unlock();
        }
    }

    private static ProviderException refuse(final MemorySegment attributes, final int mask, final String flaw) {
        final List<String> changes = new ArrayList<>();
        if ((mask & SharedReceiveQueueFlags.MAXIMUM_REQUESTS) != 0) {
            changes.add("IBV_SRQ_MAX_WR=" + attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS));
        }
        if ((mask & SharedReceiveQueueFlags.LIMIT) != 0) {
            changes.add("IBV_SRQ_LIMIT=" + attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.LIMIT));
        }
        return new ProviderException("ibv_modify_srq", String.join(", ", changes), Errno.EINVAL, flaw);
    }

    @Override
    public void query(final MemorySegment attributes) {
        port.lock();
        try {
            attributes.set(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS, queue.capacity());
            attributes.set(JAVA_INT, SharedReceiveQueueAttributesLayout.ELEMENTS, queue.maxElements());
            attributes.set(JAVA_INT, SharedReceiveQueueAttributesLayout.LIMIT, limit);
        } finally {
            port.unlock();
        }
    }

    @Override
    public void close() {
        context.forget(this);
        arena.close();
    }
}
