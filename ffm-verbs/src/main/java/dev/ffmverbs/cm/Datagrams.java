// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.cm.ConnectionException.Reason;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.QueueKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The datagrams of a connection manager ({@code RDMA_PS_UDP}): finds the queue pairs of peers by address and port, and
 * joins multicast groups. Thread-safe.
 *
 * <p>There are no connections. A peer tells the number and key of a queue pair, in one message each way (IBTA volume 1,
 * service id resolution), and any queue pair for datagrams may send to it. Ports of datagrams and of connections are
 * different.
 */
public final class Datagrams {

    /** The queue key of all queue pairs and groups that connection managers tell ({@code RDMA_UDP_QKEY}). */
    public static final int QUEUE_KEY = QueueKeys.RDMA_UDP;

    /** Most private data that a request carries, in bytes (SIDR_REQ, less the address header of RDMA CM). */
    public static final int MAXIMUM_REQUEST_BYTES = 180;

    private final ManagedDevices devices;
    private final EventDispatcher dispatcher;

    Datagrams(final ManagedDevices devices, final EventDispatcher dispatcher) {
        this.devices = devices;
        this.dispatcher = dispatcher;
    }

    /**
     * Listens for requests for a queue pair ({@code rdma_bind_addr(3)}, {@code rdma_listen(3)}).
     *
     * @param address local address and port; port 0 lets the system choose.
     * @param backlog requests that may wait for an answer, at least 1. The others are rejected, or on software devices
     *                not taken until a place is free, so that their peers send them again.
     * @param handler called on the manager's thread with each request, which it or any other thread accepts or rejects.
     *                It must not block. If the handler throws an exception or an error, the request is rejected, and
     *                the failure is logged.
     * @param options options for the address, usually none.
     * @return the listener.
     * @throws ConnectionException      as {@link ConnectionManager#listen}.
     * @throws IllegalArgumentException if the address is not resolved or the backlog is less than 1.
     * @throws IllegalStateException    if the connection manager is closed.
     */
    public Listener listen(
        final InetSocketAddress address, final int backlog, final Consumer<? super DatagramRequest> handler,
        final AddressOption... options) {
        Objects.requireNonNull(handler, "handler");
        return new Listening(devices, dispatcher, address, backlog, options).open(PortSpace.DATAGRAMS,
            new Listener.Service<>(event -> new DatagramRequest(dispatcher, devices, event), handler));
    }

    /**
     * Asks a peer for its queue pair and waits for the answer ({@code rdma_connect(3)}).
     *
     * @param local      local address to ask from, or null to let the routes decide.
     * @param remote     address and port of a listener.
     * @param queuePair  queue pair for datagrams of a context of these devices, in state RESET, or INIT with its first
     *                   receives posted; it is taken to READY_TO_SEND with queue key {@link #QUEUE_KEY}. If it is in
     *                   READY_TO_SEND, it must have that key.
     * @param parameters private data, traffic class and address options; the other parameters are not used.
     * @param timeout    time limit, as for {@link ConnectionManager#connect}.
     * @return the peer's queue pair.
     * @throws ConnectionException      if the peer does not tell a queue pair within the time limit, or the thread is
     *                                  interrupted. The {@link Reason} says why.
     * @throws IllegalArgumentException if an address is not resolved, the remote address is not that of a single host
     *                                  or has no port, the private data is too long, or the queue pair is of another
     *                                  device or another type than datagrams, or has another key.
     * @throws IllegalStateException    on the manager's own thread, if the connection manager is closed, or if the
     *                                  queue pair is closed or in another state.
     */
    public DatagramPeer resolve(
        final InetSocketAddress local, final InetSocketAddress remote, final QueuePair queuePair,
        final ConnectionParameters parameters, final Duration timeout) {
        dispatcher.requireOtherThread("resolve would wait for events that only this thread reads;"
            + " use resolveAsync in handlers");
        return AttemptWait.await("resolve", resolveAsync(local, remote, queuePair, parameters, timeout),
            ConnectionFailures.ofDatagrams(AddressText.of(remote)));
    }

