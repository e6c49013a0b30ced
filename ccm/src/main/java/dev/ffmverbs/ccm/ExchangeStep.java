// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

/** What follows the four steps of the handshake, in this order. */
public enum ExchangeStep {

    /** This node's peer information is in the partner's mailbox. */
    PEER_INFORMATION_SENT,

    /** The partner's peer information has come, and both understand each other: the session is up. */
    PEER_INFORMATION_RECEIVED,

    /** This node's client table is in the partner's mailbox. */
    CLIENTS_SENT,

    /** The partner's client table has come. */
    CLIENTS_RECEIVED,

    /** The queue pairs and the memory of a client exist. */
    PORTS_CREATED,

    /** The queue pairs of a client are connected with those of the partner. */
    PORTS_CONNECTED,

    /** The partner was told that this node is ready, for a client. */
    READY_SENT,

    /** The client is told. */
    CLIENT_TOLD
}
