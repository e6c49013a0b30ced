// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Queue pairs with posted requests that have not been processed yet.
 *
 * <p>Any thread adds queue pairs without a lock. The thread that holds the dispatch lock removes all of them. A queue
 * pair is in the list at most once.
 */
final class PostedQueuePairs {

    private static final VarHandle LAST;
    private static final VarHandle NEXT;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            LAST = lookup.findVarHandle(PostedQueuePairs.class, "last", PortQueuePair.class)
                .withInvokeExactBehavior();
            NEXT = lookup.findVarHandle(PortQueuePair.class, "nextPosted", PortQueuePair.class)
                .withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The queue pair added last. It links to the previous one, and the first one links to itself. */
    private volatile PortQueuePair last;

    /**
     * Adds a queue pair, unless it is in the list. If it is, the thread that removes it sees what was posted before
     * this call.
     */
    void add(final PortQueuePair queuePair) {
        // Orders the post before the read of the link. moveTo orders the link before the read of the posts.
        VarHandle.fullFence();
        if (!NEXT.compareAndSet(queuePair, (PortQueuePair) null, queuePair)) {
            return;
        }
        PortQueuePair before;
        do {
            before = last;
            queuePair.nextPosted = before == null ? queuePair : before;
        } while (!LAST.compareAndSet(this, before, queuePair));
    }

    boolean isEmpty() {
        return last == null;
    }

    /** Moves all queue pairs to the ready list. Called under the dispatch lock. */
    void moveTo(final ReadyQueuePairs ready) {
        if (last == null) {
            return;
        }
        PortQueuePair queuePair = (PortQueuePair) LAST.getAndSet(this, (PortQueuePair) null);
        while (queuePair != null) {
            final PortQueuePair before = queuePair.nextPosted;
            // It leaves the list before it is processed, so that a post in between adds it again.
            queuePair.nextPosted = null;
            ready.add(queuePair);
            queuePair = before == queuePair ? null : before;
        }
    }
}