    /**
     * Starts to ask a peer for its queue pair and returns at once ({@code rdma_connect(3)}).
     *
     * @param local      local address to ask from, or null to let the routes decide.
     * @param remote     address and port of a listener.
     * @param queuePair  queue pair for datagrams, as for {@link #resolve}.
     * @param parameters private data, traffic class and address options; the other parameters are not used.
     * @param timeout    time limit, as for {@link ConnectionManager#connect}.
     * @return completes with the peer's queue pair, or with a {@link ConnectionException}, on the manager's thread, or
     *     on another thread when the time limit passes. Cancelling it ends the attempt.
     * @throws ConnectionException      if the attempt cannot even begin; the {@link Reason} says why.
     * @throws IllegalArgumentException as {@link #resolve}.
     * @throws IllegalStateException    if the connection manager is closed, or if the queue pair is closed or in
     *                                  another state.
     */
    public CompletableFuture<DatagramPeer> resolveAsync(
        final InetSocketAddress local, final InetSocketAddress remote, final QueuePair queuePair,
        final ConnectionParameters parameters, final Duration timeout) {
        ConnectionArguments.requireEnds(local, remote);
        Objects.requireNonNull(queuePair, "queuePair");
        Objects.requireNonNull(parameters, "parameters").requireSize(MAXIMUM_REQUEST_BYTES);
        final long timeoutNs = ConnectionArguments.nanoseconds(timeout);
        require(queuePair);
        final ConnectionFailures failures = ConnectionFailures.ofDatagrams(AddressText.of(remote));
        if (timeoutNs <= 0) {
            return CompletableFuture.failedFuture(failures.ofLimitBeforeStart(timeout));
        }
        try {
            return dispatcher.create(PortSpace.DATAGRAMS,
                identifier -> new PeerResolution(
                    dispatcher, identifier, queuePair, remote, parameters.withoutTimeout()),
                DatagramAttempt::target).start(local, timeoutNs);
        } catch (final ProviderException e) {
            throw failures.ofCall(e, false);
        }
    }

    /**
     * Joins a multicast group and waits until that is done ({@code rdma_join_multicast(3)}, {@code
     * rdma_join_multicast_ex(3)}).
     *
     * <p>On RoCE, the GID of an IPv4 group is its address mapped to IPv6, and the host joins the group by IGMP.
     *
     * @param local     address of a device to join at; its port is not used. Null lets the routes decide.
     * @param group     address of the group, such as 239.1.2.3.
     * @param role      whether to receive what is sent to the group, or only to send.
     * @param queuePair queue pair for datagrams, as for {@link #resolve}. A member is attached to the group.
     * @param timeout   time limit, as for {@link ConnectionManager#connect}.
     * @return the membership, which must be closed before the connection manager.
     * @throws ConnectionException      if the group cannot be joined within the time limit, or the thread is
     *                                  interrupted. The {@link Reason} says why.
     * @throws dev.ffmverbs.VerbsException if the queue pair cannot be attached to the group.
     * @throws IllegalArgumentException if an address is not resolved, the group is none, or the queue pair is of
     *                                  another device or another type than datagrams, or has another key.
     * @throws IllegalStateException    on the manager's own thread, if the connection manager is closed, or if the
     *                                  queue pair is closed or in another state.
     */
    public MulticastMembership join(
        final InetSocketAddress local, final InetAddress group, final MulticastRole role, final QueuePair queuePair,
        final Duration timeout) {
        ConnectionArguments.requireGroup(local, group);
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(queuePair, "queuePair");
        final long timeoutNs = ConnectionArguments.nanoseconds(timeout);
        dispatcher.requireOtherThread("join would wait for events that only this thread reads;"
            + " call it on another thread");
        require(queuePair);
        final ConnectionFailures failures =
            ConnectionFailures.ofDatagrams(AddressText.of(new InetSocketAddress(group, 0)));
        if (timeoutNs <= 0) {
            throw failures.ofLimitBeforeStart(timeout);
        }
        final MulticastMembership membership;
        try {
            membership = dispatcher.create(PortSpace.DATAGRAMS,
                identifier -> new MulticastMembership(dispatcher, identifier, queuePair, group, role),
                DatagramAttempt::target);
        } catch (final ProviderException e) {
            throw failures.ofCall(e, false);
        }
        boolean joined = false;
        try {
            final MulticastMembership attached =
                membership.attach(AttemptWait.await("join", membership.start(local, timeoutNs), failures));
            joined = true;
            return attached;
        } finally {
            if (!joined) {
                membership.close();
            }
        }
    }

    private void require(final QueuePair queuePair) {
        DatagramQueuePair.require(queuePair, devices.names(), devices.provider(), toString());
    }

    @Override
    public String toString() {
        return "Datagrams of " + devices.text();
    }
}
