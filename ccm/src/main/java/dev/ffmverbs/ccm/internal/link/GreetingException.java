// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.value.Rejection;

/**
 * Thrown if a greeting cannot be understood or its sender may not be admitted.
 *
 * <p>Anybody can cause it, with every packet. Therefore it is cheap and has no stack trace.
 */
final class GreetingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Rejection rejection;

    GreetingException(final Rejection rejection, final String message) {
        super(message, null, false, false);
        this.rejection = rejection;
    }

    /** The answer if the greeting came with a request. */
    Rejection rejection() {
        return rejection;
    }
}
