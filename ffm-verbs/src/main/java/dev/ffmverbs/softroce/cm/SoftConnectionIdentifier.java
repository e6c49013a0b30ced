// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.TimeCode;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A connection identifier on a software device. It binds, listens, or is one end of a connection.
 *
 * <p>Its monitor is taken before the communication manager's lock, never after it. Events of the communication manager
 * reach the event queue without it.
 */
final class SoftConnectionIdentifier implements ConnectionIdentifierOperations {

    private static final int MAXIMUM_REQUEST_DATA = MessageType.REQUEST.privateDataBytes() - AddressHeader.BYTES;
    private static final int MAXIMUM_QUEUE_PAIR = 0xFF_FFFF;
    private static final int MAXIMUM_RETRY_COUNT = 7;
    private static final int MAXIMUM_READS = 255;
    private static final int MAXIMUM_TRAFFIC_CLASS = 255;

    /** The application's progress. From CONNECTING on, the endpoint has the exact state. */
    private enum Stage { IDLE, BOUND, ADDRESS_RESOLVED, ROUTE_RESOLVED, CONNECTING, LISTENING, CLOSED }

    private SoftConnectionManager manager;
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
    private ConnectionEndpoint endpoint;

    /** The requests to this identifier while it listens, or null. */
    private Backlog backlog;

    /** The backlog that holds this identifier while its request is unanswered, or null. */
    private Backlog waitsIn;

    private int trafficClass;

    /** Exponent of the timeout to propose, or 0 for the default of the communication manager. */
    private int acknowledgeTimeout;

    private volatile InetSocketAddress localAddress;
    private volatile InetSocketAddress remoteAddress;

    /** Creates an identifier that is neither bound nor connected. */
    SoftConnectionIdentifier(final SoftConnectionManager manager) {
        this.manager = manager;
        this.reporter = new EventReporter(manager, this);
    }

    /** Creates the identifier of a peer's request for a connection. */
    SoftConnectionIdentifier(
        final SoftConnectionManager manager, final CommunicationManager communication,
        final ConnectionEndpoint endpoint, final Backlog waitsIn, final InetSocketAddress localAddress,
        final InetSocketAddress remoteAddress) {
        this(manager);
        this.communication = communication;
        this.endpoint = endpoint;
        this.waitsIn = waitsIn;
        this.localAddress = localAddress;
        this.remoteAddress = remoteAddress;
        this.stage = Stage.CONNECTING;
    }

    EventReporter reporter() {
        return reporter;
    }

    @Override
    public synchronized void bind(final InetSocketAddress address) throws ProviderException {
        bind("rdma_bind_addr", address);
    }

    private void bind(final String verb, final InetSocketAddress address) throws ProviderException {
        require(Stage.IDLE, verb, "address=" + AddressText.of(address));
        settle(LocalBinding.take(
            verb, address, IpVersions.devicesFor(verb, address, manager.devices(), isFamilyOnly), sharesAddress));
        stage = Stage.BOUND;
    }

    private void settle(final LocalBinding newBinding) {
        binding = newBinding;
        communication = newBinding.devices().size() == 1 ? newBinding.devices().getFirst() : null;
        localAddress = newBinding.socketAddress();
    }

    @Override
    public synchronized void listen(final int backlogLimit) throws ProviderException {
        final String arguments = "address=" + AddressText.of(localAddress) + ", backlog=" + backlogLimit;
        require(Stage.BOUND, "rdma_listen", arguments);
        if (!binding.keepAlone()) {
            throw new ProviderException("rdma_listen", arguments, Errno.EADDRINUSE,
                "a connection or listener that shares the port has it, too");
        }
        backlog = new Backlog(manager, this, binding.portNumber(), Math.max(1, backlogLimit));
        // Set first: whatever fails, closing ends what has begun.
        stage = Stage.LISTENING;
        for (final CommunicationManager device : binding.devices()) {
            device.listen(binding.portNumber(), backlog.at(device));
        }
    }

    @Override
    public synchronized void setTrafficClass(final int newTrafficClass) throws ProviderException {
        requireOpen("rdma_set_option", "RDMA_OPTION_ID_TOS");
        checkRange("rdma_set_option", "RDMA_OPTION_ID_TOS", "trafficClass", newTrafficClass, MAXIMUM_TRAFFIC_CLASS);
        trafficClass = newTrafficClass;
    }

    @Override
    public synchronized void setAcknowledgeTimeout(final int exponent) throws ProviderException {
        requireOpen("rdma_set_option", "RDMA_OPTION_ID_ACK_TIMEOUT");
        checkRange("rdma_set_option", "RDMA_OPTION_ID_ACK_TIMEOUT", "exponent", exponent, TimeCode.MAXIMUM);
        acknowledgeTimeout = exponent;
    }

