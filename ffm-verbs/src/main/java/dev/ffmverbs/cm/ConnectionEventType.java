// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.jextract.ffm_verbs_h;
import java.util.HashMap;
import java.util.Map;

/** Types of events of connections ({@code enum rdma_cm_event_type}, {@code rdma_get_cm_event(3)}). */
public enum ConnectionEventType {
    /** The remote address was resolved. */
    ADDRESS_RESOLVED(ffm_verbs_h.RDMA_CM_EVENT_ADDR_RESOLVED()),
    /** The remote address could not be resolved. */
    ADDRESS_ERROR(ffm_verbs_h.RDMA_CM_EVENT_ADDR_ERROR()),
    /** The route was resolved. */
    ROUTE_RESOLVED(ffm_verbs_h.RDMA_CM_EVENT_ROUTE_RESOLVED()),
    /** The route could not be resolved. */
    ROUTE_ERROR(ffm_verbs_h.RDMA_CM_EVENT_ROUTE_ERROR()),
    /** A peer requests a connection. */
    CONNECT_REQUEST(ffm_verbs_h.RDMA_CM_EVENT_CONNECT_REQUEST()),
    /** The peer accepted the request of this side. */
    CONNECT_RESPONSE(ffm_verbs_h.RDMA_CM_EVENT_CONNECT_RESPONSE()),
    /** The connection could not be established. */
    CONNECT_ERROR(ffm_verbs_h.RDMA_CM_EVENT_CONNECT_ERROR()),
    /** The peer does not answer. */
    UNREACHABLE(ffm_verbs_h.RDMA_CM_EVENT_UNREACHABLE()),
    /** The peer rejected. */
    REJECTED(ffm_verbs_h.RDMA_CM_EVENT_REJECTED()),
    /** The connection is established. */
    ESTABLISHED(ffm_verbs_h.RDMA_CM_EVENT_ESTABLISHED()),
    /** The connection ended. */
    DISCONNECTED(ffm_verbs_h.RDMA_CM_EVENT_DISCONNECTED()),
    /** The device was removed. */
    DEVICE_REMOVAL(ffm_verbs_h.RDMA_CM_EVENT_DEVICE_REMOVAL()),
    /** The network address of the device changed. */
    ADDRESS_CHANGE(ffm_verbs_h.RDMA_CM_EVENT_ADDR_CHANGE()),
    /** Packets of the ended connection can no longer arrive. */
    TIMEWAIT_EXIT(ffm_verbs_h.RDMA_CM_EVENT_TIMEWAIT_EXIT()),
    /** Another event of the transport, which does not concern reliable connections. */
    OTHER(-1);

    private static final Map<Integer, ConnectionEventType> BY_VALUE = new HashMap<>();

    static {
        for (final ConnectionEventType type : values()) {
            BY_VALUE.put(type.value, type);
        }
    }

    private final int value;

    ConnectionEventType(final int value) {
        this.value = value;
    }

    static ConnectionEventType of(final int value) {
        return BY_VALUE.getOrDefault(value, OTHER);
    }
}
