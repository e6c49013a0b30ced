// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** What a communication manager counts. */
public enum CommunicationCounter {
    /** Messages sent. */
    SENT,
    /** Of these, messages sent again because no answer came in time. */
    RETRANSMITTED,
    /** Datagrams received, whatever became of them. */
    RECEIVED,
    /** Messages received again. */
    DUPLICATES,
    /** Requests refused because nobody listens on their port. */
    REFUSED_NO_LISTENER,
    /** Requests refused because this device cannot do what they ask for, or they contradict themselves. */
    REFUSED_INVALID,
    /** Requests and replies refused because the peer's queue pair is still in a connection here. */
    REFUSED_STALE,
    /** Requests left unanswered because the listener's backlog is full; the peer asks again. */
    DROPPED_BACKLOG,
    /**
     * Dropped unseen: requests, and messages that belong to no connection, beyond what their source may cost, or all
     * sources together that this device has no dealings with. A peer asks again.
     */
    DROPPED_BUDGET,
    /** Dropped: requests that named the queue pair of a live connection whose peer turned out to be there. */
    DROPPED_FORGED,
    /** Dropped: no message, or of a type unknown here. */
    DROPPED_MALFORMED,
    /** Dropped: belongs to no connection. */
    DROPPED_UNKNOWN,
    /** Dropped: belongs to a connection with another peer. */
    DROPPED_PEER,
    /** Dropped: means nothing in the state the connection is in. */
    DROPPED_STATE
}
