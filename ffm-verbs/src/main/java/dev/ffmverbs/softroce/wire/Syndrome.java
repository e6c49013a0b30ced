// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import dev.ffmverbs.spi.constants.RnrTimers;

/** The syndrome byte of an AETH, with the kind in the upper three bits and a value in the lower five. */
public final class Syndrome {

    /** Positive, without a credit limit. A NIC may honour credits, so that this device never sends a smaller number. */
    public static final int ACKNOWLEDGE = 0x1F;
    /** Negative: a packet is missing. The BTH of the NAK contains the expected sequence number. */
    public static final int NAK_SEQUENCE_ERROR = 0x60;
    /** Negative: the request is invalid. */
    public static final int NAK_INVALID_REQUEST = 0x61;
    /** Negative: the key, the range or the access rights of remote memory are wrong. */
    public static final int NAK_REMOTE_ACCESS_ERROR = 0x62;
    /** Negative: the responder failed for reasons unrelated to the request. */
    public static final int NAK_REMOTE_OPERATIONAL_ERROR = 0x63;

    private static final int KIND_SHIFT = 5;
    private static final int VALUE_MASK = 0x1F;
    private static final int KIND_ACKNOWLEDGE = 0;
    private static final int KIND_RNR = 1;
    private static final int KIND_NAK = 3;

    private Syndrome() {
    }

    /**
     * Returns the syndrome that requests waiting until a receive is posted.
     *
     * @param timerCode {@code min_rnr_timer}, 0 to 31.
     * @return the syndrome.
     */
    public static int receiverNotReady(final int timerCode) {
        return KIND_RNR << KIND_SHIFT | timerCode & VALUE_MASK;
    }

    /**
     * Returns whether a syndrome is a positive acknowledgement.
     *
     * @param syndrome a syndrome byte.
     * @return true for a positive acknowledgement, whatever its credits.
     */
    public static boolean isAcknowledge(final int syndrome) {
        return syndrome >>> KIND_SHIFT == KIND_ACKNOWLEDGE;
    }

    /**
     * Returns whether a syndrome requests waiting for a receive.
     *
     * @param syndrome a syndrome byte.
     * @return true for an RNR NAK.
     */
    public static boolean isReceiverNotReady(final int syndrome) {
        return syndrome >>> KIND_SHIFT == KIND_RNR;
    }

    /**
     * Returns whether a syndrome is a NAK other than RNR.
     *
     * @param syndrome a syndrome byte.
     * @return true for a NAK.
     */
    public static boolean isNak(final int syndrome) {
        return syndrome >>> KIND_SHIFT == KIND_NAK;
    }

    /**
     * Returns the delay that an RNR NAK requests.
     *
     * @param syndrome an RNR syndrome, or a bare timer code.
     * @return nanoseconds, 10 000 to 655 360 000.
     */
    public static long receiverNotReadyDelayNs(final int syndrome) {
        return RnrTimers.delayNs(syndrome & VALUE_MASK);
    }

    /**
     * Describes a syndrome for logs and debuggers.
     *
     * @param syndrome a syndrome byte.
     * @return its meaning, or its number if it has none.
     */
    public static String toString(final int syndrome) {
        if (isAcknowledge(syndrome)) {
            return "ACK";
        }
        if (isReceiverNotReady(syndrome)) {
            return "RNR NAK after " + receiverNotReadyDelayNs(syndrome) / 1000 + " us";
        }
        return switch (syndrome) {
            case NAK_SEQUENCE_ERROR -> "NAK sequence error";
            case NAK_INVALID_REQUEST -> "NAK invalid request";
            case NAK_REMOTE_ACCESS_ERROR -> "NAK remote access error";
            case NAK_REMOTE_OPERATIONAL_ERROR -> "NAK remote operational error";
            default -> "syndrome 0x" + Integer.toHexString(syndrome);
        };
    }
}
