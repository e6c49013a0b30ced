// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

/**
 * Thrown if what the other side says cannot be accepted.
 *
 * <p>Anybody can cause it, with every packet. Therefore it is cheap and has no stack trace.
 */
final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    RefusedException(final Refusal refusal, final String message) {
        super(message, null, false, false);
        this.refusal = refusal;
    }

    /** The answer if a request is refused. */
    Refusal refusal() {
        return refusal;
    }
}
