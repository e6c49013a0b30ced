// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.MessageType;
import dev.ffmverbs.softroce.cm.message.ResolutionFields;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.spi.AddressText;
import dev.ffmverbs.spi.ConnectionParameterData;
import dev.ffmverbs.spi.DatagramTargetData;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.ResolutionStatus;
import dev.ffmverbs.spi.constants.ConnectionEventTypes;
import dev.ffmverbs.spi.constants.QueueKeys;
import dev.ffmverbs.spi.constants.QueuePairStates;
import dev.ffmverbs.spi.layout.QueuePairAttributesLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * An identifier for datagrams on a software device. It binds, listens, asks a peer for a queue pair, answers a peer, or
 * joins multicast groups.
 */
final class SoftDatagramIdentifier extends SoftIdentifier {

    private static final int MAXIMUM_REQUEST_DATA =
        MessageType.RESOLUTION_REQUEST.privateDataBytes() - AddressHeader.BYTES;
    private static final int MAXIMUM_ANSWER_DATA = MessageType.RESOLUTION_REPLY.privateDataBytes();

    /** The request to a peer, or null. */
    private OwnResolution own;

    /** The request of a peer, or null. */
    private PeersResolution peers;

    /** The requests to this identifier while it listens, or null. */
    private DatagramBacklog backlog;

    /** The groups that were joined, and whether this machine receives what is sent to them. */
    private final Map<InetAddress, Boolean> groups = new HashMap<>();

    /** Creates an identifier that is neither bound nor resolved. */
    SoftDatagramIdentifier(final SoftConnectionManager manager) {
        super(manager, PortSpace.DATAGRAMS);
    }

    /** Creates the identifier of a peer's request. */
    SoftDatagramIdentifier(
        final SoftConnectionManager manager, final CommunicationManager communication, final PeersResolution peers,
        final WaitingRequests waitsIn, final InetSocketAddress localAddress, final InetSocketAddress remoteAddress) {
        super(manager, PortSpace.DATAGRAMS, communication, waitsIn, localAddress, remoteAddress);
        this.peers = peers;
    }

    @Override
    boolean reachesGroups() {
        return true;
    }

    @Override
    void startListening(final LocalBinding bound, final int backlogLimit) {
        backlog = new DatagramBacklog(manager(), this, bound.portNumber(), backlogLimit);
        for (final CommunicationManager device : bound.devices()) {
            device.datagrams().listen(bound.portNumber(), backlog.at(device));
        }
    }

    @Override
    public synchronized void setAcknowledgeTimeout(final int exponent) throws ProviderException {
        throw new ProviderException("rdma_set_option", "RDMA_OPTION_ID_ACK_TIMEOUT", Errno.EINVAL,
            "datagrams are not acknowledged");
    }

    @Override
    public synchronized void connect(final ConnectionParameterData parameters) throws ProviderException {
        final InetSocketAddress remote = remoteAddress();
        final String arguments = "destination=" + AddressText.of(remote);
        require(Stage.ROUTE_RESOLVED, "rdma_connect", arguments);
        checkRange("rdma_connect", arguments, "private data length", parameters.privateData().length,
            MAXIMUM_REQUEST_DATA);
        if (remote.getAddress().isMulticastAddress()) {
            throw new ProviderException("rdma_connect", arguments, Errno.EINVAL, "a group has no queue pair");
        }
        markConnecting();
        final InetAddress peer = remote.getAddress();
        final int flowLabel = Messages.flowLabel(localAddress().getPort(), remote.getPort());
        final byte[] path = QueuePairAttributeWriter.path(
            peer, communication().device().gidIndex(), flowLabel, trafficClass());
        communication().datagrams().resolve(localAddress(), remote, parameters.privateData(), trafficClass(),
            event -> report(event, path), created -> own = created);
    }

    /** Reports the end of a request. Called under the communication manager's lock. */
    private void report(final EndpointEvent event, final byte[] path) {
        final ManagementMessage reply = event.message();
        if (reply == null) {
            reporter().reportUnreachable(event.status(), new byte[0]);
        } else if (event.status() != ResolutionStatus.VALID) {
            reporter().reportUnreachable(event.status(), reply.privateData());
        } else {
            reporter().reportTarget(ConnectionEventTypes.ESTABLISHED, reply.privateData(), new DatagramTargetData(
                path, reply.get(ResolutionFields.QUEUE_PAIR), reply.get(ResolutionFields.QUEUE_KEY)));
        }
    }

    @Override
    public void establish() throws ProviderException {
        throw new ProviderException("rdma_establish", peerText(), Errno.EINVAL, "datagrams have no connections");
    }

