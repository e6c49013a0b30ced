// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.value.AttemptOutcome;

/** Thrown if no connection to the partner could be made. */
public final class LinkException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What the failure means for the attempt. */
    private final AttemptOutcome outcome;

    /**
     * Creates the exception.
     *
     * @param outcome what the failure means for the attempt.
     * @param message all facts.
     * @param cause   what was reported; null if the connection itself was made.
     */
    public LinkException(final AttemptOutcome outcome, final String message, final Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    /**
     * Returns what the failure means for the attempt.
     *
     * @return the outcome.
     */
    public AttemptOutcome outcome() {
        return outcome;
    }
}
