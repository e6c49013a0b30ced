// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import java.util.HashMap;
import java.util.Map;

/** Types of events of connections ({@code enum rdma_cm_event_type}, {@code rdma_get_cm_event(3)}). */
public enum ConnectionEventType {
    /** The remote address was resolved. */
    ADDRESS_RESOLVED(ConnectionEventTypes.ADDRESS_RESOLVED),
    /** The remote address could not be resolved. */
    ADDRESS_ERROR(ConnectionEventTypes.ADDRESS_ERROR),
    /** The route was resolved. */
    ROUTE_RESOLVED(ConnectionEventTypes.ROUTE_RESOLVED),
    /** The route could not be resolved. */
    ROUTE_ERROR(ConnectionEventTypes.ROUTE_ERROR),
    /** A peer requests a connection. */
    CONNECT_REQUEST(ConnectionEventTypes.CONNECT_REQUEST),
    /** The peer accepted the request of this side. */
    CONNECT_RESPONSE(ConnectionEventTypes.CONNECT_RESPONSE),
    /** The connection could not be established. */
    CONNECT_ERROR(ConnectionEventTypes.CONNECT_ERROR),
    /** The peer does not answer. */
    UNREACHABLE(ConnectionEventTypes.UNREACHABLE),
    /** The peer rejected the request. */
    REJECTED(ConnectionEventTypes.REJECTED),
    /** The connection is established. */
    ESTABLISHED(ConnectionEventTypes.ESTABLISHED),
    /** The connection ended. */
    DISCONNECTED(ConnectionEventTypes.DISCONNECTED),
    /** The device was removed. */
    DEVICE_REMOVAL(ConnectionEventTypes.DEVICE_REMOVAL),
    /** The multicast group was joined. */
    MULTICAST_JOIN(ConnectionEventTypes.MULTICAST_JOIN),
    /** The multicast group could not be joined, or its membership ended. */
    MULTICAST_ERROR(ConnectionEventTypes.MULTICAST_ERROR),
    /** The network address of the device changed. */
    ADDRESS_CHANGE(ConnectionEventTypes.ADDRESS_CHANGE),
    /** Packets of the ended connection can no longer arrive. */
    TIMEWAIT_EXIT(ConnectionEventTypes.TIMEWAIT_EXIT),
    /** Another event of the transport. */
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
