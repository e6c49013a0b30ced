// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/**
 * This node does not have all entries that may have been acknowledged, so its log cannot continue in a new term yet.
 * The message says what is lacking. It can continue when the partner has brought its copy up to date. Without what is
 * lacking, it continues by {@link MirroredLog#continueDespiteLoss}.
 */
public final class IncompleteLogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what is lacking, and what to do.
     */
    public IncompleteLogException(final String message) {
        super(message);
    }
}
