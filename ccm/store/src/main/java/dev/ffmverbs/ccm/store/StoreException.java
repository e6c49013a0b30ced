// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

/** An operation of a client was not confirmed in time. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean inDoubt;

    StoreException(final String message, final boolean inDoubt) {
        super(message);
        this.inDoubt = inDoubt;
    }

    /**
     * Whether the operation may have been executed, or may still be.
     *
     * @return false if nothing has changed.
     */
    public boolean isInDoubt() {
        return inDoubt;
    }
}
