// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

/** Says how far a node has got with what one of its clients asked for, according to its client table. */
public enum ClientStatus {

    /** The client is registered. Nothing was created for it in this round. */
    OFFERED(1),

    /** Its memory is registered and its queue pairs exist. Their numbers are in the table. */
    PREPARED(2),

    /** Its queue pairs are connected with those of the partner. */
    READY(3),

    /** What it asks for cannot be provided. */
    CANNOT_BE_GIVEN(4),

    /** The client no longer wants its ports. */
    CLOSED(5);

    private final int code;

    ClientStatus(final int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Returns the status that a number stands for; null if there is none. */
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
