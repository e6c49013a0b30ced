// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

/**
 * Thrown when a log cannot continue in a new term yet, because this node may lack acknowledged entries. The message
 * says which. The log can continue when the partner has brought this node up to date. To continue without the missing
 * entries, call {@link MirroredLog#continueDespiteLoss}.
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