    @Override
    public synchronized void setAddressReuse() throws ProviderException {
        require(Stage.IDLE, "rdma_set_option", "RDMA_OPTION_ID_REUSEADDR");
        sharesAddress = true;
    }

    @Override
    public synchronized void setAddressFamilyOnly() throws ProviderException {
        require(Stage.IDLE, "rdma_set_option", "RDMA_OPTION_ID_AFONLY");
        isFamilyOnly = true;
    }

    @Override
    public synchronized void resolveAddress(
        final InetSocketAddress source, final InetSocketAddress destination, final int timeoutMs)
        throws ProviderException {
        final String verb = "rdma_resolve_addr";
        final String arguments =
            "source=" + AddressText.of(source) + ", destination=" + AddressText.of(destination);
        final InetAddress peer = destination.getAddress();
        if (peer.isAnyLocalAddress() || peer.isMulticastAddress()) {
            throw new ProviderException(verb, arguments, Errno.EINVAL, "that is not the address of one device");
        }
        IpVersions.requireSame(
            verb, source, communication != null ? communication : manager.deviceFor(peer), destination);
        if (stage == Stage.IDLE) {
            bind(verb, source != null && !source.getAddress().isAnyLocalAddress() ? source : new InetSocketAddress(
                manager.deviceFor(peer).device().localAddress(), source == null ? 0 : source.getPort()));
        }
        require(Stage.BOUND, verb, arguments);
        settle(binding.at(communication != null ? communication : manager.deviceFor(peer)));
        remoteAddress = destination;
        stage = Stage.ADDRESS_RESOLVED;
        reporter.reportAddressResolved();
    }

    @Override
    public synchronized void resolveRoute(final int timeoutMs) throws ProviderException {
        require(Stage.ADDRESS_RESOLVED, "rdma_resolve_route", "destination=" + AddressText.of(remoteAddress));
        stage = Stage.ROUTE_RESOLVED;
        reporter.reportRouteResolved();
    }

    @Override
    public synchronized void connect(final ConnectionParameterData parameters) throws ProviderException {
        final String arguments = "destination=" + AddressText.of(remoteAddress);
        require(Stage.ROUTE_RESOLVED, "rdma_connect", arguments);
        check("rdma_connect", arguments, parameters, MAXIMUM_REQUEST_DATA);
        // Set first: whatever fails, closing ends what has begun.
        stage = Stage.CONNECTING;
        communication.connect(localAddress, remoteAddress, parameters, trafficClass, acknowledgeTimeout, reporter,
            created -> endpoint = created);
    }

    @Override
    public synchronized void establish() throws ProviderException {
        requireDone(endpoint != null && communication.establish(endpoint), "rdma_establish");
    }

    @Override
    public synchronized void accept(final ConnectionParameterData parameters) throws ProviderException {
        check("rdma_accept", peerText(), parameters, MessageType.REPLY.privateDataBytes());
        requireDone(endpoint != null && communication.accept(endpoint, parameters), "rdma_accept");
        leaveBacklog();
    }

    @Override
    public synchronized void reject(final byte[] privateData) throws ProviderException {
        if (privateData.length > MessageType.REJECTION.privateDataBytes()) {
            throw new ProviderException("rdma_reject", peerText(), Errno.EINVAL, "a rejection carries at most "
                + MessageType.REJECTION.privateDataBytes() + " bytes, not " + privateData.length);
        }
        requireDone(endpoint != null && communication.reject(endpoint, privateData), "rdma_reject");
        leaveBacklog();
    }

    @Override
    public synchronized void disconnect() throws ProviderException {
        if (endpoint == null || !communication.disconnect(endpoint)) {
            throw new ProviderException("rdma_disconnect", peerText(), Errno.ENOTCONN);
        }
    }

    @Override
    public synchronized void migrate(final ConnectionManagerOperations destination) throws ProviderException {
        requireOpen("rdma_migrate_id", peerText());
        if (stage == Stage.LISTENING || !(destination instanceof SoftConnectionManager target)) {
            throw new ProviderException("rdma_migrate_id", peerText(), Errno.EINVAL, stage == Stage.LISTENING
                ? "a listener cannot be moved" : "the other connection manager belongs to another provider");
        }
        reporter.moveTo(target);
        manager = target;
    }

