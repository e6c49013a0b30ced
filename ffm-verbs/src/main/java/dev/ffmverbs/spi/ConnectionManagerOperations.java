// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Operations of a connection manager: an event channel, and the identifiers that report to it ({@code rdma_cm(7)}). */
public interface ConnectionManagerOperations extends NativeObject {

    /**
     * Creates an identifier for a reliable connection ({@code rdma_create_id(3)} in {@code RDMA_PS_TCP}).
     *
     * @return an identifier that is neither bound nor connected.
     * @throws ProviderException when it cannot be created.
     */
    ConnectionIdentifierOperations createIdentifier() throws ProviderException;

    /**
     * Creates an identifier for datagrams ({@code rdma_create_id(3)} in {@code RDMA_PS_UDP}).
     *
     * @return an identifier that is neither bound nor resolved.
     * @throws ProviderException when it cannot be created.
     */
    default ConnectionIdentifierOperations createDatagramIdentifier() throws ProviderException {
        throw new ProviderException("rdma_create_id", "RDMA_PS_UDP", Errno.EOPNOTSUPP);
    }

    /**
     * Looks up the addresses of a host ({@code rdma_getaddrinfo(3)}), by the resolver of the JDK unless the provider
     * has one.
     *
     * @param host name or address of a host.
     * @param port port number, 0 to 65535.
     * @return the addresses, of which there is at least one.
     * @throws ProviderException {@code ENOENT} when there is no such host.
     */
    default List<InetSocketAddress> lookUp(final String host, final int port) throws ProviderException {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                .map(address -> new InetSocketAddress(address, port)).toList();
        } catch (final UnknownHostException e) {
            throw new ProviderException("rdma_getaddrinfo", "node=" + host + ", service=" + port, Errno.ENOENT,
                "there is no such host");
        }
    }

    /**
     * Waits for the next event, copies it and acknowledges it ({@code rdma_get_cm_event(3)}).
     *
     * @param timeoutNs how long to wait, in nanoseconds; 0 does not wait.
     * @return the event, or null when the time ran out or {@link #wakeUp} was called.
     * @throws ProviderException when events cannot be read.
     */
    ConnectionEventData nextEvent(long timeoutNs) throws ProviderException;

    /** Ends the wait of a thread in {@link #nextEvent}, or else the next wait. */
    void wakeUp();

    /**
     * Destroys the event channel ({@code rdma_destroy_event_channel(3)}). Its identifiers have been destroyed before,
     * as far as that was possible. An identifier that is left can still be closed.
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
