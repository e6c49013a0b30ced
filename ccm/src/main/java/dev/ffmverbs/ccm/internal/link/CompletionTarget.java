// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.WorkCompletionStatus;

/** One end of a connection, which receives the completions of its queue pair. */
@FunctionalInterface
interface CompletionTarget {

    /**
     * Takes the completion of a work request, even if the target no longer waits for it.
     *
     * @param workRequestId the id with which the request was posted.
     * @param status        the status with which it completed.
     */
    void complete(long workRequestId, WorkCompletionStatus status);
}
