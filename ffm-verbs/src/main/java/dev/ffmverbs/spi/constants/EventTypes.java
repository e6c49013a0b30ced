// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Types of asynchronous events of a device and its objects ({@code enum ibv_event_type}). */
public final class EventTypes {

    /** {@code IBV_EVENT_CQ_ERR}: a completion queue overran, and completions are lost. */
    public static final int COMPLETION_QUEUE_ERROR = 0;
    /** {@code IBV_EVENT_QP_FATAL}: a queue pair failed, and no completion could report it. */
    public static final int QUEUE_PAIR_FATAL = 1;
    /** {@code IBV_EVENT_QP_REQ_ERR}: a peer's request was invalid; the queue pair is in ERROR. */
    public static final int QUEUE_PAIR_REQUEST_ERROR = 2;
    /** {@code IBV_EVENT_QP_ACCESS_ERR}: a peer's request lacked access rights; the queue pair is in ERROR. */
    public static final int QUEUE_PAIR_ACCESS_ERROR = 3;
    /** {@code IBV_EVENT_COMM_EST}: the first packet arrived at a queue pair in READY_TO_RECEIVE. */
    public static final int COMMUNICATION_ESTABLISHED = 4;
    /** {@code IBV_EVENT_SQ_DRAINED}: every send that had started is finished. */
    public static final int SEND_QUEUE_DRAINED = 5;
    /** {@code IBV_EVENT_PATH_MIG}: the connection moved to its alternate path. */
    public static final int PATH_MIGRATED = 6;
    /** {@code IBV_EVENT_PATH_MIG_ERR}: the connection could not move to its alternate path. */
    public static final int PATH_MIGRATION_ERROR = 7;
    /** {@code IBV_EVENT_DEVICE_FATAL}: the device failed. */
    public static final int DEVICE_FATAL = 8;
    /** {@code IBV_EVENT_PORT_ACTIVE}: a port became active. */
    public static final int PORT_ACTIVE = 9;
    /** {@code IBV_EVENT_PORT_ERR}: a port lost its link. */
    public static final int PORT_ERROR = 10;
    /** {@code IBV_EVENT_LID_CHANGE}: a port's local identifier changed. */
    public static final int LOCAL_IDENTIFIER_CHANGED = 11;
    /** {@code IBV_EVENT_PKEY_CHANGE}: a port's table of partition keys changed. */
    public static final int PARTITION_KEYS_CHANGED = 12;
    /** {@code IBV_EVENT_SM_CHANGE}: the subnet manager changed. */
    public static final int SUBNET_MANAGER_CHANGED = 13;
    /** {@code IBV_EVENT_SRQ_ERR}: a shared receive queue failed. */
    public static final int SHARED_RECEIVE_QUEUE_ERROR = 14;
    /** {@code IBV_EVENT_SRQ_LIMIT_REACHED}: a shared receive queue has fewer requests than its limit. */
    public static final int SHARED_RECEIVE_QUEUE_LIMIT_REACHED = 15;
    /**
     * {@code IBV_EVENT_QP_LAST_WQE_REACHED}: a queue pair in ERROR takes no further request from its shared receive
     * queue.
     */
    public static final int LAST_REQUEST_REACHED = 16;
    /** {@code IBV_EVENT_CLIENT_REREGISTER}: the subnet manager asks clients to register again. */
    public static final int CLIENT_REREGISTER = 17;
    /** {@code IBV_EVENT_GID_CHANGE}: a port's GID table changed. */
    public static final int GIDS_CHANGED = 18;
    /** {@code IBV_EVENT_WQ_FATAL}: a work queue failed. */
    public static final int WORK_QUEUE_FATAL = 19;

    private EventTypes() {
    }
}
