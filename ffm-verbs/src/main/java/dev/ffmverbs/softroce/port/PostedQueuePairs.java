// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Connections to which something was posted that nobody has looked at yet.
 *
 * <p>Any thread adds, without a lock; the one that holds the dispatch lock takes all. A connection is in it once at
 * most.
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

    /** The one added last; it links to the one added before it, and the first to itself. */
    private volatile PortQueuePair last;

    /** Adds a connection, unless it is in already; then whoever takes it sees what was posted before this call. */
    void add(final PortQueuePair connection) {
        // Between what was posted and the look at the link, as one stands between the link and the look at the posts.
        VarHandle.fullFence();
        if (!NEXT.compareAndSet(connection, (PortQueuePair) null, connection)) {
            return;
        }
        PortQueuePair before;
        do {
            before = last;
            connection.nextPosted = before == null ? connection : before;
        } while (!LAST.compareAndSet(this, before, connection));
    }

    boolean isEmpty() {
        return last == null;
    }

    /** Takes all connections out, and gives each to the ready ones; under the dispatch lock. */
    void moveTo(final ReadyQueuePairs ready) {
        if (last == null) {
            return;
        }
        PortQueuePair connection = (PortQueuePair) LAST.getAndSet(this, (PortQueuePair) null);
        while (connection != null) {
            final PortQueuePair before = connection.nextPosted;
            // Out of the list before it is looked at, so that what is posted meanwhile enters it again.
            connection.nextPosted = null;
            ready.add(connection);
            connection = before == connection ? null : before;
        }
    }
}
