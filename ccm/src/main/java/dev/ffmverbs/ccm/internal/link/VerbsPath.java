// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.Access;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.internal.link.AcceptGreeting.RemoteRegion;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.internal.thread.Completions;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.cm.Connection;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.cm.ConnectionRequest;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.Closing;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * One path to one partner, over RDMA verbs: a protection domain, the memory that the partner may reach, and the
 * connections in both directions.
 *
 * <p>Everything is registered when the path is created, before the node answers. Used by the session thread, except
 * that futures of {@link #connect} complete on other threads.
 */
public final class VerbsPath implements PartnerPath, AutoCloseable {

    /** With this exponent and this count, an operation fails about half a second after the partner has gone silent. */
    private static final int TIMEOUT_EXPONENT = 14;
    private static final int RETRY_COUNT = 6;

    private static final int REQUESTS = 2;

    /** Two connections in each direction, because a new one replaces an old one. */
    private static final int EXPECTED_COMPLETIONS = 2 * (REQUESTS + IncomingConnection.NOTIFICATIONS);
    private static final int DEVICE_PORT = 1;
    private static final Access[] PARTNERS_ACCESS = {Access.REMOTE_READ, Access.REMOTE_WRITE};

    private final Interconnect interconnect;
    private final String name;
    private final InetSocketAddress address;
    private final ProtectionDomain domain;
    private final OutgoingBuffers buffers;
    private final PartnerPaths paths;
    private final Set<VerbsClientGrant> grants = new HashSet<>();

    private byte[] request;
    private MemoryRegion statusRegion;
    private MemoryRegion mailboxRegion;
    private IncomingConnection incoming;
    private boolean closed;

    VerbsPath(
        final Interconnect interconnect, final String name, final InetSocketAddress address, final PartnerPaths paths) {
        this.interconnect = interconnect;
        this.name = name;
        this.address = address;
        this.domain = interconnect.context().allocateProtectionDomain();
        this.buffers = new OutgoingBuffers(domain, interconnect.allocator());
        this.paths = paths;
        interconnect.completions().expect(EXPECTED_COMPLETIONS);
        register();
    }

    String name() {
        return name;
    }

    /** Whether requests of this partner may come from this address. */
    boolean isAt(final InetAddress source) {
        return address.getAddress().equals(source);
    }

    /** Registers the memory that the partner reaches, under new keys, unless it is already registered. */
    void register() {
        if (statusRegion == null) {
            statusRegion = register(interconnect.statusMemory(), interconnect.memory().statusAddress(),
                Access.REMOTE_READ);
        }
        if (mailboxRegion == null) {
            mailboxRegion = register(paths.mailbox().memory(), interconnect.memory().mailboxAddress(),
                Access.LOCAL_WRITE, Access.REMOTE_WRITE);
        }
    }

    private MemoryRegion register(final MemorySegment memory, final long iova, final Access... access) {
        return interconnect.isIwarp() ? domain.register(memory, access) : domain.registerAt(memory, iova, access);
    }

    void deregister() {
        final MemoryRegion mailbox = mailboxRegion;
        final MemoryRegion status = statusRegion;
        try (status; mailbox) {
            // In reverse order, each of them even if the other fails. A region that stays open is closed again later.
        } finally {
            mailboxRegion = mailbox == null || !mailbox.isOpen() ? null : mailbox;
            statusRegion = status == null || !status.isOpen() ? null : status;
        }
    }

    private static ConnectionParameters parameters() {
        return ConnectionParameters.defaults().withTimeoutExponent(TIMEOUT_EXPONENT).withRetryCount(RETRY_COUNT);
    }

    @Override
    public CompletableFuture<PartnerLink> connect() {
        final LinkQueuePair queuePair;
        try {
            queuePair = interconnect.completions().create(domain, REQUESTS, 0);
        } catch (final VerbsException e) {
            return CompletableFuture.failedFuture(linkException(e));
        }
        boolean begun = false;
        try {
            final CompletableFuture<PartnerLink> linking = connect(queuePair);
            begun = true;
            return linking;
        } catch (final ConnectionException e) {
            return CompletableFuture.failedFuture(linkException(e));
        } finally {
            if (!begun) {
                queuePair.close();
            }
        }
    }

    private CompletableFuture<PartnerLink> connect(final LinkQueuePair queuePair) {
        final CompletableFuture<PartnerLink> linking = new CompletableFuture<>();
        final CompletableFuture<Connection> connecting = interconnect.connections().connectAsync(
            interconnect.anyLocalPort(), address, queuePair.queuePair(),
            parameters().withRemoteAccess().withPrivateData(request()), interconnect.connectTimeout());
        boolean followed = false;
        try {
            follow(connecting, queuePair, linking);
            followed = true;
            return linking;
        } finally {
            if (!followed) {
                connecting.cancel(true);
            }
        }
    }

    private void follow(
        final CompletableFuture<Connection> connecting, final LinkQueuePair queuePair,
        final CompletableFuture<PartnerLink> linking) {
        final CompletableFuture<PartnerLink> made = connecting.handle((connection, failure) -> {
            if (failure != null) {
                queuePair.close();
                throw linkException(failure instanceof CompletionException ? failure.getCause() : failure);
            }
            return link(connection, queuePair);
        });
        Completions.follow(made, toString(), (link, failure) -> {
            if (failure != null) {
                linking.completeExceptionally(failure);
            } else if (!linking.complete(link)) {
                link.close();
            }
        });
        Completions.follow(linking, toString(), (link, failure) -> {
            if (linking.isCancelled()) {
                connecting.cancel(true);
            }
        });
    }

    /** Returns what every request of this node to the partner carries. Created with the first one. */
    private byte[] request() {
        if (request == null) {
            final NodeIdentity self = interconnect.identity();
            final byte[] proof = self.prove(Proof.Role.REQUEST, name, BootId.NONE);
            request = new RequestGreeting(NodeNumber.of(self.name()), self.bootId(),
                ByteBuffer.wrap(proof, 0, Proof.SHORT_BYTES).slice()).encode();
        }
        return request;
    }

    private static LinkException linkException(final Throwable failure) {
        if (!(failure instanceof ConnectionException refused)) {
            return new LinkException(AttemptOutcome.CONNECTION_FAILED, failure.toString(), failure);
        }
        final AttemptOutcome outcome = switch (refused.reason()) {
            case ADDRESS_UNREACHABLE, ROUTE_UNREACHABLE, UNREACHABLE, TIMED_OUT -> AttemptOutcome.UNREACHABLE;
            case REJECTED -> RejectionFormat.decode(refused.privateData());
            default -> AttemptOutcome.CONNECTION_FAILED;
        };
        return new LinkException(outcome, outcome.words() + ": " + refused.getMessage(), refused);
    }

    private PartnerLink link(final Connection connection, final LinkQueuePair queuePair) {
        boolean linked = false;
        try {
            final AcceptGreeting partner = AcceptGreeting.decode(connection.privateData());
            requireExpected(partner);
            final PartnerLink link = new OutgoingLink(this, connection, queuePair, partner);
            linked = true;
            return link;
        } catch (final GreetingException e) {
            throw new LinkException(
                RejectionFormat.outcomeOf(e.rejection()),
                AddressText.of(address) + " accepted, but " + e.getMessage(), e);
        } finally {
            if (!linked) {
                try (queuePair) {
                    connection.close();
                }
            }
        }
    }

    private void requireExpected(final AcceptGreeting partner) {
        if (!partner.nodeName().equals(name)) {
            throw new LinkException(AttemptOutcome.WRONG_PARTNER, "node " + partner.nodeName() + " answers at "
                + AddressText.of(address) + ", where partner " + name + " is configured", null);
        }
        if (!interconnect.identity().verify(Proof.Role.ACCEPT, name, partner.bootId(), partner.proof().array())) {
            interconnect.rejections().add(address, Rejection.WRONG_SECRET,
                "the node that answers there as " + name + " does not have the shared secret of this node");
            throw new LinkException(AttemptOutcome.WRONG_SECRET, "the node that answers at "
                + AddressText.of(address) + " as " + name
                + " does not have the shared secret of this node", null);
        }
        requireExpected("boot-status variable", partner.status(), interconnect.memory().statusAddress(),
            BootStatusVariable.LENGTH_BYTES);
        requireExpected("mailbox", partner.mailbox(), interconnect.memory().mailboxAddress(), Mailbox.LENGTH_BYTES);
    }

    private void requireExpected(
        final String what, final RemoteRegion region, final long expectedAddress, final int expectedBytes) {
        final boolean elsewhere = !interconnect.isIwarp() && region.address() != expectedAddress;
        if (elsewhere || region.lengthBytes() != expectedBytes) {
            throw new LinkException(AttemptOutcome.WRONG_MEMORY_ADDRESS, "partner " + name + " has its " + what
                + " at 0x" + Long.toHexString(region.address()) + " in " + region.lengthBytes()
                + " bytes; configured are 0x" + Long.toHexString(expectedAddress) + " in " + expectedBytes + " bytes",
                null);
        }
    }

    /** Accepts a request. The new connection replaces the former one. */
    void accept(final ConnectionRequest request, final BootId bootId, final long epoch) {
        paths.endIncoming();
        paths.mailbox().clear();
        register();
        final AcceptGreeting greeting = new AcceptGreeting(interconnect.identity().name(), epoch,
            new RemoteRegion(statusRegion.iova(), statusRegion.rkey(), BootStatusVariable.LENGTH_BYTES),
            new RemoteRegion(mailboxRegion.iova(), mailboxRegion.rkey(), Mailbox.LENGTH_BYTES),
            interconnect.identity().bootId(),
            ByteBuffer.wrap(interconnect.identity().prove(Proof.Role.ACCEPT, name, bootId)),
            interconnect.features());
        IncomingConnection accepted = null;
        try {
            accepted = prepareIncoming(bootId);
            accepted.begin(request.accept(accepted.queuePair(), parameters()
                .withRemoteAccess(PARTNERS_ACCESS).withPrivateData(greeting.encode())));
            incoming = accepted;
        } catch (final ConnectionException | VerbsException | IllegalStateException e) {
            throw new LinkException(AttemptOutcome.CONNECTION_FAILED,
                "cannot accept the connection of " + name + ": " + e.getMessage(), e);
        } finally {
            if (accepted != null && incoming != accepted) {
                accepted.close();
            }
        }
    }

    /** Receive requests are posted before the partner can notify this node. */
    private IncomingConnection prepareIncoming(final BootId bootId) {
        final LinkQueuePair queuePair = interconnect.completions().create(domain, 1, IncomingConnection.NOTIFICATIONS);
        boolean prepared = false;
        try {
            queuePair.queuePair().modify(new QueuePairAttributes().state(QueuePairState.INIT).port(DEVICE_PORT)
                .partitionKeyIndex(0).access(PARTNERS_ACCESS));
            final IncomingConnection connection = new IncomingConnection(queuePair, bootId, this::tellNews);
            if (interconnect.hasNotifications()) {
                connection.receiveNotifications();
            }
            prepared = true;
            return connection;
        } finally {
            if (!prepared) {
                queuePair.close();
            }
        }
    }

    void endIncoming() {
        final IncomingConnection former = incoming;
        if (former != null) {
            incoming = null;
            former.close();
        }
    }

    /** Returns the incarnation connected over this path; null if there is none or its connection has ended. */
    BootId connectedBootId() {
        final IncomingConnection present = incoming;
        return present == null || present.hasEnded() ? null : present.bootId();
    }

    /**
     * Frees a connection that has ended, and replaces receive requests that notifications have used. Returns when to
     * call again.
     */
    long maintain(final long nowNs) {
        final IncomingConnection present = incoming;
        if (present == null) {
            return Long.MAX_VALUE;
        }
        if (present.hasEnded()) {
            endIncoming();
            return Long.MAX_VALUE;
        }
        return present.maintain(nowNs);
    }

    @Override
    public ClientGrant prepare(final int ports, final int queueDepth, final MemorySegment memory) {
        final VerbsClientGrant grant = new VerbsClientGrant(paths.names(), domain, interconnect.localGid(),
            interconnect.isIwarp() ? new ManagedPorts(interconnect, name, address) : null, this::forget);
        synchronized (grants) {
            if (closed) {
                throw new IllegalStateException("this node has left");
            }
            boolean made = false;
            try {
                grant.make(ports, queueDepth, memory);
                grants.add(grant);
                made = true;
            } finally {
                if (!made) {
                    grant.close();
                }
            }
        }
        return grant;
    }

    private void forget(final VerbsClientGrant grant) {
        synchronized (grants) {
            grants.remove(grant);
        }
    }

    private void closeGrants() {
        final List<VerbsClientGrant> open;
        synchronized (grants) {
            closed = true;
            open = List.copyOf(grants);
        }
        Closing.closeAll(open, VerbsClientGrant::close);
    }

    OutgoingBuffers buffers() {
        return buffers;
    }

    boolean hasNotifications() {
        return interconnect.hasNotifications();
    }

    /** Reports that something of this partner has completed, arrived or ended. */
    void tellNews() {
        paths.tellNews();
    }

    @Override
    public String toString() {
        return name + " (" + AddressText.of(address) + ")";
    }

    /**
     * Ends the partner's connection and frees everything, each part even if others fail. Links created by
     * {@link #connect} must be closed before.
     */
    @Override
    public void close() {
        Closing.closeAll(List.<Runnable>of(
            this::endIncoming, this::closeGrants, this::deregister, buffers::close, domain::close), Runnable::run);
    }
}
