// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/** Events of a device that no state machine reports: values of {@code enum ibv_event_type}. */
public final class PortEvents {

    /** A completion queue was full when a completion arrived, which is lost. */
    public static final int COMPLETION_QUEUE_ERROR = 0;
    /** A queue pair can no longer work, for example because its completion queue overran. */
    public static final int QUEUE_PAIR_FATAL = 1;
    /** A shared receive queue has fewer requests than the limit its user has set. */
    public static final int SHARED_RECEIVE_QUEUE_LIMIT_REACHED = 15;

    private PortEvents() {
    }
}
