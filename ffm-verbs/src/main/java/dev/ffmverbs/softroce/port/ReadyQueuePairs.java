// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/** Queue pairs that may have something to send, in order of arrival. Guarded by the dispatch lock. */
final class ReadyQueuePairs {

    private PortQueuePair first;
    private PortQueuePair last;

    /** Adds a queue pair at the end, unless it is in the list or no longer belongs to the port. */
    void add(final PortQueuePair queuePair) {
        if (queuePair.isReady || queuePair.isRemoved()) {
            return;
        }
        queuePair.isReady = true;
        queuePair.nextReady = null;
        if (first == null) {
            first = queuePair;
        } else {
            last.nextReady = queuePair;
        }
        last = queuePair;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** Returns the queue pair at the end, or null. */
    PortQueuePair last() {
        return last;
    }

    /** Removes and returns the first queue pair, or null if there is none. */
    PortQueuePair poll() {
        final PortQueuePair queuePair = first;
        if (queuePair != null) {
            first = queuePair.nextReady;
            last = first == null ? null : last;
            queuePair.nextReady = null;
            queuePair.isReady = false;
        }
        return queuePair;
    }
}
