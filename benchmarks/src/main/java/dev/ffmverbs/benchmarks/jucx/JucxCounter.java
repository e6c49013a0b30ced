// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jucx;

import org.openucx.jucx.UcxCallback;
import org.openucx.jucx.ucp.UcpRequest;

/**
 * Counts the operations that have completed. One is created before the measurement and used for all its operations,
 * which is the cheapest way to use jucx. Not thread-safe.
 */
public final class JucxCounter {

    private int completed;
    private String failure;

    private final UcxCallback callback = new UcxCallback() {
        @Override
        public void onSuccess(final UcpRequest request) {
            completed++;
        }

        @Override
        public void onError(final int status, final String message) {
            failure = "status " + status + ", " + message;
        }
    };

    /** Creates a counter at 0. */
    public JucxCounter() {
        // Nothing has completed.
    }

    UcxCallback callback() {
        return callback;
    }

    /**
     * Returns how many operations have completed since the last call.
     *
     * @return number of operations.
     * @throws IllegalStateException if one has failed; the message is UCX's.
     */
    public int take() {
        if (failure != null) {
            throw new IllegalStateException("an operation of jucx failed: " + failure);
        }
        final int taken = completed;
        completed = 0;
        return taken;
    }
}
