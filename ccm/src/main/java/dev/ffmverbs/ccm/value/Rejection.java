// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.value;

/** Says why a node rejects a connection request. */
public enum Rejection {

    /** The requesting node is not one of this node's partners. */
    UNKNOWN_NODE,

    /** The request speaks another version. */
    OTHER_VERSION,

    /** The request does not come from a cluster connection manager. */
    NOT_A_NODE,

    /** This node is shutting down. */
    LEAVING,

    /** The requesting node has not proved that it has the shared secret. */
    WRONG_SECRET,

    /** The request comes from an address that is not configured for that partner. */
    ADDRESS_NOT_ALLOWED
}
