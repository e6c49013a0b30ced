// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.TimeUnit;

/**
 * Delivers notifications to the application, and tries again those that failed; under the dispatch lock.
 *
 * <p>So a completion that was not announced, or an event that was not delivered, for lack of memory reaches the
 * application once there is memory again.
 */
final class PendingNotifications {

    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final PortLog log;
    private Notification first;
    private long dueNs;

    PendingNotifications(final PortLog log) {
        this.log = log;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Returns when to call {@link #deliverDue}; only while there are any. */
    long dueNs() {
        return dueNs;
    }

    /** Delivers a notification now, or keeps it to try again. */
    void deliver(final Notification notification) {
        try {
            notification.deliver();
        } catch (final Throwable e) {
            keep(notification);
            log.error("telling the application of a completion or an event",
                "trying again in " + TimeUnit.NANOSECONDS.toMillis(PAUSE_NS) + " ms", e);
        }
    }

    private void keep(final Notification notification) {
        if (!notification.isPending) {
            if (first == null) {
                dueNs = System.nanoTime() + PAUSE_NS;
            }
            notification.isPending = true;
            notification.nextPending = first;
            first = notification;
        }
    }

    /** Delivers what is due. */
    void deliverDue(final long nowNs) {
        if (first == null || nowNs - dueNs < 0) {
            return;
        }
        Notification notification = first;
        first = null;
        while (notification != null) {
            final Notification next = notification.nextPending;
            notification.nextPending = null;
            notification.isPending = false;
            deliver(notification);
            notification = next;
        }
    }
}
