// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.util.Arrays;

/**
 * The queue pairs ordered by when to look at their timers: a binary heap, guarded by the dispatch lock.
 *
 * <p>A queue pair whose deadline moves back, as it does with every answer of its peer, stays where it is: it is looked
 * at once, too early, and enters the heap again. So a queue pair that works costs nothing here, and an idle port whose
 * requests are answered in time is not woken for each of them.
 *
 * <p>Space is {@linkplain #reserve reserved} when a queue pair is created, where a lack of memory harms no other.
 */
final class Deadlines {

    private static final int INITIAL_CAPACITY = 16;

    private PortQueuePair[] heap = new PortQueuePair[INITIAL_CAPACITY];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns the earliest time to look at a queue pair; there must be one. */
    long earliestNs() {
        return heap[0].scheduledNs;
    }

    /** Makes space for this many queue pairs, so that {@link #schedule} never has to. */
    void reserve(final int queuePairs) {
        if (queuePairs > heap.length) {
            heap = Arrays.copyOf(heap, Math.max(queuePairs, 2 * heap.length));
        }
    }

    /** Makes sure that a queue pair is looked at when its deadline passes, if it has one. */
    void update(final PortQueuePair queuePair) {
        if (queuePair.connection().hasDeadline()) {
            schedule(queuePair, queuePair.connection().deadlineNs());
        }
    }

    /** Makes sure that a queue pair is looked at by a given time. */
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

    /** Removes and returns the queue pair to look at first. */
    PortQueuePair poll() {
        final PortQueuePair queuePair = heap[0];
        remove(queuePair);
        return queuePair;
    }

    /** Removes a queue pair, if it is in the heap. */
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
