// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.TimeCode;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;

/** A connection identifier on a software device. It binds, listens, or is one end of a connection. */
final class SoftConnectionIdentifier extends SoftIdentifier {

    private static final int MAXIMUM_REQUEST_DATA = MessageType.REQUEST.privateDataBytes() - AddressHeader.BYTES;
    private static final int MAXIMUM_RETRY_COUNT = 7;
    private static final int MAXIMUM_READS = 255;

    private ConnectionEndpoint endpoint;

    /** The requests to this identifier while it listens, or null. */
    private Backlog backlog;

    /** Exponent of the timeout to propose, or 0 for the default of the communication manager. */
    private int acknowledgeTimeout;

    /** Creates an identifier that is neither bound nor connected. */
    SoftConnectionIdentifier(final SoftConnectionManager manager) {
        super(manager, PortSpace.CONNECTIONS);
    }

    /** Creates the identifier of a peer's request for a connection. */
    SoftConnectionIdentifier(
        final SoftConnectionManager manager, final CommunicationManager communication,
        final ConnectionEndpoint endpoint, final WaitingRequests waitsIn, final InetSocketAddress localAddress,
        final InetSocketAddress remoteAddress) {
        super(manager, PortSpace.CONNECTIONS, communication, waitsIn, localAddress, remoteAddress);
        this.endpoint = endpoint;
    }

    @Override
    boolean reachesGroups() {
        return false;
    }

    @Override
    void startListening(final LocalBinding bound, final int backlogLimit) {
        backlog = new Backlog(manager(), this, bound.portNumber(), backlogLimit);
        for (final CommunicationManager device : bound.devices()) {
            device.listen(bound.portNumber(), backlog.at(device));
        }
    }

    @Override
    public synchronized void setAcknowledgeTimeout(final int exponent) throws ProviderException {
        requireOpen("rdma_set_option", "RDMA_OPTION_ID_ACK_TIMEOUT");
        checkRange("rdma_set_option", "RDMA_OPTION_ID_ACK_TIMEOUT", "exponent", exponent, TimeCode.MAXIMUM);
        acknowledgeTimeout = exponent;
    }

    @Override
    public synchronized void connect(final ConnectionParameterData parameters) throws ProviderException {
        final String arguments = "destination=" + AddressText.of(remoteAddress());
        require(Stage.ROUTE_RESOLVED, "rdma_connect", arguments);
        check("rdma_connect", arguments, parameters, MAXIMUM_REQUEST_DATA);
        markConnecting();
        communication().connect(localAddress(), remoteAddress(), parameters, trafficClass(), acknowledgeTimeout,
            reporter(), created -> endpoint = created);
    }

    @Override
    public synchronized void establish() throws ProviderException {
        requireDone(endpoint != null && communication().establish(endpoint), "rdma_establish");
    }

    @Override
    public synchronized void accept(final ConnectionParameterData parameters) throws ProviderException {
        check("rdma_accept", peerText(), parameters, MessageType.REPLY.privateDataBytes());
        requireDone(endpoint != null && communication().accept(endpoint, parameters), "rdma_accept");
        leaveBacklog();
    }

    @Override
    public synchronized void reject(final byte[] privateData) throws ProviderException {
        if (privateData.length > MessageType.REJECTION.privateDataBytes()) {
            throw new ProviderException("rdma_reject", peerText(), Errno.EINVAL, "a rejection carries at most "
                + MessageType.REJECTION.privateDataBytes() + " bytes, not " + privateData.length);
        }
        requireDone(endpoint != null && communication().reject(endpoint, privateData), "rdma_reject");
        leaveBacklog();
    }

    @Override
    public synchronized void disconnect() throws ProviderException {
        if (endpoint == null || !communication().disconnect(endpoint)) {
            throw new ProviderException("rdma_disconnect", peerText(), Errno.ENOTCONN);
        }
    }

    private static void check(
        final String verb, final String arguments, final ConnectionParameterData parameters,
        final int maximumData) throws ProviderException {
        checkRange(verb, arguments, "private data length", parameters.privateData().length, maximumData);
        checkRange(verb, arguments, "queuePairNumber", parameters.queuePairNumber(), QueuePairNumbers.HIGHEST);
        checkRange(verb, arguments, "responderResources", parameters.responderResources(), MAXIMUM_READS);
        checkRange(verb, arguments, "initiatorDepth", parameters.initiatorDepth(), MAXIMUM_READS);
        checkRange(verb, arguments, "retryCount", parameters.retryCount(), MAXIMUM_RETRY_COUNT);
        checkRange(verb, arguments, "rnrRetryCount", parameters.rnrRetryCount(), MAXIMUM_RETRY_COUNT);
    }

    private void requireDone(final boolean done, final String verb) throws ProviderException {
        if (!done) {
            throw new ProviderException(verb, peerText(), Errno.EINVAL, "the connection is "
                + (endpoint == null ? stage() : communication().view(endpoint).state()));
        }
    }

    @Override
    public synchronized int initializeQueuePairAttributes(final MemorySegment attributes) throws ProviderException {
        final int wanted = attributes.get(ValueLayout.JAVA_INT, QueuePairAttributesLayout.STATE);
        requireOpen("rdma_init_qp_attr", peerText() + ", qp_state=" + wanted);
        if (endpoint == null && wanted == QueuePairStates.INIT) {
            return QueuePairAttributeWriter.writeInit(attributes, false, 0);
        }
        final ConnectionEndpoint.View view = endpoint == null ? null : communication().view(endpoint);
        if (view != null && wanted == QueuePairStates.INIT
            && (view.state() == EndpointState.REQUEST_SENT || view.state().knowsPeerQueuePair())) {
            return QueuePairAttributeWriter.writeInit(attributes, true, view.terms().responderResources());
        }
        if (view != null && view.state().knowsPeerQueuePair()) {
            if (wanted == QueuePairStates.READY_TO_RECEIVE) {
                return QueuePairAttributeWriter.writeReadyToReceive(attributes, view.terms(),
                    communication().device().gidIndex(), communication().settings().minimumRnrTimerCode());
            }
            if (wanted == QueuePairStates.READY_TO_SEND) {
                return QueuePairAttributeWriter.writeReadyToSend(attributes, view.terms());
            }
        }
        throw new ProviderException("rdma_init_qp_attr", peerText() + ", qp_state=" + wanted, Errno.EINVAL,
            "the connection is " + (view == null ? stage() : view.state()));
    }

    /** The first packet of the peer completes the reply without this call. */
    @Override
    public synchronized void reportQueuePairEvent(final int event) throws ProviderException {
        final String arguments = peerText() + ", event=" + event;
        if (event != EventTypes.COMMUNICATION_ESTABLISHED || endpoint == null) {
            throw new ProviderException("rdma_notify", arguments, Errno.EINVAL,
                endpoint == null ? "the connection is " + stage() : "the event does not concern the connection");
        }
        final EndpointState state = communication().view(endpoint).state();
        switch (state) {
            case REPLY_SENT -> communication().completeReply(endpoint);
            case ESTABLISHED -> throw new ProviderException("rdma_notify", arguments, Errno.EISCONN);
            default -> throw new ProviderException(
                "rdma_notify", arguments, Errno.EINVAL, "the connection is " + state);
        }
    }

    @Override
    void stopCommunication(final LocalBinding bound) {
        if (backlog != null) {
            bound.devices().forEach(device -> device.stopListening(bound.portNumber(), backlog.at(device)));
        }
        if (endpoint != null) {
            communication().abandon(endpoint);
        }
    }
}
