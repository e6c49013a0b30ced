// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.value.AttemptOutcome;

/** No connection to the partner could be made. */
public final class LinkException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    private final AttemptOutcome outcome;

    /**
     * Says why there is no connection.
     *
     * @param outcome what it means for the attempt.
     * @param message every fact.
     * @param cause   what was reported; null when the connection itself was made.
     */
    public LinkException(final AttemptOutcome outcome, final String message, final Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    /**
     * What it means for the attempt.
     *
     * @return the outcome.
     */
    public AttemptOutcome outcome() {
        return outcome;
    }
}
