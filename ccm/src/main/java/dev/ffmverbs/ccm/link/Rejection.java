// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import dev.ffmverbs.ccm.handshake.AttemptOutcome;
import java.nio.ByteBuffer;

/** Why a node rejects a connection request. */
public enum Rejection {

    /** The requesting node is not one of this node's partners. */
    UNKNOWN_NODE(1, AttemptOutcome.UNKNOWN_TO_PARTNER),

    /** The request speaks another version. */
    OTHER_VERSION(2, AttemptOutcome.WRONG_LAYOUT_VERSION),

    /** The request is not that of a cluster connection manager. */
    NOT_A_NODE(3, AttemptOutcome.UNKNOWN_TO_PARTNER),

    /** This node is shutting down. */
    LEAVING(4, AttemptOutcome.PARTNER_LEAVING),

    /** The requesting node has not proved that it has the shared secret. */
    WRONG_SECRET(5, AttemptOutcome.WRONG_SECRET),

    /** The request comes from an address that is not configured for that partner. */
    ADDRESS_NOT_ALLOWED(6, AttemptOutcome.UNKNOWN_TO_PARTNER);

    private static final int LENGTH_BYTES = 12;

    private final int code;
    private final AttemptOutcome outcome;

    Rejection(final int code, final AttemptOutcome outcome) {
        this.code = code;
        this.outcome = outcome;
    }

    /** What the rejection means for the attempt of the node that is rejected. */
    AttemptOutcome outcome() {
        return outcome;
    }

    byte[] encode() {
        return GreetingFormat.begin(LENGTH_BYTES).putInt(code).array();
    }

    /** What a rejection means for the node that gets it; without private data nobody listens. */
    static AttemptOutcome outcomeOf(final byte[] data) {
        try {
            final ByteBuffer buffer = GreetingFormat.open(data, LENGTH_BYTES);
            final int code = buffer.getInt();
            for (final Rejection rejection : values()) {
                if (rejection.code == code) {
                    return rejection.outcome;
                }
            }
            return AttemptOutcome.CONNECTION_FAILED;
        } catch (final GreetingException e) {
            return e.rejection() == OTHER_VERSION ? OTHER_VERSION.outcome : AttemptOutcome.NOT_LISTENING;
        }
    }
}
