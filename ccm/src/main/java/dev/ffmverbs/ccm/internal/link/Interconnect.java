// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.Context;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.cm.Listener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One interconnect: this node on one device, with its boot-status variable, its listener, and a path to every partner.
 *
 * <p>It listens from the start, so that the requests of partners that started earlier wait in place of being refused.
 * They are answered once all partners are added: a partner never reaches a node whose memory is not there.
 */
final class Interconnect implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Interconnect.class.getName());

    /** Requests that may wait besides one of each partner: those of strangers, until they are rejected. */
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
    private final long features;
    private final DeviceCompletions completions;
    private final DeviceGid localGid;
    private final Map<NodeNumber, VerbsPath> pathsByPartner = new HashMap<>();

    /** The requests that are handed on and not answered. */
    private final Map<VerbsPath, PartnerRequest> waiting = new ConcurrentHashMap<>();

    /** The requests that came before this node could answer any; also guards the handler. */
    private final List<ConnectionRequest> early = new ArrayList<>();

    /** Gets the requests of known partners; null until this node can answer them. */
    private Consumer<IncomingRequest> handler;
    private Listener listener;

    /**
     * An interconnect that does not listen yet.
     *
     * @param context        open context of the device.
     * @param identity       who this node is.
     * @param listenAddress  its predetermined address and port.
     * @param memory         predetermined addresses of memory, this node's and its partners'.
     * @param allocator      gives memory that outlives this.
     * @param statusMemory   memory of the boot-status variable.
     * @param connectTimeout time limit of an attempt to connect.
     * @param rejections     counts whom it rejects.
     * @param features       what this node can do, as in {@link PeerInformation}.
     * @throws ConnectionException when the device has no connection manager.
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
        this.features = features;
        this.allocator = allocator;
        this.statusMemory = statusMemory;
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
     * @return the path to it, closed with this interconnect.
     */
    VerbsPath addPartner(final String name, final InetSocketAddress address, final PartnerPaths paths) {
        final VerbsPath path = new VerbsPath(this, name, address, paths);
        pathsByPartner.put(NodeNumber.of(name), path);
        return path;
    }

    /**
     * Listens on this node's address and port. A request of each partner can wait for its answer at a time: one that is
     * dropped comes again no sooner than in 0.4 s, and when all partners start together, most would be. Requests wait
     * until {@link #admit} is called.
     *
     * @param partners how many partners this node has.
     * @throws ConnectionException when the port is taken, or the address is not the device's.
     */
    void listen(final int partners) {
        listener = connections.listen(listenAddress, partners + STRANGERS_BACKLOG, this::receive);
    }

    /** Makes this node's code fast before it is needed; a bounded time. */
    void rehearse() {
        Rehearsal.run(context, localGid, identity, listenAddress, Rehearsal.LIMIT_NS);
    }

    /**
     * Hands requests on from now on, beginning with those that have come already.
     *
     * @param newHandler gets the requests of known partners, on a thread that must not be blocked; others are rejected.
     */
    void admit(final Consumer<IncomingRequest> newHandler) {
        synchronized (early) {
            early.forEach(request -> routeEarly(request, newHandler));
            early.clear();
            handler = newHandler;
        }
    }

    private void receive(final ConnectionRequest request) {
        final Consumer<IncomingRequest> present;
        synchronized (early) {
            present = handler;
            if (present == null) {
                early.add(request);
            }
        }
        if (present != null) {
            route(request, present);
        }
    }

    /** As for one that comes later, a failure concerns that request alone. */
    private void routeEarly(final ConnectionRequest request, final Consumer<IncomingRequest> to) {
        try {
            route(request, to);
        } catch (final RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, "node " + identity.name() + ": " + request
                + ", which came before the node had started, could not be handled; it is rejected", e);
            reject(request, new byte[0]);
        }
    }

    /**
     * Hands a partner's request on, and rejects a stranger's before anything is made for it. One request of a partner
     * waits at a time: a newer one takes its place, as when a partner has given the first up.
     */
    private void route(final ConnectionRequest request, final Consumer<IncomingRequest> to) {
        try {
            final RequestGreeting from = RequestGreeting.decode(request.privateData());
            final VerbsPath path = identify(request, from);
            final PartnerRequest waits = new PartnerRequest(path, request, from);
            final PartnerRequest former = waiting.put(path, waits);
            if (former != null && former.take()) {
                reject(former.request, new byte[0]);
            }
            to.accept(waits);
        } catch (final GreetingException e) {
            rejections.add(request.remoteAddress(), e.rejection(), e.getMessage());
            reject(request, RejectionFormat.encode(e.rejection()));
        }
    }

    /** Rejects a request; when its sender has given up already, there is nothing to do. */
    private static void reject(final ConnectionRequest request, final byte[] reason) {
        try {
            request.reject(reason);
        } catch (final ConnectionException | IllegalStateException e) {
            LOGGER.log(Level.DEBUG, "the rejection of {0} is not sent: {1}", request, e.getMessage());
        }
    }

    private VerbsPath identify(final ConnectionRequest request, final RequestGreeting from) {
        final VerbsPath path = pathsByPartner.get(from.node());
        if (path == null) {
            throw new GreetingException(Rejection.UNKNOWN_NODE,
                "the node that requests a connection is not among this node's " + pathsByPartner.size() + " partners");
        }
        if (!path.isAt(request.remoteAddress().getAddress())) {
            throw new GreetingException(Rejection.ADDRESS_NOT_ALLOWED,
                "it requests a connection as " + path + ", from an address that is not that partner's");
        }
        if (!identity.verify(Proof.Role.REQUEST, path.name(), from.bootId(), from.proof().array())) {
            throw new GreetingException(Rejection.WRONG_SECRET,
                "it requests a connection as " + path + ", without the shared secret of this node");
        }
        return path;
    }

    /** A request of a known partner. */
    private final class PartnerRequest implements IncomingRequest {

        private final VerbsPath path;
        private final ConnectionRequest request;
        private final RequestGreeting from;
        private final AtomicBoolean taken = new AtomicBoolean();

        PartnerRequest(final VerbsPath path, final ConnectionRequest request, final RequestGreeting from) {
            this.path = path;
            this.request = request;
            this.from = from;
        }

        /** Takes the request to answer it; false when it is answered already, or a newer one has taken its place. */
        boolean take() {
            return taken.compareAndSet(false, true);
        }

        @Override
        public String nodeName() {
            return path.name();
        }

        @Override
        public BootId bootId() {
            return from.bootId();
        }

        @Override
        public void accept(final long epoch) {
            waiting.remove(path, this);
            if (take()) {
                path.accept(request, from.bootId(), epoch);
            }
        }

        @Override
        public void reject(final Rejection reason) {
            waiting.remove(path, this);
            if (take()) {
                rejections.add(request.remoteAddress(), reason, reason.name());
                request.reject(RejectionFormat.encode(reason));
            }
        }
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

    /** The address connections leave from, so that they do so through this device. */
    InetSocketAddress anyLocalPort() {
        return new InetSocketAddress(listenAddress.getAddress(), 0);
    }

    /** What has completed at all links over this device. */
    DeviceCompletions completions() {
        return completions;
    }

    long features() {
        return features;
    }

    /** Whether this node tells partners that it has written to them, and can be told. */
    boolean hasNotifications() {
        return (features & PeerInformation.FEATURE_NOTIFICATIONS) != 0;
    }

    /** Rejects all who come from now on. Doing so again does nothing. */
    void stopListening() {
        if (listener != null) {
            listener.close();
            listener = null;
        }
    }

    /** Frees everything; links and unanswered requests are closed before. */
    @Override
    public void close() {
        stopListening();
        pathsByPartner.values().forEach(VerbsPath::close);
        completions.close();
        closeConnections();
    }

    /** A request that came at the last moment may be on its way to be rejected on the connection manager's thread. */
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
}
