// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.util.function.LongSupplier;

/**
 * The term in which a log appends. All methods are called under the log's lock, and allocate nothing.
 *
 * <p>In a log that needs a term, an entry is acknowledged only if the beginning of the term is, and only while the term
 * is held: a later owner may drop an older entry that both nodes hold, unless both also hold the beginning of a later
 * term behind it.
 */
final class LogTerm {

    private final String log;
    private LongSupplier heldTerm;
    private LogContinuation continuation;

    LogTerm(final String log) {
        this.log = log;
    }

    void require(final LongSupplier newHeldTerm) {
        heldTerm = newHeldTerm;
    }

    /** Whether the log needs a term. */
    boolean isRequired() {
        return heldTerm != null;
    }

    /** Returns the term that this node holds now; 0 if the log needs none. */
    long requireHeld() {
        final long term = heldTerm == null ? 0 : heldTerm.getAsLong();
        if (heldTerm != null && term <= 0) {
            throw new IllegalStateException(log + " appends only while this node owns, and it holds no term now; append"
                + " again when it has acquired ownership");
        }
        return term;
    }

    /** Requires that this node holds a term now. */
    void requireHeld(final long term) {
        if (heldTerm == null) {
            throw new IllegalStateException(log + " appends without ownership, so there is no term in which it could"
                + " continue; call requireTerm() first");
        }
        final long present = heldTerm.getAsLong();
        if (term <= 0 || present != term) {
            throw new IllegalStateException(log + " cannot continue in term " + term + ": this node holds "
                + (present > 0 ? "term " + present : "no term") + " now");
        }
    }

    /** Requires that the log has continued in a term, or that it needs none. */
    void requireContinued(final long term) {
        if (heldTerm != null && continuationIn(term) == null) {
            throw new IllegalStateException(log + " has not continued in term " + term + " yet, and the partner's log"
                + " may have later entries; call continueInTerm() first");
        }
    }

    /** Returns how the log has continued in a term; null if it has not. */
    LogContinuation continuationIn(final long term) {
        return continuation != null && continuation.term() == term ? continuation : null;
    }

    void begin(final LogContinuation newContinuation) {
        continuation = newContinuation;
    }

    /** Whether entries are acknowledged when both nodes hold them. */
    boolean isHeld() {
        return heldTerm == null || continuation != null && heldTerm.getAsLong() == continuation.term();
    }

    /** Returns the last entry that is acknowledged, if both nodes held this one before the call; 0 if there is none. */
    long lastAcknowledged(final long heldByBoth) {
        return heldTerm == null || isHeld() && heldByBoth >= continuation.sequence() ? heldByBoth : 0;
    }
}
