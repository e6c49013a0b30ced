// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.Rejection;

/** Encodes the reason of a rejection in its private data, and says what the reason means for the rejected node. */
final class RejectionFormat {

    private static final int LENGTH_BYTES = 12;

    private RejectionFormat() {
    }

    private static int codeOf(final Rejection reason) {
        return switch (reason) {
            case UNKNOWN_NODE -> 1;
            case OTHER_VERSION -> 2;
            case NOT_A_NODE -> 3;
            case LEAVING -> 4;
            case WRONG_SECRET -> 5;
            case ADDRESS_NOT_ALLOWED -> 6;
        };
    }

    /** Returns what a rejection means for the attempt of the rejected node. */
    static AttemptOutcome outcomeOf(final Rejection reason) {
        return switch (reason) {
            case UNKNOWN_NODE, NOT_A_NODE, ADDRESS_NOT_ALLOWED -> AttemptOutcome.UNKNOWN_TO_PARTNER;
            case OTHER_VERSION -> AttemptOutcome.WRONG_LAYOUT_VERSION;
            case LEAVING -> AttemptOutcome.PARTNER_LEAVING;
            case WRONG_SECRET -> AttemptOutcome.WRONG_SECRET;
        };
    }

    static byte[] encode(final Rejection reason) {
        final byte[] data = new byte[LENGTH_BYTES];
        GreetingFormat.begin(data).putInt(codeOf(reason));
        return data;
    }

    /**
     * Returns what the private data of a rejection means for the node that receives it. If there is none, nobody
     * listens.
     */
    static AttemptOutcome decode(final byte[] data) {
        try {
            final int code = GreetingFormat.open(data, LENGTH_BYTES).getInt();
            for (final Rejection reason : Rejection.values()) {
                if (codeOf(reason) == code) {
                    return outcomeOf(reason);
                }
            }
            return AttemptOutcome.CONNECTION_FAILED;
        } catch (final GreetingException e) {
            return e.rejection() == Rejection.OTHER_VERSION ? outcomeOf(Rejection.OTHER_VERSION)
                : AttemptOutcome.NOT_LISTENING;
        }
    }
}
