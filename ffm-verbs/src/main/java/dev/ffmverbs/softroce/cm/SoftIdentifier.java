// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * An identifier on a software device: its address and port number, its progress and its events. What it is the end of
 * depends on its port space.
 *
 * <p>Its monitor is taken before the communication manager's lock, never after it. Events of the communication manager
 * reach the event queue without it.
 */
abstract class SoftIdentifier implements ConnectionIdentifierOperations {

    private static final int MAXIMUM_TRAFFIC_CLASS = 255;

    /** The application's progress. From CONNECTING on, the subclass has the exact state. */
    enum Stage { IDLE, BOUND, ADDRESS_RESOLVED, ROUTE_RESOLVED, CONNECTING, LISTENING, CLOSED }

    private SoftConnectionManager manager;
    private final PortSpace portSpace;
    private final EventReporter reporter;
    private final IdentifierEvents events = new IdentifierEvents();

    private Stage stage = Stage.IDLE;

    /** Whether closing has left nothing to do. */
    private boolean destroyed;

    /** Whether the port number may be shared. */
    private boolean sharesAddress;
    private boolean isFamilyOnly;

    /** The port number taken for this identifier, or null. */
    private LocalBinding binding;

    /** The communication manager of the only device that this identifier is bound to, or null. */
    private volatile CommunicationManager communication;

    /** What counts this identifier while its request is unanswered, or null. */
    private WaitingRequests waitsIn;

    private int trafficClass;

    private volatile InetSocketAddress localAddress;
    private volatile InetSocketAddress remoteAddress;

    /** Creates an identifier that is neither bound nor connected. */
    SoftIdentifier(final SoftConnectionManager manager, final PortSpace portSpace) {
        this.manager = manager;
        this.portSpace = portSpace;
        this.reporter = new EventReporter(manager, this);
    }

    /** Creates the identifier of a peer's request. */
    SoftIdentifier(
        final SoftConnectionManager manager, final PortSpace portSpace, final CommunicationManager communication,
        final WaitingRequests waitsIn, final InetSocketAddress localAddress, final InetSocketAddress remoteAddress) {
        this(manager, portSpace);
        this.communication = communication;
        this.waitsIn = waitsIn;
        this.localAddress = localAddress;
        this.remoteAddress = remoteAddress;
        this.stage = Stage.CONNECTING;
    }

    /** Returns whether datagrams may go to a group. */
    abstract boolean reachesGroups();

    /** Lets the requests to the bound port number arrive. */
    abstract void startListening(LocalBinding bound, int backlogLimit);

    /** Ends what this identifier has begun. May be repeated after a failure. */
    abstract void stopCommunication(LocalBinding bound);

    final EventReporter reporter() {
        return reporter;
    }

    @Override
    public final synchronized void bind(final InetSocketAddress address) throws ProviderException {
        bind("rdma_bind_addr", address);
    }

    private void bind(final String verb, final InetSocketAddress address) throws ProviderException {
        require(Stage.IDLE, verb, "address=" + AddressText.of(address));
        settle(LocalBinding.take(verb, address,
            IpVersions.devicesFor(verb, address, manager.devices(), isFamilyOnly),
            new PortHolder(portSpace, sharesAddress)));
        stage = Stage.BOUND;
    }

    private void settle(final LocalBinding newBinding) {
        binding = newBinding;
        communication = newBinding.devices().size() == 1 ? newBinding.devices().getFirst() : null;
        localAddress = newBinding.socketAddress();
    }

    @Override
    public final synchronized void listen(final int backlogLimit) throws ProviderException {
        final String arguments = "address=" + AddressText.of(localAddress) + ", backlog=" + backlogLimit;
        require(Stage.BOUND, "rdma_listen", arguments);
        if (!binding.keepAlone()) {
            throw new ProviderException("rdma_listen", arguments, Errno.EADDRINUSE,
                "a connection or listener that shares the port has it, too");
        }
        // Set first: whatever fails, closing ends what has begun.
        stage = Stage.LISTENING;
        startListening(binding, Math.max(1, backlogLimit));
    }

    @Override
    public final synchronized void setTrafficClass(final int newTrafficClass) throws ProviderException {
        requireOpen("rdma_set_option", "RDMA_OPTION_ID_TOS");
        checkRange("rdma_set_option", "RDMA_OPTION_ID_TOS", "trafficClass", newTrafficClass, MAXIMUM_TRAFFIC_CLASS);
        trafficClass = newTrafficClass;
    }

    @Override
    public final synchronized void setAddressReuse() throws ProviderException {
        require(Stage.IDLE, "rdma_set_option", "RDMA_OPTION_ID_REUSEADDR");
        sharesAddress = true;
    }

