// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.WorkCompletionStatus;

/** One end of a connection, as the completions of its queue pair reach it. */
@FunctionalInterface
interface CompletionTarget {

    /**
     * A work request has completed; also one that was posted before the target gave up waiting for it.
     *
     * @param workRequestId which, as it was posted.
     * @param status        how.
     */
    void complete(long workRequestId, WorkCompletionStatus status);
}
