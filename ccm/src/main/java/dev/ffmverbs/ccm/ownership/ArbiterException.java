// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

/** An arbiter did not answer in time. What it was asked to change may or may not have changed. */
public class ArbiterException extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Says what was asked, of which arbiter, and what came back.
     *
     * @param message the facts.
     * @param cause   what failed; {@code null} if nothing came back.
     */
    public ArbiterException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
