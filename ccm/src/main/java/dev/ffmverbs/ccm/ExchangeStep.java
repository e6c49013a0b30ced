// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

/** The steps that follow the four of the handshake, in this order. */
public enum ExchangeStep {

    /** This node's peer information is in the partner's mailbox. */
    PEER_INFORMATION_SENT,

    /** The partner's peer information has arrived and is compatible: the session is up. */
    PEER_INFORMATION_RECEIVED,

    /** This node's client table is in the partner's mailbox. */
    CLIENTS_SENT,

    /** The partner's client table has arrived. */
    CLIENTS_RECEIVED,

    /** The queue pairs and the memory of a client exist. */
    PORTS_CREATED,

    /** The queue pairs of a client are connected with those of the partner. */
    PORTS_CONNECTED,

    /** The partner knows that this node is ready, for a client. */
    READY_SENT,

    /** The client is notified. */
    CLIENT_TOLD
}
