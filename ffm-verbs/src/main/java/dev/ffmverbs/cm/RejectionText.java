// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.RejectReason;

/** Describes why a connection was rejected, in terms that suit a program that connects by address and port. */
final class RejectionText {

    private RejectionText() {
    }

    /**
     * Describes a reason.
     *
     * @param reason a {@link RejectReason}, or a negative error number of a transport that has no such reasons.
     * @return a clause.
     */
    static String of(final int reason) {
        if (reason < 0) {
            return switch (-reason) {
                case Errno.ECONNREFUSED -> "nobody listens on that port";
                case Errno.ECONNRESET -> "the listener rejected the request, or ended before it answered";
                default -> "the peer refused";
            } + " (" + Errno.describe(-reason) + ")";
        }
        return switch (reason) {
            case RejectReason.INVALID_SERVICE_ID -> "nobody listens on that port";
            case RejectReason.CONSUMER_DEFINED -> "the listener rejected the request";
            default -> "the peer's transport rejected the request: " + RejectReason.name(reason);
        } + " (reject reason " + reason + ")";
    }
}