    @Override
    public final synchronized void setAddressFamilyOnly() throws ProviderException {
        require(Stage.IDLE, "rdma_set_option", "RDMA_OPTION_ID_AFONLY");
        isFamilyOnly = true;
    }

    @Override
    public final synchronized void resolveAddress(
        final InetSocketAddress source, final InetSocketAddress destination, final int timeoutMs)
        throws ProviderException {
        final String verb = "rdma_resolve_addr";
        final String arguments =
            "source=" + AddressText.of(source) + ", destination=" + AddressText.of(destination);
        final InetAddress peer = destination.getAddress();
        if (peer.isAnyLocalAddress() || peer.isMulticastAddress() && !reachesGroups()) {
            throw new ProviderException(verb, arguments, Errno.EINVAL, "that is not the address of one device");
        }
        // Looked up once, because routes can change at any time.
        final CommunicationManager routed = communication != null ? communication : manager.deviceFor(peer);
        IpVersions.requireSame(verb, source, routed, destination);
        if (stage == Stage.IDLE) {
            bind(verb, source != null && !source.getAddress().isAnyLocalAddress() ? source : new InetSocketAddress(
                routed.device().localAddress(), source == null ? 0 : source.getPort()));
        }
        require(Stage.BOUND, verb, arguments);
        settle(binding.at(communication != null ? communication : routed));
        remoteAddress = destination;
        stage = Stage.ADDRESS_RESOLVED;
        reporter.reportAddressResolved();
    }

    @Override
    public final synchronized void resolveRoute(final int timeoutMs) throws ProviderException {
        require(Stage.ADDRESS_RESOLVED, "rdma_resolve_route", "destination=" + AddressText.of(remoteAddress));
        stage = Stage.ROUTE_RESOLVED;
        reporter.reportRouteResolved();
    }

    @Override
    public final synchronized void migrate(final ConnectionManagerOperations destination) throws ProviderException {
        requireOpen("rdma_migrate_id", peerText());
        if (stage == Stage.LISTENING || !(destination instanceof SoftConnectionManager target)) {
            throw new ProviderException("rdma_migrate_id", peerText(), Errno.EINVAL, stage == Stage.LISTENING
                ? "a listener cannot be moved" : "the other connection manager belongs to another provider");
        }
        reporter.moveTo(target);
        manager = target;
    }

    static void checkRange(
        final String verb, final String arguments, final String name, final int value, final int maximum)
        throws ProviderException {
        if (value < 0 || value > maximum) {
            throw new ProviderException(
                verb, arguments, Errno.EINVAL, name + " is " + value + "; it must be 0 to " + maximum);
        }
    }

    final void requireOpen(final String verb, final String arguments) throws ProviderException {
        if (stage == Stage.CLOSED) {
            throw new ProviderException(verb, arguments, Errno.EINVAL, "the identifier is " + stage);
        }
    }

    final void require(final Stage required, final String verb, final String arguments) throws ProviderException {
        if (stage != required) {
            throw new ProviderException(verb, arguments, Errno.EINVAL,
                "the identifier is " + stage + "; it must be " + required);
        }
    }

    final String peerText() {
        return "peer=" + AddressText.of(remoteAddress);
    }

    final void leaveBacklog() {
        if (waitsIn != null) {
            waitsIn.remove();
            waitsIn = null;
        }
    }

    @Override
    public final InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public final InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public final String deviceName() {
        final CommunicationManager own = communication;
        return own == null ? null : own.device().deviceName();
    }

    /** Ends everything. After a failure, closing again does the rest. */
    @Override
    public final void close() throws ProviderException {
        synchronized (this) {
            if (destroyed) {
                return;
            }
            stage = Stage.CLOSED;
            stopCommunication(binding);
            if (binding != null) {
                binding.release();
            }
            leaveBacklog();
            manager.forget(this);
        }
        SoftIdentifier undelivered = manager.firstUndelivered(this);
        while (undelivered != null) {
            undelivered.close();
            manager.removeUndelivered(this, undelivered);
            undelivered = manager.firstUndelivered(this);
        }
        synchronized (this) {
            destroyed = true;
        }
    }

    /** Notes that a request is being sent. Set first: whatever fails, closing ends what has begun. */
    final void markConnecting() {
        stage = Stage.CONNECTING;
    }

    final Stage stage() {
        return stage;
    }

    final SoftConnectionManager manager() {
        return manager;
    }

    /** Returns the communication manager of the only device that this identifier is bound to, or null. */
    final CommunicationManager communication() {
        return communication;
    }

    final int trafficClass() {
        return trafficClass;
    }

    /** Returns what the manager keeps of this identifier, guarded by the manager's lock. */
    final IdentifierEvents events() {
        return events;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + stage + ", local=" + AddressText.of(localAddress) + ", remote="
            + AddressText.of(remoteAddress) + "]";
    }
}
