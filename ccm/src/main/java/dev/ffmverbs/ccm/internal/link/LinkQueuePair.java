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
     * A queue pair whose completions have no target yet.
     *
     * @param completions where it completes.
     * @param queuePair   the queue pair.
     * @param slot        its place among those that complete there.
     * @param entries     how many completions of it there can be at a time.
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

    /** Says who hears of completions from now on. */
    void target(final CompletionTarget newTarget) {
        target = newTarget;
    }

    /** A number for a work request that no other has, and that leads its completion here. */
    long nextWorkRequestId() {
        return completions.nextWorkRequestId(slot);
    }

    /** Tells of a completion, unless it is one of a queue pair that had the slot before. */
    void complete(final long workRequestId, final WorkCompletionStatus status) {
        if (workRequestId - firstWorkRequestId > 0) {
            target.complete(workRequestId, status);
        }
    }

    /** Destroys the queue pair; completions that are still to be polled reach no target. Closing again does nothing. */
    @Override
    public void close() {
        target = NOBODY;
        queuePair.close();
        completions.remove(this);
    }
}
