// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.EventTypes;

/** What happened to a device or one of its objects ({@code enum ibv_event_type}). */
public enum AsynchronousEventType {

    /** A completion queue overran or failed. Completions are lost. */
    COMPLETION_QUEUE_ERROR(EventTypes.COMPLETION_QUEUE_ERROR),

    /** A queue pair failed, and no completion could report it. */
    QUEUE_PAIR_FATAL(EventTypes.QUEUE_PAIR_FATAL),

    /** A peer's request violated the transport protocol. The queue pair is in ERROR. */
    QUEUE_PAIR_REQUEST_ERROR(EventTypes.QUEUE_PAIR_REQUEST_ERROR),

    /** A peer's request was refused because it lacked access rights. The queue pair is in ERROR. */
    QUEUE_PAIR_ACCESS_ERROR(EventTypes.QUEUE_PAIR_ACCESS_ERROR),

    /** The first message arrived at a queue pair in READY_TO_RECEIVE. */
    COMMUNICATION_ESTABLISHED(EventTypes.COMMUNICATION_ESTABLISHED),

    /** The send queue is drained: every send that had started is finished. */
    SEND_QUEUE_DRAINED(EventTypes.SEND_QUEUE_DRAINED),

    /** The connection moved to its alternate path. */
    PATH_MIGRATED(EventTypes.PATH_MIGRATED),

    /** The connection could not move to its alternate path. */
    PATH_MIGRATION_ERROR(EventTypes.PATH_MIGRATION_ERROR),

    /** The device failed. Close everything opened on it. */
    DEVICE_FATAL(EventTypes.DEVICE_FATAL),

    /** A port became active. */
    PORT_ACTIVE(EventTypes.PORT_ACTIVE),

    /** A port lost its link. */
    PORT_ERROR(EventTypes.PORT_ERROR),

    /** A port's local identifier changed. */
    LOCAL_IDENTIFIER_CHANGED(EventTypes.LOCAL_IDENTIFIER_CHANGED),

    /** A port's table of partition keys changed. */
    PARTITION_KEYS_CHANGED(EventTypes.PARTITION_KEYS_CHANGED),

    /** The subnet manager changed. */
    SUBNET_MANAGER_CHANGED(EventTypes.SUBNET_MANAGER_CHANGED),

    /** A shared receive queue failed. */
    SHARED_RECEIVE_QUEUE_ERROR(EventTypes.SHARED_RECEIVE_QUEUE_ERROR),

    /** The number of requests in a shared receive queue fell below its limit. */
    SHARED_RECEIVE_QUEUE_LIMIT_REACHED(EventTypes.SHARED_RECEIVE_QUEUE_LIMIT_REACHED),

    /** A queue pair in ERROR has taken its last request from its shared receive queue. */
    LAST_REQUEST_REACHED(EventTypes.LAST_REQUEST_REACHED),

    /** The subnet manager asks clients to register again. */
    CLIENT_REREGISTER(EventTypes.CLIENT_REREGISTER),

    /** A port's GID table changed. */
    GIDS_CHANGED(EventTypes.GIDS_CHANGED),

    /** A work queue failed. */
    WORK_QUEUE_FATAL(EventTypes.WORK_QUEUE_FATAL),

    /** An event that this version does not know. */
    UNKNOWN(-1);

    private final int value;

    AsynchronousEventType(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}; -1 for {@link #UNKNOWN}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the constant of a value.
     *
     * @param value a value of {@code enum ibv_event_type}.
     * @return the constant, or {@link #UNKNOWN} when there is none.
     */
    static AsynchronousEventType of(final int value) {
        for (final AsynchronousEventType type : values()) {
            if (type.value == value) {
                return type;
            }
        }
        return UNKNOWN;
    }
}
