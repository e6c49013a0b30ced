// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The places of a listener for requests that wait for an answer. Thread-safe.
 *
 * <p>The transport's own limit does not suffice. The kernel only counts requests until they are read, and the
 * connection manager reads them at once ({@code ucma_get_event}).
 */
final class RequestPlaces {

    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();

    RequestPlaces(final int limit) {
        this.limit = limit;
    }

    /** Takes a place. Returns false if there is none. */
    boolean take() {
        int present = taken.get();
        while (present < limit) {
            final int found = taken.compareAndExchange(present, present + 1);
            if (found == present) {
                return true;
            }
            present = found;
        }
        return false;
    }

    /** Gives a place back. */
    void giveBack() {
        taken.decrementAndGet();
    }

    @Override
    public String toString() {
        return taken + " of " + limit + " places taken";
    }
}
