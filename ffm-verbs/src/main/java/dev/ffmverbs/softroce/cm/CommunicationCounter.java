// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** The counters of a communication manager. */
public enum CommunicationCounter {
    /** Messages sent. */
    SENT,
    /** Messages sent again because no answer arrived in time; {@link #SENT} includes them. */
    RETRANSMITTED,
    /** Datagrams received, including those dropped. */
    RECEIVED,
    /** Messages received again. */
    DUPLICATES,
    /** Requests refused because nobody listens on their port number. */
    REFUSED_NO_LISTENER,
    /** Requests refused because they are inconsistent or need something that this device does not support. */
    REFUSED_INVALID,
    /** Requests and replies refused because the peer's queue pair is still in a connection here. */
    REFUSED_STALE,
    /** Requests dropped because the listener's backlog is full. The peer sends them again. */
    DROPPED_BACKLOG,
    /**
     * Requests, and messages that belong to no connection, dropped because they exceed the budget of their source, or
     * the common budget of all unknown sources. A peer sends a request again.
     */
    DROPPED_BUDGET,
    /** Requests dropped because they named the queue pair of a live connection whose peer answered a probe. */
    DROPPED_FORGED,
    /** Datagrams dropped because they are not messages, or their type is unknown here. */
    DROPPED_MALFORMED,
    /** Messages dropped because they belong to no connection. */
    DROPPED_UNKNOWN,
    /** Messages dropped because they belong to a connection with another peer. */
    DROPPED_PEER,
    /** Messages dropped because they are not valid in the state of their connection. */
    DROPPED_STATE
}
