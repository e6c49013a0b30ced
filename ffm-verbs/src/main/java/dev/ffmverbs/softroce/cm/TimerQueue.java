// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** Endpoints ordered by their deadlines; each has at most one. */
final class TimerQueue {

    /** Times wrap around, so they are compared by their difference. */
    private record Timer(long deadlineNs, ConnectionEndpoint endpoint) implements Comparable<Timer> {
        @Override
        public int compareTo(final Timer other) {
            final int order = Long.compare(deadlineNs - other.deadlineNs, 0);
            return order != 0 ? order : Integer.compare(endpoint.localId(), other.endpoint.localId());
        }
    }

    private final Map<ConnectionEndpoint, Timer> timers = new HashMap<>();
    private final TreeSet<Timer> order = new TreeSet<>();

    /** Sets the deadline of an endpoint, in place of any earlier one. */
    void set(final ConnectionEndpoint endpoint, final long deadlineNs) {
        cancel(endpoint);
        final Timer timer = new Timer(deadlineNs, endpoint);
        timers.put(endpoint, timer);
        order.add(timer);
    }

    void cancel(final ConnectionEndpoint endpoint) {
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

    /** Removes and returns the first endpoint whose deadline has passed; null if there is none. */
    ConnectionEndpoint pollDue(final long nowNs) {
        if (order.isEmpty() || order.first().deadlineNs - nowNs > 0) {
            return null;
        }
        final ConnectionEndpoint endpoint = order.first().endpoint;
        cancel(endpoint);
        return endpoint;
    }
}
