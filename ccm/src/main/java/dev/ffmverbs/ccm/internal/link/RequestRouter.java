// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Decides who has sent a request to connect, and passes it on: a partner's to the node, a port's to the ports that wait
 * for it. Strangers are rejected. Requests that arrive before the node can answer any are kept until then.
 */
final class RequestRouter {

    private static final Logger LOGGER = System.getLogger(RequestRouter.class.getName());

    private final NodeIdentity identity;
    private final Rejections rejections;
    private final Map<NodeNumber, VerbsPath> pathsByPartner;

    /** The requests that were passed on and not answered yet. */
    private final Map<VerbsPath, PartnerRequest> waiting = new ConcurrentHashMap<>();

    private final Map<Integer, ManagedPorts> ports = new ConcurrentHashMap<>();

    /** The requests that arrived before this node could answer any. Also guards the handler. */
    private final List<ConnectionRequest> early = new ArrayList<>();

    /** Receives the requests of known partners; null until this node can answer them. */
    private Consumer<IncomingRequest> handler;

    /**
     * Creates a router that keeps requests until {@link #admit} is called.
     *
     * @param identity       who this node is.
     * @param rejections     counts the requests that are rejected.
     * @param pathsByPartner the path to each partner, by its number; complete before {@link #admit} is called.
     */
    RequestRouter(
        final NodeIdentity identity, final Rejections rejections, final Map<NodeNumber, VerbsPath> pathsByPartner) {
        this.identity = identity;
        this.rejections = rejections;
        this.pathsByPartner = pathsByPartner;
    }

    /** Returns the ports that wait for connections, by the numbers of their queue pairs. */
    Map<Integer, ManagedPorts> ports() {
        return ports;
    }

    /** Passes requests on from now on, beginning with those that have already arrived. */
    void admit(final Consumer<IncomingRequest> newHandler) {
        synchronized (early) {
            early.forEach(request -> routeEarly(request, newHandler));
            early.clear();
            handler = newHandler;
        }
    }

    /** Receives a request, on a thread of the connection manager. */
    void receive(final ConnectionRequest request) {
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

    /** As with later requests, a failure affects only the request concerned. */
    private void routeEarly(final ConnectionRequest request, final Consumer<IncomingRequest> to) {
        try {
            route(request, to);
        } catch (final RuntimeException | Error e) {
            LOGGER.log(Level.WARNING, "node " + identity.name() + ": " + request
                + ", which arrived before the node had started, could not be handled; it is rejected", e);
            reject(request, new byte[0]);
        }
    }

    /**
     * Passes a partner's request on, and rejects a stranger's before anything is allocated for it. At most one request
     * of a partner waits. A newer one replaces it, for example if the partner has abandoned the first.
     */
    private void route(final ConnectionRequest request, final Consumer<IncomingRequest> to) {
        try {
            if (PortGreeting.isIn(request.privateData())) {
                routeToPort(request, PortGreeting.decode(request.privateData()));
                return;
            }
            final RequestGreeting from = RequestGreeting.decode(request.privateData());
            final VerbsPath path =
                identify(request, Proof.Role.REQUEST, from.node(), from.bootId(), from.proof().array());
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

    /** Rejects a request. Does nothing if its sender has already given up. */
    private static void reject(final ConnectionRequest request, final byte[] reason) {
        try {
            request.reject(reason);
        } catch (final ConnectionException | IllegalStateException e) {
            LOGGER.log(Level.DEBUG, "the rejection of {0} is not sent: {1}", request, e.getMessage());
        }
    }

    private void routeToPort(final ConnectionRequest request, final PortGreeting from) {
        final VerbsPath path = identify(request, Proof.Role.PORT, from.node(), from.bootId(), from.proof().array());
        ManagedPorts.accept(ports.get(from.queuePair()), request, path.name(), from.queuePair());
    }

    private VerbsPath identify(
        final ConnectionRequest request, final Proof.Role role, final NodeNumber node, final BootId bootId,
        final byte[] proof) {
        final VerbsPath path = pathsByPartner.get(node);
        if (path == null) {
            throw new GreetingException(Rejection.UNKNOWN_NODE,
                "the node that requests a connection is not among this node's " + pathsByPartner.size() + " partners");
        }
        if (!path.isAt(request.remoteAddress().getAddress())) {
            throw new GreetingException(Rejection.ADDRESS_NOT_ALLOWED,
                "it requests a connection as " + path + ", from an address that is not that partner's");
        }
        if (!identity.verify(role, path.name(), bootId, proof)) {
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

        /** Takes the request to answer it. Returns false if it is already answered or a newer one has replaced it. */
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
        public boolean isWithdrawn() {
            return request.isWithdrawn();
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
}
