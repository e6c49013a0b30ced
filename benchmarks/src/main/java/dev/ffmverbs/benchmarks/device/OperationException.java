// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

import java.io.Serial;

/** A measured operation failed, or did not complete in time. The message states which, and why. */
public final class OperationException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception.
     *
     * @param message the operation, and what went wrong.
     */
    public OperationException(final String message) {
        super(message);
    }
}
