// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Types of connection events ({@code enum rdma_cm_event_type}). */
public final class ConnectionEventTypes {

    /** {@code RDMA_CM_EVENT_ADDR_RESOLVED}: the remote address was resolved. */
    public static final int ADDRESS_RESOLVED = 0;
    /** {@code RDMA_CM_EVENT_ADDR_ERROR}: the remote address could not be resolved. */
    public static final int ADDRESS_ERROR = 1;
    /** {@code RDMA_CM_EVENT_ROUTE_RESOLVED}: the route was resolved. */
    public static final int ROUTE_RESOLVED = 2;
    /** {@code RDMA_CM_EVENT_ROUTE_ERROR}: the route could not be resolved. */
    public static final int ROUTE_ERROR = 3;
    /** {@code RDMA_CM_EVENT_CONNECT_REQUEST}: a peer requests a connection. */
    public static final int CONNECT_REQUEST = 4;
    /** {@code RDMA_CM_EVENT_CONNECT_RESPONSE}: the peer accepted the request, but it is not established yet. */
    public static final int CONNECT_RESPONSE = 5;
    /** {@code RDMA_CM_EVENT_CONNECT_ERROR}: the connection could not be established. */
    public static final int CONNECT_ERROR = 6;
    /** {@code RDMA_CM_EVENT_UNREACHABLE}: the peer does not answer. */
    public static final int UNREACHABLE = 7;
    /** {@code RDMA_CM_EVENT_REJECTED}: the peer refused the request. */
    public static final int REJECTED = 8;
    /** {@code RDMA_CM_EVENT_ESTABLISHED}: the connection is established. */
    public static final int ESTABLISHED = 9;
    /** {@code RDMA_CM_EVENT_DISCONNECTED}: the connection ended. */
    public static final int DISCONNECTED = 10;
    /** {@code RDMA_CM_EVENT_DEVICE_REMOVAL}: the device was removed. */
    public static final int DEVICE_REMOVAL = 11;
    /** {@code RDMA_CM_EVENT_MULTICAST_JOIN}: the multicast group was joined. */
    public static final int MULTICAST_JOIN = 12;
    /** {@code RDMA_CM_EVENT_MULTICAST_ERROR}: the group could not be joined, or its membership ended. */
    public static final int MULTICAST_ERROR = 13;
    /** {@code RDMA_CM_EVENT_ADDR_CHANGE}: the network address of the device changed. */
    public static final int ADDRESS_CHANGE = 14;
    /** {@code RDMA_CM_EVENT_TIMEWAIT_EXIT}: packets of the ended connection can no longer arrive. */
    public static final int TIMEWAIT_EXIT = 15;

    private ConnectionEventTypes() {
    }
}
