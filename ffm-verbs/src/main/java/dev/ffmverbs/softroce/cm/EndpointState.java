// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** How far one end of a connection is (IBTA 12.9). A peer that asks for patience (MRA) changes timers, not states. */
enum EndpointState {
    /** REQ sent, its answer awaited. */
    REQUEST_SENT,
    /** REQ received; the application decides. */
    REQUEST_RECEIVED,
    /** REP sent, RTU or the first packet awaited. */
    REPLY_SENT,
    /** REP received; the application readies its queue pair. */
    REPLY_RECEIVED,
    /** RTU sent or received. */
    ESTABLISHED,
    /** DREQ sent, DREP awaited. */
    DISCONNECT_SENT,
    /** Ended; remembered for as long as duplicates may come. */
    TIME_WAIT,
    /** Ended and forgotten. */
    CLOSED;

    /** Whether the peer may send packets, as far as this end knows. */
    boolean isLive() {
        return this == REPLY_SENT || this == ESTABLISHED;
    }

    /** Whether the peer's queue pair is known and the own one may be connected to it. */
    boolean knowsPeerQueuePair() {
        return this == REQUEST_RECEIVED || this == REPLY_SENT || this == REPLY_RECEIVED || this == ESTABLISHED;
    }
}
