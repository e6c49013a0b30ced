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
 * A partner's connection to this node: a queue pair this node sends nothing through.
 *
 * <p>The partner may notify this node of what it wrote as often as there are receive requests. It gets new ones in
 * bounded numbers: one that notifies without end waits itself, and costs this node little.
 */
final class IncomingConnection implements AutoCloseable {

    /** Notifications that can be on their way at a time. */
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
     * A connection that is to be accepted.
     *
     * @param queuePair its end here, in INIT.
     * @param bootId    the incarnation that makes it.
     * @param onNews    called, on any thread, when the partner has notified this node, or the connection has ended.
     */
    IncomingConnection(final LinkQueuePair queuePair, final BootId bootId, final Runnable onNews) {
        this.queuePair = queuePair;
        this.bootId = bootId;
        this.onNews = onNews;
    }

    /** Lets the partner notify this node; before it can. */
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

    /** Begins with the connection of which the request was accepted. */
    void begin(final Connection accepted) {
        connection = accepted;
        Completions.follow(accepted.whenDisconnected(), accepted.toString(), (nothing, failure) -> {
            ended = true;
            onNews.run();
        });
    }

    /** Posts receive requests in place of those used, unless that was done just before; returns when to call again. */
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

    /** Ends it; on return nothing reaches this node's memory through it. */
    @Override
    public void close() {
        try (queuePair) {
            if (connection != null) {
                connection.close();
            }
        }
    }
}
