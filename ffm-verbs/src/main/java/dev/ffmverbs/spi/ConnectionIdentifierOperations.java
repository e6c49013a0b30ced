// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * Operations of a connection identifier ({@code struct rdma_cm_id}).
 *
 * <p>The queue pair belongs to the caller: {@link #initializeQueuePairAttributes} gives the attributes of every
 * transition, the caller applies them, and {@link #connect} and {@link #accept} name its number.
 */
public interface ConnectionIdentifierOperations {

    /**
     * Binds to a local address ({@code rdma_bind_addr(3)}).
     *
     * @param address local address and port; port 0 lets the system choose.
     * @throws ProviderException {@code EADDRINUSE} when the port is taken, {@code EADDRNOTAVAIL} or {@code ENODEV}
     *     when the address is not one of this machine or of no RDMA device.
     */
    void bind(InetSocketAddress address) throws ProviderException;

    /**
     * Listens for connection requests ({@code rdma_listen(3)}).
     *
     * @param backlog requests that may wait for an answer.
     * @throws ProviderException when it cannot listen.
     */
    void listen(int backlog) throws ProviderException;

    /**
     * Sets the traffic class of the connection ({@code RDMA_OPTION_ID_TOS}); before the route is resolved.
     *
     * @param trafficClass 0 to 255.
     * @throws ProviderException when it cannot be set.
     */
    void setTrafficClass(int trafficClass) throws ProviderException;

    /**
     * Proposes an acknowledge timeout to the peer ({@code RDMA_OPTION_ID_ACK_TIMEOUT}), as far as the transport can;
     * before the route is resolved.
     *
     * @param exponent the time is 4.096 microseconds times 2 to this power, 1 to 31.
     * @throws ProviderException when it cannot be set.
     */
    void setAcknowledgeTimeout(int exponent) throws ProviderException;

    /**
     * Starts to resolve a remote address ({@code rdma_resolve_addr(3)}); an event follows.
     *
     * @param source      local address to bind to, or null to let the routes decide.
     * @param destination remote address and port.
     * @param timeoutMs   time limit in milliseconds.
     * @throws ProviderException when it cannot be started.
     */
    void resolveAddress(InetSocketAddress source, InetSocketAddress destination, int timeoutMs)
        throws ProviderException;

    /**
     * Starts to resolve the route to the resolved address ({@code rdma_resolve_route(3)}); an event follows.
     *
     * @param timeoutMs time limit in milliseconds.
     * @throws ProviderException when it cannot be started.
     */
    void resolveRoute(int timeoutMs) throws ProviderException;

    /**
     * The attributes with which a queue pair is taken to a state for this connection ({@code rdma_init_qp_attr}).
     *
     * @param attributes receives a {@code struct ibv_qp_attr}; its {@code qp_state} names the state wanted.
     * @return the {@code IBV_QP_*} mask to modify with.
     * @throws ProviderException when the connection is not so far.
     */
    int initializeQueuePairAttributes(MemorySegment attributes) throws ProviderException;

    /**
     * Sends a connection request ({@code rdma_connect(3)}); a response, a rejection or an error follows as an event.
     *
     * @param parameters what to send.
     * @throws ProviderException when it cannot be sent.
     */
    void connect(ConnectionParameterData parameters) throws ProviderException;

    /**
     * Tells the peer that the response came and the queue pair is ready ({@code rdma_establish(3)}).
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
     * Disconnects ({@code rdma_disconnect(3)}); both sides get an event.
     *
     * @throws ProviderException when it is not connected.
     */
    void disconnect() throws ProviderException;

    /**
     * The local address.
     *
     * @return address and port, or null before it is bound.
     */
    InetSocketAddress localAddress();

    /**
     * The peer's address.
     *
     * @return address and port, or null before it is known.
     */
    InetSocketAddress remoteAddress();

    /**
     * Name of the device the identifier is bound to.
     *
     * @return the device's name, or null while it is bound to none.
     */
    String deviceName();

    /**
     * Destroys the identifier ({@code rdma_destroy_id(3)}); events of it that wait are dropped. Does nothing if it is
     * destroyed. If it failed before, it does the rest.
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