    @Override
    public synchronized void accept(final ConnectionParameterData parameters) throws ProviderException {
        checkRange("rdma_accept", peerText(), "private data length", parameters.privateData().length,
            MAXIMUM_ANSWER_DATA);
        checkRange("rdma_accept", peerText(), "queuePairNumber", parameters.queuePairNumber(),
            QueuePairNumbers.LAST);
        requireDone("rdma_accept", peers != null && communication().datagrams().accept(
            peers, parameters.queuePairNumber(), QueueKeys.RDMA_UDP, parameters.privateData()));
        leaveBacklog();
    }

    @Override
    public synchronized void reject(final byte[] privateData) throws ProviderException {
        checkRange("rdma_reject", peerText(), "private data length", privateData.length, MAXIMUM_ANSWER_DATA);
        requireDone("rdma_reject", peers != null && communication().datagrams().reject(peers, privateData));
        leaveBacklog();
    }

    private void requireDone(final String verb, final boolean done) throws ProviderException {
        if (!done) {
            throw new ProviderException(verb, peerText(), Errno.EINVAL, peers == null
                ? "the identifier is " + stage() : "the request was answered");
        }
    }

    @Override
    public void disconnect() throws ProviderException {
        throw new ProviderException("rdma_disconnect", peerText(), Errno.EINVAL, "datagrams have no connections");
    }

    @Override
    public synchronized int initializeQueuePairAttributes(final MemorySegment attributes) throws ProviderException {
        final int wanted = attributes.get(ValueLayout.JAVA_INT, QueuePairAttributesLayout.STATE);
        final String arguments = peerText() + ", qp_state=" + wanted;
        requireOpen("rdma_init_qp_attr", arguments);
        if (wanted != QueuePairStates.INIT) {
            throw new ProviderException("rdma_init_qp_attr", arguments, Errno.EINVAL,
                "queue pairs for datagrams need attributes for INIT only");
        }
        return QueuePairAttributeWriter.writeDatagramInit(attributes, QueueKeys.RDMA_UDP);
    }

    @Override
    public synchronized void joinMulticast(final InetAddress group, final boolean sendOnly)
        throws ProviderException {
        final String verb = sendOnly ? "rdma_join_multicast_ex" : "rdma_join_multicast";
        final String arguments = "group=" + group.getHostAddress();
        requireOpen(verb, arguments);
        final CommunicationManager device = communication();
        if (device == null || stage() == Stage.LISTENING || stage() == Stage.CONNECTING) {
            throw new ProviderException(verb, arguments, Errno.EINVAL,
                "the identifier is " + stage() + "; it must be bound to a device");
        }
        final InetAddress local = device.device().localAddress();
        if (!local.getClass().equals(group.getClass())) {
            throw new ProviderException(verb, arguments, Errno.EAFNOSUPPORT, device.device().deviceName()
                + " has the address " + local.getHostAddress() + ", which is of another version of IP than the group");
        }
        if (!group.isMulticastAddress() || groups.containsKey(group)) {
            throw new ProviderException(verb, arguments, Errno.EINVAL, group.isMulticastAddress()
                ? "this identifier has joined the group" : "that is not the address of a group");
        }
        if (!sendOnly) {
            try {
                device.device().joinGroup(group);
            } catch (final IOException e) {
                throw new ProviderException(verb, arguments, Errno.EIO,
                    "the interface of " + device.device().deviceName() + " cannot join the group: " + e.getMessage());
            }
        }
        groups.put(group, !sendOnly);
        reporter().reportTarget(ConnectionEventTypes.MULTICAST_JOIN, new byte[0], new DatagramTargetData(
            QueuePairAttributeWriter.path(group, device.device().gidIndex(), 0, trafficClass()),
            QueuePairNumbers.MULTICAST, QueueKeys.RDMA_UDP));
    }

    @Override
    public synchronized void leaveMulticast(final InetAddress group) throws ProviderException {
        final Boolean held = groups.remove(group);
        if (held == null) {
            throw new ProviderException("rdma_leave_multicast", "group=" + group.getHostAddress(),
                Errno.EADDRNOTAVAIL, "this identifier has not joined the group");
        }
        if (held) {
            communication().device().leaveGroup(group);
        }
    }

    @Override
    void stopCommunication(final LocalBinding bound) {
        if (backlog != null) {
            bound.devices().forEach(
                device -> device.datagrams().stopListening(bound.portNumber(), backlog.at(device)));
        }
        if (own != null) {
            communication().datagrams().abandon(own);
        }
        if (peers != null) {
            communication().datagrams().reject(peers, new byte[0]);
        }
        groups.forEach((group, held) -> {
            if (held) {
                communication().device().leaveGroup(group);
            }
        });
        groups.clear();
    }
}
