// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.ReceiveRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.thread.Completions;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.cm.Connection;
import java.util.concurrent.TimeUnit;

/**
 * A partner's connection to this node: a queue pair through which this node sends nothing.
 *
 * <p>Each notification of a write by the partner uses a receive request. New requests are posted at a bounded rate, so
 * a partner that notifies endlessly has to wait and costs this node little.
 */
final class IncomingConnection implements AutoCloseable {

    /** Notifications that can be in flight at a time. */
    static final int NOTIFICATIONS = 8;

    private static final long RENEWAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LinkQueuePair queuePair;
    private final BootId bootId;
    private final Runnable onNews;
    private final ReceiveRequest withoutData = ReceiveRequest.allocate(0);
    private Connection connection;
    private volatile boolean ended;
    private int used;
    private long renewedNs;

    /**
     * Creates a connection that is about to be accepted.
     *
     * @param queuePair this node's end, in INIT.
     * @param bootId    the incarnation that connects.
     * @param onNews    called on any thread when the partner has notified this node or the connection has ended.
     */
    IncomingConnection(final LinkQueuePair queuePair, final BootId bootId, final Runnable onNews) {
        this.queuePair = queuePair;
        this.bootId = bootId;
        this.onNews = onNews;
    }

    /** Posts the first receive requests, before the partner can notify this node. */
    void receiveNotifications() {
        queuePair.target(this::complete);
        used = NOTIFICATIONS;
        renew();
    }

    private void renew() {
        final QueuePair receiver = queuePair.queuePair();
        final ReceiveRequest request = withoutData;
        while (used > 0 && 1 == receiver.postReceive(request.workRequestId(queuePair.nextWorkRequestId()))) {
            used--;
        }
    }

    private void complete(final long workRequestId, final WorkCompletionStatus status) {
        if (status == WorkCompletionStatus.SUCCESS) {
            // Counted last: a completion whose handling has failed comes again.
            onNews.run();
            used++;
        }
    }

    /** Takes the connection whose request was accepted. */
    void begin(final Connection accepted) {
        connection = accepted;
        Completions.follow(accepted.whenDisconnected(), accepted.toString(), (nothing, failure) -> {
            ended = true;
            onNews.run();
        });
    }

    /** Replaces used receive requests, unless that was done a moment ago. Returns when to call again. */
    long maintain(final long nowNs) {
        if (used == 0 || ended) {
            return Long.MAX_VALUE;
        }
        final long waitNs = renewedNs + RENEWAL_NS - nowNs;
        if (waitNs > 0 && waitNs <= RENEWAL_NS) {
            return waitNs;
        }
        renewedNs = nowNs;
        renew();
        return Long.MAX_VALUE;
    }

    QueuePair queuePair() {
        return queuePair.queuePair();
    }

    BootId bootId() {
        return bootId;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Ends the connection. On return nothing reaches this node's memory through it. */
    @Override
    public void close() {
        try (queuePair) {
            if (connection != null) {
                connection.close();
            }
        }
    }
}
