// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Endpoints of connections and requests for datagrams, ordered by their deadlines; each has at most one.
 *
 * <p>An error in the middle of a change leaves the endpoint with its former deadline, or with the new one. What it
 * leaves behind in the order is dropped when its time comes.
 */
final class TimerQueue {

    /** Times wrap around, so they are compared by their difference. */
    private record Timer(long deadlineNs, Timed endpoint) implements Comparable<Timer> {
        @Override
        public int compareTo(final Timer other) {
            final int order = Long.compare(deadlineNs - other.deadlineNs, 0);
            return order != 0 ? order : Integer.compare(endpoint.localId(), other.endpoint.localId());
        }
    }

    /** Says which timers count. */
    private final Map<Timed, Timer> timers = new HashMap<>();

    /** All timers that count, and those that a failure has left behind. */
    private final TreeSet<Timer> order = new TreeSet<>();

    /** Sets the deadline of an endpoint, in place of any earlier one. */
    void set(final Timed endpoint, final long deadlineNs) {
        final Timer timer = new Timer(deadlineNs, endpoint);
        order.add(timer);
        final Timer former = timers.put(endpoint, timer);
        if (former != null && former.deadlineNs != deadlineNs) {
            order.remove(former);
        }
    }

    void cancel(final Timed endpoint) {
        final Timer timer = timers.remove(endpoint);
        if (timer != null) {
            order.remove(timer);
        }
    }

    boolean isEmpty() {
        return order.isEmpty();
    }

    /** Returns the first deadline; there must be one. */
    long firstNs() {
        return order.first().deadlineNs;
    }

    /** Returns the first endpoint whose deadline has passed; null if there is none. */
    Timed firstDue(final long nowNs) {
        while (!order.isEmpty() && order.first().deadlineNs - nowNs <= 0) {
            final Timer first = order.first();
            if (first.equals(timers.get(first.endpoint))) {
                return first.endpoint;
            }
            order.pollFirst();
        }
        return null;
    }
}
