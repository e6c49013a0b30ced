// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.Arrays;

/**
 * When to look at which connection's timers: a binary heap, guarded by the dispatch lock.
 *
 * <p>A connection whose deadline moves back, as it does with every answer of its peer, stays where it is: it is looked
 * at too early, once, and enters again. So a connection that works costs nothing here, and an idle port whose requests
 * are answered in time need not be woken for each.
 *
 * <p>Room is {@linkplain #reserve reserved} when a connection is made, where a lack of memory harms nobody else.
 */
final class Deadlines {

    private static final int INITIAL_CAPACITY = 16;

    private PortQueuePair[] heap = new PortQueuePair[INITIAL_CAPACITY];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** The earliest time to look at a connection; only when there is one. */
    long earliestNs() {
        return heap[0].scheduledNs;
    }

    /** Makes room for this many connections, so that {@link #schedule} never has to. */
    void reserve(final int connections) {
        if (connections > heap.length) {
            heap = Arrays.copyOf(heap, Math.max(connections, 2 * heap.length));
        }
    }

    /** Makes sure that a connection is looked at when its deadline comes, if it has one. */
    void update(final PortQueuePair connection) {
        if (connection.connection().hasDeadline()) {
            schedule(connection, connection.connection().deadlineNs());
        }
    }

    /** Makes sure that a connection is looked at at some time, or before. */
    void schedule(final PortQueuePair connection, final long atNs) {
        if (connection.deadlineIndex == PortQueuePair.NOT_SCHEDULED) {
            connection.scheduledNs = atNs;
            size++;
            up(connection, size - 1);
        } else if (atNs - connection.scheduledNs < 0) {
            connection.scheduledNs = atNs;
            up(connection, connection.deadlineIndex);
        }
    }

    /** Takes out the connection to look at first. */
    PortQueuePair poll() {
        final PortQueuePair connection = heap[0];
        remove(connection);
        return connection;
    }

    /** Takes a connection out, if it is in. */
    void remove(final PortQueuePair connection) {
        final int index = connection.deadlineIndex;
        if (index == PortQueuePair.NOT_SCHEDULED) {
            return;
        }
        connection.deadlineIndex = PortQueuePair.NOT_SCHEDULED;
        size--;
        final PortQueuePair moved = heap[size];
        heap[size] = null;
        if (moved != connection) {
            up(moved, index);
            down(moved, moved.deadlineIndex);
        }
    }

    private void up(final PortQueuePair connection, final int from) {
        int index = from;
        while (index > 0 && isBefore(connection, heap[(index - 1) / 2])) {
            place(heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }
        place(connection, index);
    }

    private void down(final PortQueuePair connection, final int from) {
        int index = from;
        int child = smallerChild(index);
        while (child < size && isBefore(heap[child], connection)) {
            place(heap[child], index);
            index = child;
            child = smallerChild(index);
        }
        place(connection, index);
    }

    private int smallerChild(final int index) {
        final int left = 2 * index + 1;
        return left + 1 < size && isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    }

    private static boolean isBefore(final PortQueuePair one, final PortQueuePair other) {
        return one.scheduledNs - other.scheduledNs < 0;
    }

    private void place(final PortQueuePair connection, final int index) {
        heap[index] = connection;
        connection.deadlineIndex = index;
    }
}
