// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

/**
 * Why a connection to a witness was given up.
 *
 * @param kind   what a new connection can be expected to change.
 * @param reason the words for the log.
 */
record Breakage(Kind kind, String reason) {

    /** The witness, or the network, ended the connection. */
    static final Breakage ENDED = new Breakage(Kind.ENDED, "its connection has ended");

    /** What a new connection can be expected to change. */
    enum Kind {
        /** The other end closed it; a new one may last. */
        ENDED,
        /** Something failed over it; a new one may be better. */
        FAILED,
        /** A new one is no better before somebody changes something. */
        LASTING
    }

    /** Something failed over the connection. */
    static Breakage failure(final String reason) {
        return new Breakage(Kind.FAILED, reason);
    }

    /** Somebody has to change something before a new connection can be better. */
    static Breakage lastingFlaw(final String reason) {
        return new Breakage(Kind.LASTING, reason);
    }
}
