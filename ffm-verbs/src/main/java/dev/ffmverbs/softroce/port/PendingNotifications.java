// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.TimeUnit;

/**
 * Delivers notifications to the application, and retries those that failed. Guarded by the dispatch lock.
 *
 * <p>A completion or event that could not be announced for lack of memory reaches the application once memory is
 * available again.
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

    /** Returns when to call {@link #deliverDue}. Valid only while there are pending notifications. */
    long dueNs() {
        return dueNs;
    }

    /** Delivers a notification now, or keeps it for a retry. */
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

    /** Delivers the notifications that are due. */
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
