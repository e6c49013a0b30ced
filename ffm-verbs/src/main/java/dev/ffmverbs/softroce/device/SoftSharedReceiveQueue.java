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
import java.util.concurrent.locks.ReentrantLock;

/** A shared receive queue, and the limit below which its user wants to be notified. */
final class SoftSharedReceiveQueue implements SharedReceiveQueueOperations {

    private final SoftContext context;
    private final Port port;
    private final Arena arena = Arena.ofShared();
    private final ReceiveQueue queue;
    private final ReentrantLock posting = new ReentrantLock();

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
        final int newLimit = attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.LIMIT);
        final String text = (mask & SharedReceiveQueueFlags.MAXIMUM_REQUESTS) != 0
            ? "IBV_SRQ_MAX_WR=" + attributes.get(JAVA_INT, SharedReceiveQueueAttributesLayout.REQUESTS)
            : "IBV_SRQ_LIMIT=" + newLimit;
        if ((mask & SharedReceiveQueueFlags.MAXIMUM_REQUESTS) != 0) {
            throw new ProviderException("ibv_modify_srq", text, Errno.EOPNOTSUPP,
                "shared receive queues of software devices cannot be resized");
        }
        if ((mask & SharedReceiveQueueFlags.LIMIT) == 0) {
            return;
        }
        if (newLimit < 0 || newLimit > queue.capacity()) {
            throw new ProviderException("ibv_modify_srq", text, Errno.EINVAL,
                "the limit may be 0 to the queue's size, " + queue.capacity());
        }
        port.lock();
        try {
            limit = newLimit;
            checkLimit();
        } finally {
            port.unlock();
        }
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
