// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

/** Private data of a connection cannot be understood. */
final class GreetingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Rejection rejection;

    GreetingException(final Rejection rejection, final String message) {
        super(message);
        this.rejection = rejection;
    }

    /** What to answer when it came with a request. */
    Rejection rejection() {
        return rejection;
    }
}
