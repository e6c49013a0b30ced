// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.WorkCompletionStatus;

/** A queue pair whose completions are reported in the completion queue that all links over a device share. */
final class LinkQueuePair implements AutoCloseable {

    private static final CompletionTarget NOBODY = (workRequestId, status) -> { };

    private final DeviceCompletions completions;
    private final QueuePair queuePair;
    private final int slot;
    private final int entries;
    private final long firstWorkRequestId;
    private volatile CompletionTarget target = NOBODY;

    /**
     * Creates a queue pair whose completions have no target yet.
     *
     * @param completions the queue in which it completes.
     * @param queuePair   the queue pair.
     * @param slot        its slot in that queue.
     * @param entries     maximum number of its completions at a time.
     */
    LinkQueuePair(final DeviceCompletions completions, final QueuePair queuePair, final int slot, final int entries) {
        this.completions = completions;
        this.queuePair = queuePair;
        this.slot = slot;
        this.entries = entries;
        this.firstWorkRequestId = nextWorkRequestId();
    }

    QueuePair queuePair() {
        return queuePair;
    }

    int slot() {
        return slot;
    }

    int entries() {
        return entries;
    }

    /** Sets the target of completions from now on. */
    void target(final CompletionTarget newTarget) {
        target = newTarget;
    }

    /** Returns a unique id for a work request, which leads its completion here. */
    long nextWorkRequestId() {
        return completions.nextWorkRequestId(slot);
    }

    /** Passes on a completion, unless it belongs to a queue pair that had the slot before. */
    void complete(final long workRequestId, final WorkCompletionStatus status) {
        if (workRequestId - firstWorkRequestId > 0) {
            target.complete(workRequestId, status);
        }
    }

    /**
     * Destroys the queue pair. Completions that have not been polled yet reach no target. Has no effect if called
     * again.
     */
    @Override
    public void close() {
        target = NOBODY;
        queuePair.close();
        completions.remove(this);
    }
}
