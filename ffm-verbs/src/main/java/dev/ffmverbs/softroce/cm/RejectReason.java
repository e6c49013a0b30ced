// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/** Why there is no connection (IBTA 12.6.7.2); numbers that this device sends or acts upon. */
final class RejectReason {

    /** The sender gave up waiting, or no longer wants the connection. */
    static final int TIMEOUT = 4;

    /** The request asks for what this end does not do, such as IPv6. */
    static final int UNSUPPORTED = 5;

    /** The message names a communication id that there is not. */
    static final int INVALID_COMMUNICATION_ID = 6;

    /** The message belongs to another connection than the one its id names. */
    static final int INVALID_COMMUNICATION_INSTANCE = 7;

    /** Nobody listens there. */
    static final int INVALID_SERVICE_ID = 8;

    /** Not a reliable connection. */
    static final int INVALID_TRANSPORT = 9;

    /** The sender's queue pair or id is still in a connection here. */
    static final int STALE_CONNECTION = 10;

    /** The GIDs are not those the request came from and to. */
    static final int INVALID_GID = 12;

    /** The path MTU is not possible here; the additional information is the largest that is. */
    static final int INVALID_PATH_MTU = 26;

    /** The listener's own decision. */
    static final int CONSUMER_DEFINED = 28;

    private RejectReason() {
    }
}
