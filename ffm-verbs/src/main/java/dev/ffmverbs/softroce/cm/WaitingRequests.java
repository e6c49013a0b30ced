// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the requests to a listener that wait for an answer. Their number is limited. Thread-safe. */
final class WaitingRequests {

    private final int limit;
    private final AtomicInteger unanswered = new AtomicInteger();

    WaitingRequests(final int limit) {
        this.limit = limit;
    }

    int limit() {
        return limit;
    }

    /**
     * Adds a request and reports it. A request that cannot be reported does not wait.
     *
     * @param report reports the request.
     * @return false if no more can wait. The request is then not reported.
     */
    boolean add(final Runnable report) {
        if (unanswered.incrementAndGet() > limit) {
            remove();
            return false;
        }
        boolean reported = false;
        try {
            report.run();
            reported = true;
            return true;
        } finally {
            if (!reported) {
                remove();
            }
        }
    }

    /** Removes a request that was answered, or can no longer be answered. */
    void remove() {
        unanswered.decrementAndGet();
    }

    @Override
    public String toString() {
        return unanswered + " of at most " + limit + " requests";
    }
}
