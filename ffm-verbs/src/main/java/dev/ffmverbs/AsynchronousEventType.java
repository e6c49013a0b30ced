// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.EventTypes;

/** What happened to a device or one of its objects ({@code enum ibv_event_type}). */
public enum AsynchronousEventType {

    /** A completion queue overran or broke: completions are lost. */
    COMPLETION_QUEUE_ERROR(EventTypes.COMPLETION_QUEUE_ERROR),

    /** A queue pair failed, and no completion could say so. */
    QUEUE_PAIR_FATAL(EventTypes.QUEUE_PAIR_FATAL),

    /** A peer's request was not valid for the transport; the queue pair is in ERROR. */
    QUEUE_PAIR_REQUEST_ERROR(EventTypes.QUEUE_PAIR_REQUEST_ERROR),

    /** A peer's request was refused for lack of rights; the queue pair is in ERROR. */
    QUEUE_PAIR_ACCESS_ERROR(EventTypes.QUEUE_PAIR_ACCESS_ERROR),

    /** The first message arrived at a queue pair that was only ready to receive. */
    COMMUNICATION_ESTABLISHED(EventTypes.COMMUNICATION_ESTABLISHED),

    /** All sends begun are finished: the send queue is drained. */
    SEND_QUEUE_DRAINED(EventTypes.SEND_QUEUE_DRAINED),

    /** The connection moved to its alternate path. */
    PATH_MIGRATED(EventTypes.PATH_MIGRATED),

    /** The connection could not move to its alternate path. */
    PATH_MIGRATION_ERROR(EventTypes.PATH_MIGRATION_ERROR),

    /** The device failed as a whole; close everything. */
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

    /** Fewer requests wait in a shared receive queue than its limit. */
    SHARED_RECEIVE_QUEUE_LIMIT_REACHED(EventTypes.SHARED_RECEIVE_QUEUE_LIMIT_REACHED),

    /** A queue pair in ERROR has taken its last request from its shared receive queue. */
    LAST_REQUEST_REACHED(EventTypes.LAST_REQUEST_REACHED),

    /** The subnet manager asks clients to register again. */
    CLIENT_REREGISTER(EventTypes.CLIENT_REREGISTER),

    /** A port's GID table changed. */
    GIDS_CHANGED(EventTypes.GIDS_CHANGED),

    /** A work queue failed. */
    WORK_QUEUE_FATAL(EventTypes.WORK_QUEUE_FATAL),

    /** Something this version does not know. */
    UNKNOWN(-1);

    private final int value;

    AsynchronousEventType(final int value) {
        this.value = value;
    }

    /**
     * The C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}; -1 for {@link #UNKNOWN}.
     */
    public int value() {
        return value;
    }

    /**
     * The constant of a value.
     *
     * @param value a value of {@code enum ibv_event_type}.
     * @return the constant, {@link #UNKNOWN} when there is none.
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
