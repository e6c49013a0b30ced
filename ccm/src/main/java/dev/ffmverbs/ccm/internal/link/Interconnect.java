// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.Context;
import dev.ffmverbs.TransportType;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.Closing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One interconnect: this node on one device, with its boot-status variable, its listener, and a path to every partner.
 *
 * <p>It listens from the start, so that the requests of partners that started earlier wait and are not refused. They
 * are answered once all partners are added, so that no partner reaches a node before its memory is registered.
 */
final class Interconnect implements AutoCloseable {

    /** Number of requests that may wait besides one of each partner: those of strangers, until they are rejected. */
    private static final int STRANGERS_BACKLOG = 64;
    private static final long LAST_REQUEST_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long LAST_REQUEST_POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Context context;
    private final ConnectionManager connections;
    private final SegmentAllocator allocator;
    private final MemorySegment statusMemory;
    private final NodeIdentity identity;
    private final Rejections rejections;
    private final InetSocketAddress listenAddress;
    private final MemoryAddresses memory;
    private final Duration connectTimeout;
    private final boolean iwarp;
    private final long features;
    private final DeviceCompletions completions;
    private final DeviceGid localGid;
    private final Map<NodeNumber, VerbsPath> pathsByPartner = new HashMap<>();
    private final RequestRouter router;
    private Listener listener;

    /**
     * Creates an interconnect that does not listen yet.
     *
     * @param context        open context of the device.
     * @param identity       who this node is.
     * @param listenAddress  its predetermined address and port.
     * @param memory         predetermined memory addresses of this node and its partners.
     * @param allocator      allocates memory that outlives this object.
     * @param statusMemory   memory of the boot-status variable.
     * @param connectTimeout time limit of an attempt to connect.
     * @param rejections     counts the requests it rejects.
     * @param features       features of this node, as in {@link PeerInformation}; iWARP has no notifications.
     * @throws ConnectionException if the device has no connection manager.
     */
    Interconnect(
        final Context context, final NodeIdentity identity, final InetSocketAddress listenAddress,
        final MemoryAddresses memory, final SegmentAllocator allocator, final MemorySegment statusMemory,
        final Duration connectTimeout, final Rejections rejections, final long features) {
        this.context = context;
        this.identity = identity;
        this.rejections = rejections;
        this.listenAddress = listenAddress;
        this.memory = memory;
        this.connectTimeout = connectTimeout;
        this.iwarp = context.device().transportType() == TransportType.IWARP;
        this.features = iwarp ? features & ~PeerInformation.FEATURE_NOTIFICATIONS : features;
        this.allocator = allocator;
        this.statusMemory = statusMemory;
        this.router = new RequestRouter(identity, rejections, pathsByPartner);
        this.localGid = DeviceGid.of(context, listenAddress.getAddress());
        this.completions = new DeviceCompletions(context);
        boolean opened = false;
        try {
            this.connections = ConnectionManager.open(context);
            opened = true;
        } finally {
            if (!opened) {
                completions.close();
            }
        }
    }

    /**
     * Registers the memory that a partner will reach.
     *
     * @param name    the partner's name.
     * @param address its predetermined address and port.
     * @param paths   all paths to the partner.
     * @return the path to it, which is closed with this interconnect.
     */
    VerbsPath addPartner(final String name, final InetSocketAddress address, final PartnerPaths paths) {
        final VerbsPath path = new VerbsPath(this, name, address, paths);
        pathsByPartner.put(NodeNumber.of(name), path);
        return path;
    }

    /**
     * Listens on this node's address and port. Requests wait until {@link #admit} is called, one of each partner: a
     * dropped one is repeated after 0.4 s at the earliest, and most would be dropped if all partners started together.
     *
     * @param partners how many partners this node has.
     * @throws ConnectionException if the port is taken or the address is not one of the device's.
     */
    void listen(final int partners) {
        listener = connections.listen(listenAddress, partners + STRANGERS_BACKLOG, router::receive);
    }

    /** Warms up this node's code before it is needed, for a bounded time. */
    void rehearse() {
        Rehearsal.run(context, localGid, identity, listenAddress, Rehearsal.LIMIT_NS);
    }

    /**
     * Passes requests on from now on, beginning with those that have already arrived.
     *
     * @param newHandler receives the requests of known partners, on a thread that must not be blocked; others are
     *     rejected.
     */
    void admit(final Consumer<IncomingRequest> newHandler) {
        router.admit(newHandler);
    }

    /** Returns the ports that wait for connections, by the numbers of their queue pairs. */
    Map<Integer, ManagedPorts> ports() {
        return router.ports();
    }

    SegmentAllocator allocator() {
        return allocator;
    }

    MemorySegment statusMemory() {
        return statusMemory;
    }

    DeviceGid localGid() {
        return localGid;
    }

    Context context() {
        return context;
    }

    ConnectionManager connections() {
        return connections;
    }

    Rejections rejections() {
        return rejections;
    }

    NodeIdentity identity() {
        return identity;
    }

    MemoryAddresses memory() {
        return memory;
    }

    Duration connectTimeout() {
        return connectTimeout;
    }

    /** Returns the source address of connections, which makes them use this device. */
    InetSocketAddress anyLocalPort() {
        return new InetSocketAddress(listenAddress.getAddress(), 0);
    }

    /** Returns the completions of all links over this device. */
    DeviceCompletions completions() {
        return completions;
    }

    long features() {
        return features;
    }

    /** Whether regions have the address of their memory, as not every iWARP device gives them another one. */
    boolean isIwarp() {
        return iwarp;
    }

    /** Whether this node notifies partners of what it writes, and can be notified. */
    boolean hasNotifications() {
        return (features & PeerInformation.FEATURE_NOTIFICATIONS) != 0;
    }

    /** Rejects all requests from now on. Has no effect if called again. */
    void stopListening() {
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    /** Frees everything, each part even if others fail. Links and unanswered requests must be closed before. */
    @Override
    public void close() {
        Closing.closeAll(List.<Runnable>of(
            this::stopListening,
            () -> Closing.closeAll(pathsByPartner.values(), VerbsPath::close),
            completions::close, this::closeConnections), Runnable::run);
    }

    /**
     * Closes the connections. Tries again if it fails, because a request that arrived at the last moment may still be
     * about to be rejected on the connection manager's thread.
     */
    private void closeConnections() {
        final long startNs = System.nanoTime();
        while (true) {
            try {
                connections.close();
                return;
            } catch (final IllegalStateException e) {
                if (System.nanoTime() - startNs > LAST_REQUEST_NS) {
                    throw e;
                }
                LockSupport.parkNanos(LAST_REQUEST_POLL_NS);
            }
        }
    }

    @Override
    public String toString() {
        return "Interconnect at " + AddressText.of(listenAddress) + " with " + pathsByPartner.size() + " partners";
    }
}
