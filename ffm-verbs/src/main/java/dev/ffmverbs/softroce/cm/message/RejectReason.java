// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm.message;

/** Reasons for a REJ (IBTA volume 1, 12.6.7.2): those that this device sends or acts upon. */
public final class RejectReason {

    /** The sender stopped waiting, or no longer wants the connection. */
    public static final int TIMEOUT = 4;

    /** The request asks for something that this end does not support, such as IPv6. */
    public static final int UNSUPPORTED = 5;

    /** The message names a communication id that does not exist. */
    public static final int INVALID_COMMUNICATION_ID = 6;

    /** The message does not belong to the connection that its id names. */
    public static final int INVALID_COMMUNICATION_INSTANCE = 7;

    /** Nobody listens there. */
    public static final int INVALID_SERVICE_ID = 8;

    /** The request is not for a reliable connection. */
    public static final int INVALID_TRANSPORT = 9;

    /** The sender's queue pair or id is still in a connection here. */
    public static final int STALE_CONNECTION = 10;

    /** The GIDs are not those that the request came from and to. */
    public static final int INVALID_GID = 12;

    /** The path MTU is not possible here. The additional information is the largest possible one. */
    public static final int INVALID_PATH_MTU = 26;

    /** The listener rejected the request. */
    public static final int CONSUMER_DEFINED = 28;

    private RejectReason() {
    }
}
