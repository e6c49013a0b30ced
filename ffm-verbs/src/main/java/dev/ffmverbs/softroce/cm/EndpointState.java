// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** The states of an endpoint (IBTA 12.9). An MRA of the peer changes timers, not states. */
enum EndpointState {
    /** REQ sent, waiting for its answer. */
    REQUEST_SENT,
    /** REQ received, waiting for the application's decision. */
    REQUEST_RECEIVED,
    /** REP sent, waiting for RTU or the first packet. */
    REPLY_SENT,
    /** REP received, waiting for the application to prepare its queue pair. */
    REPLY_RECEIVED,
    /** RTU sent or received. */
    ESTABLISHED,
    /** DREQ sent, waiting for DREP. */
    DISCONNECT_SENT,
    /** Ended, but kept while duplicates may arrive. */
    TIME_WAIT,
    /** Ended and forgotten. */
    CLOSED;

    /** Returns whether the peer may send packets, as far as this end knows. */
    boolean isLive() {
        return this == REPLY_SENT || this == ESTABLISHED;
    }

    /** Returns whether the peer's queue pair is known and this end's queue pair may be connected to it. */
    boolean knowsPeerQueuePair() {
        return this == REQUEST_RECEIVED || this == REPLY_SENT || this == REPLY_RECEIVED || this == ESTABLISHED;
    }
}