    private static void check(
        final String verb, final String arguments, final ConnectionParameterData parameters,
        final int maximumData) throws ProviderException {
        checkRange(verb, arguments, "private data length", parameters.privateData().length, maximumData);
        checkRange(verb, arguments, "queuePairNumber", parameters.queuePairNumber(), MAXIMUM_QUEUE_PAIR);
        checkRange(verb, arguments, "responderResources", parameters.responderResources(), MAXIMUM_READS);
        checkRange(verb, arguments, "initiatorDepth", parameters.initiatorDepth(), MAXIMUM_READS);
        checkRange(verb, arguments, "retryCount", parameters.retryCount(), MAXIMUM_RETRY_COUNT);
        checkRange(verb, arguments, "rnrRetryCount", parameters.rnrRetryCount(), MAXIMUM_RETRY_COUNT);
    }

    private static void checkRange(
        final String verb, final String arguments, final String name, final int value, final int maximum)
        throws ProviderException {
        if (value < 0 || value > maximum) {
            throw new ProviderException(
                verb, arguments, Errno.EINVAL, name + " is " + value + "; it must be 0 to " + maximum);
        }
    }

    private void requireOpen(final String verb, final String arguments) throws ProviderException {
        if (stage == Stage.CLOSED) {
            throw new ProviderException(verb, arguments, Errno.EINVAL, "the identifier is " + stage);
        }
    }

    private void require(final Stage required, final String verb, final String arguments) throws ProviderException {
        if (stage != required) {
            throw new ProviderException(verb, arguments, Errno.EINVAL,
                "the identifier is " + stage + "; it must be " + required);
        }
    }

    private void requireDone(final boolean done, final String verb) throws ProviderException {
        if (!done) {
            throw new ProviderException(verb, peerText(), Errno.EINVAL, "the connection is "
                + (endpoint == null ? stage : communication.view(endpoint).state()));
        }
    }

    private String peerText() {
        return "peer=" + AddressText.of(remoteAddress);
    }

    private void leaveBacklog() {
        if (waitsIn != null) {
            waitsIn.removeOne();
            waitsIn = null;
        }
    }

    @Override
    public synchronized int initializeQueuePairAttributes(final MemorySegment attributes) throws ProviderException {
        final int wanted = attributes.get(ValueLayout.JAVA_INT, QueuePairAttributesLayout.STATE);
        requireOpen("rdma_init_qp_attr", peerText() + ", qp_state=" + wanted);
        if (endpoint == null && wanted == QueuePairStates.INIT) {
            return QueuePairAttributeWriter.writeInit(attributes, false, 0);
        }
        final ConnectionEndpoint.View view = endpoint == null ? null : communication.view(endpoint);
        if (view != null && wanted == QueuePairStates.INIT
            && (view.state() == EndpointState.REQUEST_SENT || view.state().knowsPeerQueuePair())) {
            return QueuePairAttributeWriter.writeInit(attributes, true, view.terms().responderResources());
        }
        if (view != null && view.state().knowsPeerQueuePair()) {
            if (wanted == QueuePairStates.READY_TO_RECEIVE) {
                return QueuePairAttributeWriter.writeReadyToReceive(attributes, view.terms(),
                    communication.device().gidIndex(), communication.settings().minimumRnrTimerCode());
            }
            if (wanted == QueuePairStates.READY_TO_SEND) {
                return QueuePairAttributeWriter.writeReadyToSend(attributes, view.terms());
            }
        }
        throw new ProviderException("rdma_init_qp_attr", peerText() + ", qp_state=" + wanted, Errno.EINVAL,
            "the connection is " + (view == null ? stage : view.state()));
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String deviceName() {
        final CommunicationManager own = communication;
        return own == null ? null : own.device().deviceName();
    }

    /** Ends everything. After a failure, closing again does the rest. */
    @Override
    public void close() throws ProviderException {
        synchronized (this) {
            if (destroyed) {
                return;
            }
            stage = Stage.CLOSED;
            stopCommunication();
            manager.forget(this);
        }
        SoftConnectionIdentifier undelivered = manager.firstUndelivered(this);
        while (undelivered != null) {
            undelivered.close();
            manager.removeUndelivered(this, undelivered);
            undelivered = manager.firstUndelivered(this);
        }
        synchronized (this) {
            destroyed = true;
        }
    }

    private void stopCommunication() {
        if (backlog != null) {
            binding.devices().forEach(device -> device.stopListening(binding.portNumber(), backlog.at(device)));
        }
        if (endpoint != null) {
            communication.abandon(endpoint);
        }
        if (binding != null) {
            binding.release();
        }
        leaveBacklog();
    }

    /** Returns what the manager keeps of this identifier, guarded by the manager's lock. */
    IdentifierEvents events() {
        return events;
    }

    @Override
    public String toString() {
        return "SoftConnectionIdentifier[" + stage + ", local=" + AddressText.of(localAddress) + ", remote="
            + AddressText.of(remoteAddress) + "]";
    }
}
