// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/** What happened to a device or one of its objects ({@code enum ibv_event_type}). */
public enum AsynchronousEventType {

    /** A completion queue overran or broke: completions are lost. */
    COMPLETION_QUEUE_ERROR(0),

    /** A queue pair failed, and no completion could say so. */
    QUEUE_PAIR_FATAL(1),

    /** A peer's request was not valid for the transport; the queue pair is in ERROR. */
    QUEUE_PAIR_REQUEST_ERROR(2),

    /** A peer's request was refused for lack of rights; the queue pair is in ERROR. */
    QUEUE_PAIR_ACCESS_ERROR(3),

    /** The first message arrived at a queue pair that was only ready to receive. */
    COMMUNICATION_ESTABLISHED(4),

    /** All sends begun are finished: the send queue is drained. */
    SEND_QUEUE_DRAINED(5),

    /** The connection moved to its alternate path. */
    PATH_MIGRATED(6),

    /** The connection could not move to its alternate path. */
    PATH_MIGRATION_ERROR(7),

    /** The device failed as a whole; close everything. */
    DEVICE_FATAL(8),

    /** A port became active. */
    PORT_ACTIVE(9),

    /** A port lost its link. */
    PORT_ERROR(10),

    /** A port's local identifier changed. */
    LOCAL_IDENTIFIER_CHANGED(11),

    /** A port's table of partition keys changed. */
    PARTITION_KEYS_CHANGED(12),

    /** The subnet manager changed. */
    SUBNET_MANAGER_CHANGED(13),

    /** A shared receive queue failed. */
    SHARED_RECEIVE_QUEUE_ERROR(14),

    /** Fewer requests wait in a shared receive queue than its limit. */
    SHARED_RECEIVE_QUEUE_LIMIT_REACHED(15),

    /** A queue pair in ERROR has taken its last request from its shared receive queue. */
    LAST_REQUEST_REACHED(16),

    /** The subnet manager asks clients to register again. */
    CLIENT_REREGISTER(17),

    /** A port's GID table changed. */
    GIDS_CHANGED(18),

    /** A work queue failed. */
    WORK_QUEUE_FATAL(19),

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
