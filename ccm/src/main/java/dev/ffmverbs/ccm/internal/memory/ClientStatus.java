// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

/** How far a node is with what one of its clients asked for, as its client table tells. */
public enum ClientStatus {

    /** The client is registered; nothing was made for it in this round. */
    OFFERED(1),

    /** Its memory is registered and its queue pairs exist; their numbers are in the table. */
    PREPARED(2),

    /** Its queue pairs are connected with those of the partner. */
    READY(3),

    /** What it asks for cannot be given. */
    CANNOT_BE_GIVEN(4),

    /** The client wants its ports no more. */
    CLOSED(5);

    private final int code;

    ClientStatus(final int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The status of a number; null when there is none. */
    static ClientStatus of(final int code) {
        return switch (code) {
            case 1 -> OFFERED;
            case 2 -> PREPARED;
            case 3 -> READY;
            case 4 -> CANNOT_BE_GIVEN;
            case 5 -> CLOSED;
            default -> null;
        };
    }
}
