// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** The states of an endpoint (IBTA 12.9). A peer that asks for patience (MRA) changes timers, not states. */
enum EndpointState {
    /** REQ sent; its answer is awaited. */
    REQUEST_SENT,
    /** REQ received; the application decides. */
    REQUEST_RECEIVED,
    /** REP sent; RTU or the first packet is awaited. */
    REPLY_SENT,
    /** REP received; the application prepares its queue pair. */
    REPLY_RECEIVED,
    /** RTU sent or received. */
    ESTABLISHED,
    /** DREQ sent; DREP is awaited. */
    DISCONNECT_SENT,
    /** Ended; remembered as long as duplicates may arrive. */
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
