// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.value.Rejection;

/**
 * A greeting cannot be understood, or its sender is not to be let in.
 *
 * <p>Anybody can cause it, as often as packets come, so it costs little: it knows no stack.
 */
final class GreetingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Rejection rejection;

    GreetingException(final Rejection rejection, final String message) {
        super(message, null, false, false);
        this.rejection = rejection;
    }

    /** What to answer when it came with a request. */
    Rejection rejection() {
        return rejection;
    }
}
