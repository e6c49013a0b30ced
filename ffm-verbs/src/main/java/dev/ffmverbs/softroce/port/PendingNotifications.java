// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.concurrent.TimeUnit;

/**
 * Tells news to the application, and tells those again later that could not be told; under the dispatch lock.
 *
 * <p>So a completion that was not announced, or an event that was not delivered, for want of memory reaches who waits
 * for it when there is memory again.
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

    /** When to call {@link #tellAgain}; only while there are any. */
    long dueNs() {
        return dueNs;
    }

    /** Tells news now, or notes that they are to be told. */
    void tell(final Notification news) {
        try {
            news.tell();
        } catch (final Throwable e) {
            keep(news);
            log.failed("telling the application of a completion or an event",
                "it is told again in " + TimeUnit.NANOSECONDS.toMillis(PAUSE_NS) + " ms", e);
        }
    }

    private void keep(final Notification news) {
        if (!news.isUnheard) {
            if (first == null) {
                dueNs = System.nanoTime() + PAUSE_NS;
            }
            news.isUnheard = true;
            news.nextUnheard = first;
            first = news;
        }
    }

    /** Tells what is due. */
    void tellAgain(final long nowNs) {
        if (first == null || nowNs - dueNs < 0) {
            return;
        }
        Notification news = first;
        first = null;
        while (news != null) {
            final Notification next = news.nextUnheard;
            news.nextUnheard = null;
            news.isUnheard = false;
            tell(news);
            news = next;
        }
    }
}
