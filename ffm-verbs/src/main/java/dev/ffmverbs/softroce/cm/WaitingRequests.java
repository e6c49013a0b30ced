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

    /** Adds a request. Returns false if no more can wait. */
    boolean tryAdd() {
        if (unanswered.incrementAndGet() > limit) {
            unanswered.decrementAndGet();
            return false;
        }
        return true;
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
