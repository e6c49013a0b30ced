// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.Arrays;

/**
 * The queue pairs in the order of their next timer check. This is a binary heap, guarded by the dispatch lock.
 *
 * <p>A queue pair whose deadline moves back, as it does with every response of its peer, keeps its place. It is checked
 * once, too early, and then re-enters the heap. A working queue pair therefore costs nothing here. An idle port whose
 * requests are answered in time is not woken for each of them.
 *
 * <p>Space is {@linkplain #reserve reserved} when a queue pair is created. A lack of memory at that point harms no
 * other queue pair.
 */
final class Deadlines {

    private static final int INITIAL_CAPACITY = 16;

    private PortQueuePair[] heap = new PortQueuePair[INITIAL_CAPACITY];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns the earliest time to check a queue pair. There must be one. */
    long earliestNs() {
        return heap[0].scheduledNs;
    }

    /** Reserves space for a number of queue pairs, so that {@link #schedule} never allocates. */
    void reserve(final int queuePairs) {
        if (queuePairs > heap.length) {
            heap = Arrays.copyOf(heap, Math.max(queuePairs, 2 * heap.length));
        }
    }

    /** Ensures that a queue pair is checked when its deadline passes, if it has one. */
    void update(final PortQueuePair queuePair) {
        if (queuePair.service().hasDeadline()) {
            schedule(queuePair, queuePair.service().deadlineNs());
        }
    }

    /** Ensures that a queue pair is checked by a given time. */
    void schedule(final PortQueuePair queuePair, final long atNs) {
        if (queuePair.deadlineIndex == PortQueuePair.NOT_SCHEDULED) {
            queuePair.scheduledNs = atNs;
            size++;
            siftUp(queuePair, size - 1);
        } else if (atNs - queuePair.scheduledNs < 0) {
            queuePair.scheduledNs = atNs;
            siftUp(queuePair, queuePair.deadlineIndex);
        }
    }

    /** Brings the places of queue pairs up to date until the first check is not too early. */
    void refresh() {
        while (size > 0 && heap[0].breakdowns() == 0) {
            final PortQueuePair first = heap[0];
            if (!first.service().hasDeadline()) {
                remove(first);
            } else if (first.service().deadlineNs() - first.scheduledNs > 0) {
                first.scheduledNs = first.service().deadlineNs();
                siftDown(first, 0);
            } else {
                return;
            }
        }
    }

    /** Removes and returns the queue pair to check first. */
    PortQueuePair poll() {
        final PortQueuePair queuePair = heap[0];
        remove(queuePair);
        return queuePair;
    }

    /** Removes a queue pair if it is in the heap. */
    void remove(final PortQueuePair queuePair) {
        final int index = queuePair.deadlineIndex;
        if (index == PortQueuePair.NOT_SCHEDULED) {
            return;
        }
        queuePair.deadlineIndex = PortQueuePair.NOT_SCHEDULED;
        size--;
        final PortQueuePair moved = heap[size];
        heap[size] = null;
        if (moved != queuePair) {
            siftUp(moved, index);
            siftDown(moved, moved.deadlineIndex);
        }
    }

    private void siftUp(final PortQueuePair queuePair, final int from) {
        int index = from;
        while (index > 0 && isBefore(queuePair, heap[(index - 1) / 2])) {
            place(heap[(index - 1) / 2], index);
            index = (index - 1) / 2;
        }
        place(queuePair, index);
    }

    private void siftDown(final PortQueuePair queuePair, final int from) {
        int index = from;
        int child = smallerChild(index);
        while (child < size && isBefore(heap[child], queuePair)) {
            place(heap[child], index);
            index = child;
            child = smallerChild(index);
        }
        place(queuePair, index);
    }

    private int smallerChild(final int index) {
        final int left = 2 * index + 1;
        return left + 1 < size && isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
    }

    private static boolean isBefore(final PortQueuePair one, final PortQueuePair other) {
        return one.scheduledNs - other.scheduledNs < 0;
    }

    private void place(final PortQueuePair queuePair, final int index) {
        heap[index] = queuePair;
        queuePair.deadlineIndex = index;
    }
}
