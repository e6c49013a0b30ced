// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Operations of a connection identifier ({@code struct rdma_cm_id}).
 *
 * <p>An identifier for datagrams resolves a peer by {@link #connect}, which an event with a {@link DatagramTargetData}
 * answers, and tells a peer its queue pair by {@link #accept}. It is then not needed any longer.
 *
 * <p>The queue pair belongs to the caller. {@link #initializeQueuePairAttributes} returns the attributes of each
 * transition, the caller applies them, and {@link #connect} and {@link #accept} name the queue pair's number.
 */
public interface ConnectionIdentifierOperations extends NativeObject {

    /**
     * Binds to a local address ({@code rdma_bind_addr(3)}).
     *
     * @param address local address and port; port 0 lets the system choose.
     * @throws ProviderException {@code EADDRINUSE} when the port is in use, {@code EADDRNOTAVAIL} or {@code ENODEV}
     *     when the address does not belong to this machine, or not to an RDMA device.
     */
    void bind(InetSocketAddress address) throws ProviderException;

    /**
     * Listens for connection requests ({@code rdma_listen(3)}).
     *
     * @param backlog most requests that may wait for an answer.
     * @throws ProviderException when it cannot listen.
     */
    void listen(int backlog) throws ProviderException;

    /**
     * Sets the traffic class of the connection ({@code RDMA_OPTION_ID_TOS}). Called before the route is resolved.
     *
     * @param trafficClass 0 to 255.
     * @throws ProviderException when it cannot be set.
     */
    void setTrafficClass(int trafficClass) throws ProviderException;

    /**
     * Proposes an acknowledge timeout to the peer ({@code RDMA_OPTION_ID_ACK_TIMEOUT}), as far as the transport can.
     * Called before the route is resolved.
     *
     * @param exponent the time is 4.096 microseconds times 2 to this power, 1 to 31.
     * @throws ProviderException when it cannot be set.
     */
    void setAcknowledgeTimeout(int exponent) throws ProviderException;

    /**
     * Lets identifiers that do not listen share the local port ({@code RDMA_OPTION_ID_REUSEADDR}), if all of them have
     * this option. Called before the identifier is bound.
     *
     * @throws ProviderException when it cannot be set.
     */
    default void setAddressReuse() throws ProviderException {
        throw new ProviderException("rdma_set_option", "RDMA_OPTION_ID_REUSEADDR", Errno.EOPNOTSUPP);
    }

    /**
     * Lets a wildcard address stand for addresses of the same family only ({@code RDMA_OPTION_ID_AFONLY}). Called
     * before the identifier is bound.
     *
     * @throws ProviderException when it cannot be set.
     */
    default void setAddressFamilyOnly() throws ProviderException {
        throw new ProviderException("rdma_set_option", "RDMA_OPTION_ID_AFONLY", Errno.EOPNOTSUPP);
    }

    /**
     * Starts to resolve a remote address ({@code rdma_resolve_addr(3)}). An event follows.
     *
     * @param source      local address to bind to, or null to let the routes decide.
     * @param destination remote address and port.
     * @param timeoutMs   time limit in milliseconds.
     * @throws ProviderException when it cannot be started.
     */
    void resolveAddress(InetSocketAddress source, InetSocketAddress destination, int timeoutMs)
        throws ProviderException;

    /**
     * Starts to resolve the route to the resolved address ({@code rdma_resolve_route(3)}). An event follows.
     *
     * @param timeoutMs time limit in milliseconds.
     * @throws ProviderException when it cannot be started.
     */
    void resolveRoute(int timeoutMs) throws ProviderException;

    /**
     * Reads the attributes that change a queue pair to a state for this connection ({@code rdma_init_qp_attr}).
     *
     * @param attributes receives a {@code struct ibv_qp_attr}; its {@code qp_state} names the requested state.
     * @return the {@code IBV_QP_*} mask to modify with.
     * @throws ProviderException when the connection has not reached that state.
     */
    int initializeQueuePairAttributes(MemorySegment attributes) throws ProviderException;

    /**
     * Sends a connection request ({@code rdma_connect(3)}). A response, a rejection or an error follows as an event.
     *
     * @param parameters what to send.
     * @throws ProviderException when it cannot be sent.
     */
    void connect(ConnectionParameterData parameters) throws ProviderException;

    /**
     * Informs the peer that the response arrived and the queue pair is ready ({@code rdma_establish(3)}).
     *
     * @throws ProviderException when it cannot be sent.
     */
    void establish() throws ProviderException;

    /**
     * Accepts a connection request ({@code rdma_accept(3)}).
     *
     * @param parameters what to answer.
     * @throws ProviderException when it cannot be sent.
     */
    void accept(ConnectionParameterData parameters) throws ProviderException;

    /**
     * Rejects a connection request ({@code rdma_reject(3)}).
     *
     * @param privateData at most 148 bytes for the peer.
     * @throws ProviderException when it cannot be sent.
     */
    void reject(byte[] privateData) throws ProviderException;

    /**
     * Disconnects ({@code rdma_disconnect(3)}). Both sides get an event.
     *
     * @throws ProviderException when it is not connected.
     */
    void disconnect() throws ProviderException;

    /**
     * Moves the identifier to another connection manager of this provider, which then reports its events ({@code
     * rdma_migrate_id(3)}). Events that were not read move, too. A listener cannot be moved.
     *
     * @param destination the other connection manager.
     * @throws ProviderException when it cannot be moved; it then stays where it is.
     */
    default void migrate(final ConnectionManagerOperations destination) throws ProviderException {
        throw new ProviderException("rdma_migrate_id", "", Errno.EOPNOTSUPP);
    }

    /**
     * Joins a multicast group ({@code rdma_join_multicast_ex(3)}), after the group's address was resolved. An event
     * with a {@link DatagramTargetData} follows. No queue pair is attached to the group.
     *
     * @param group    address of the group.
     * @param sendOnly whether only to send to it ({@code RDMA_MC_JOIN_FLAG_SENDONLY_FULLMEMBER}).
     * @throws ProviderException when it cannot be joined.
     */
    default void joinMulticast(final InetAddress group, final boolean sendOnly) throws ProviderException {
        throw new ProviderException("rdma_join_multicast", "group=" + group.getHostAddress(), Errno.EOPNOTSUPP);
    }

    /**
     * Leaves a multicast group ({@code rdma_leave_multicast(3)}).
     *
     * @param group address of a group that this identifier has joined.
     * @throws ProviderException {@code EADDRNOTAVAIL} when it has not joined it.
     */
    default void leaveMulticast(final InetAddress group) throws ProviderException {
        throw new ProviderException("rdma_leave_multicast", "group=" + group.getHostAddress(), Errno.EOPNOTSUPP);
    }

    /**
     * Informs the transport of an asynchronous event of the queue pair ({@code rdma_notify(3)}).
     *
     * @param event the C constant of {@code enum ibv_event_type}.
     * @throws ProviderException {@code EISCONN} when the connection is established, {@code EINVAL} when the event does
     *     not concern its state.
     */
    default void reportQueuePairEvent(final int event) throws ProviderException {
        throw new ProviderException("rdma_notify", "event=" + event, Errno.EOPNOTSUPP);
    }

    /**
     * Returns the local address.
     *
     * @return address and port, or null before it is bound.
     */
    InetSocketAddress localAddress();

    /**
     * Returns the peer's address.
     *
     * @return address and port, or null before it is known.
     */
    InetSocketAddress remoteAddress();

    /**
     * Returns the name of the device the identifier is bound to.
     *
     * @return the device's name, or null while the identifier is not bound to a device.
     */
    String deviceName();

    /**
     * Destroys the identifier ({@code rdma_destroy_id(3)}) and drops its pending events. Has no effect if the
     * identifier is destroyed. After a failure, another call does the rest.
     *
     * <p>A destroyed identifier refuses every other operation with a {@link ProviderException}. Its addresses and its
     * device name may be null.
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
