// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.Errno;

/** Describes the reasons a connection is rejected for (IBTA 12.6.7.2). */
final class RejectionText {

    /** The sender stopped waiting. */
    static final int TIMEOUT = 4;

    /** Nobody listens on the port. */
    static final int INVALID_SERVICE_ID = 8;

    /** The sender still knows, or has ended, a connection of the queue pair. */
    static final int STALE_CONNECTION = 10;

    /** The application rejected. */
    static final int CONSUMER_DEFINED = 28;

    private RejectionText() {
    }

    /**
     * Describes a reason.
     *
     * @param reason number of IBTA 12.6.7.2, or a negative error number of a transport that has no such reasons.
     * @return a clause.
     */
    static String of(final int reason) {
        if (reason < 0) {
            return "the peer refused with " + Errno.describe(-reason);
        }
        return switch (reason) {
            case INVALID_SERVICE_ID -> "nobody listens on that port";
            case CONSUMER_DEFINED -> "the listener rejected the request";
            default -> "the peer's transport rejected the request: " + name(reason);
        } + " (reject reason " + reason + ")";
    }

    private static String name(final int reason) {
        return switch (reason) {
            case 1 -> "no queue pair available";
            case 2 -> "no end-to-end context available";
            case 3 -> "no resources available";
            case 4 -> "timeout";
            case 5 -> "unsupported request";
            case 6 -> "invalid communication id";
            case 7 -> "invalid communication instance";
            case 9 -> "invalid transport service type";
            case 10 -> "stale connection";
            case 12 -> "the GID of this side is not accepted";
            case 13 -> "the LID of this side is not accepted";
            case 14 -> "invalid service level";
            case 15 -> "invalid traffic class";
            case 16 -> "invalid hop limit";
            case 17 -> "invalid packet rate";
            case 24, 25 -> "redirected to another port";
            case 26 -> "invalid path MTU";
            case 27 -> "insufficient resources for incoming READs";
            case 29 -> "RNR retry count not accepted";
            case 30 -> "duplicate communication id";
            case 31 -> "unsupported class version";
            case 32 -> "invalid flow label";
            default -> "reason of IBTA 12.6.7.2";
        };
    }
}
