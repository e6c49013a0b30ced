// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * Reasons for which a connection is rejected (IBTA volume 1, 12.6.7.2; {@code enum ib_cm_rej_reason} of Linux).
 *
 * <p>The status of a rejection in {@link ConnectionEventData} is such a reason. Reasons that this library sends or acts
 * upon have a constant. {@link #name} knows all of them.
 */
public final class RejectReason {

    /** The sender stopped waiting, or no longer wants the connection. */
    public static final int TIMEOUT = 4;

    /** The request asks for something that the receiver does not support. */
    public static final int UNSUPPORTED = 5;

    /** The message names a communication id that does not exist. */
    public static final int INVALID_COMMUNICATION_ID = 6;

    /** The message does not belong to the connection that its id names. */
    public static final int INVALID_COMMUNICATION_INSTANCE = 7;

    /** Nobody listens on the service id. */
    public static final int INVALID_SERVICE_ID = 8;

    /** The request is not for a reliable connection. */
    public static final int INVALID_TRANSPORT = 9;

    /** The sender's queue pair or id is still in a connection of the receiver. */
    public static final int STALE_CONNECTION = 10;

    /** The GIDs are not those that the request came from and to. */
    public static final int INVALID_GID = 12;

    /** The receiver does not support the path MTU. The additional information is the largest possible one. */
    public static final int INVALID_PATH_MTU = 26;

    /** The listener rejected the request. */
    public static final int CONSUMER_DEFINED = 28;

    private RejectReason() {
    }

    /**
     * Names a reason, as in the specification.
     *
     * @param reason the number of the reason.
     * @return a phrase such as {@code stale connection}, or a reference to the specification for an unknown number.
     */
    public static String name(final int reason) {
        return switch (reason) {
            case 1 -> "no queue pair available";
            case 2 -> "no end-to-end context available";
            case 3 -> "no resources available";
            case TIMEOUT -> "timeout";
            case UNSUPPORTED -> "unsupported request";
            case INVALID_COMMUNICATION_ID -> "invalid communication id";
            case INVALID_COMMUNICATION_INSTANCE -> "invalid communication instance";
            case INVALID_SERVICE_ID -> "invalid service id";
            case INVALID_TRANSPORT -> "invalid transport service type";
            case STALE_CONNECTION -> "stale connection";
            case INVALID_GID -> "the GID of this side is not accepted";
            case 13 -> "the LID of this side is not accepted";
            case 14 -> "invalid service level";
            case 15 -> "invalid traffic class";
            case 16 -> "invalid hop limit";
            case 17 -> "invalid packet rate";
            case 24, 25 -> "redirected to another port";
            case INVALID_PATH_MTU -> "invalid path MTU";
            case 27 -> "insufficient resources for incoming READs";
            case CONSUMER_DEFINED -> "rejected by the application";
            case 29 -> "RNR retry count not accepted";
            case 30 -> "duplicate communication id";
            case 31 -> "unsupported class version";
            case 32 -> "invalid flow label";
            default -> "reason of IBTA 12.6.7.2";
        };
    }
}
