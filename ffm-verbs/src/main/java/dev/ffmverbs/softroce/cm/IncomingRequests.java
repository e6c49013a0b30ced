// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.AnswerFields;
import dev.ffmverbs.softroce.cm.message.IdFields;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.softroce.cm.message.ServiceId;
import dev.ffmverbs.spi.RejectReason;
import java.net.InetAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Refuses a peer's request, answers it again, or offers it to the listener on its port number.
 *
 * <p>Any host may send a request, from any address. {@link SourceBudgets} therefore decide whether it is handled, its
 * endpoint is found by key, and the memory for it is bounded: by the listener's backlog until it is answered, and by
 * {@link RejectedRequests} afterwards.
 *
 * <p>Guarded by the communication manager's lock.
 */
final class IncomingRequests {

    private final ManagementDevice device;
    private final InetAddress localAddress;
    private final EndpointContext context;
    private final EndpointTable endpoints;
    private final RejectedRequests rejected;
    private final PeerMessages peerMessages;
    private final Map<Integer, RequestListener> listeners = new HashMap<>();

    /** The port numbers of the listeners. A lookup, made for each message of a stranger, allocates nothing. */
    private final BitSet portNumbers = new BitSet();

    IncomingRequests(
        final ManagementDevice device, final EndpointContext context, final PeerMessages peerMessages) {
        this.device = device;
        this.localAddress = device.localAddress();
        this.context = context;
        this.endpoints = context.endpoints();
        this.rejected = context.rejectedRequests();
        this.peerMessages = peerMessages;
    }

    /** Adds a listener. Returns false if the port number already has one. */
    boolean listen(final int portNumber, final RequestListener listener) {
        final boolean isFree = listeners.putIfAbsent(portNumber, listener) == null;
        onListenersChanged();
        return isFree;
    }

    void stopListening(final int portNumber, final RequestListener listener) {
        listeners.remove(portNumber, listener);
        onListenersChanged();
    }

    void stopListening() {
        listeners.clear();
        onListenersChanged();
    }

    private void onListenersChanged() {
        portNumbers.clear();
        listeners.keySet().forEach(portNumbers::set);
        context.budgets().expectAtOnce(listeners.values().stream().mapToLong(RequestListener::backlogLimit).sum());
    }

    /** Returns whether a listener waits for requests with a service id. */
    boolean hasListener(final long serviceId) {
        final int portNumber = ServiceId.portNumber(serviceId);
        return portNumber != ServiceId.NO_PORT_NUMBER && portNumbers.get(portNumber);
    }

    /** Handles a request that is within the budget of its source. */
    void handle(final InetAddress source, final ManagementMessage request, final long nowNs) {
        final int peerId = request.get(IdFields.LOCAL_ID);
        final ConnectionEndpoint known = endpoints.ofPeerId(source, peerId);
        final ManagementMessage rejection = known == null ? rejected.find(source, peerId, nowNs) : null;
        if (known != null) {
            peerMessages.handleRequestAgain(known);
        } else if (rejection != null) {
            context.count(CommunicationCounter.DUPLICATES);
            context.send(source, rejection);
        } else {
            handleNew(source, request, nowNs);
        }
    }

    private void handleNew(final InetAddress source, final ManagementMessage request, final long nowNs) {
        final AddressHeader addresses = AddressHeader.read(request);
        final int maximumMtu = device.pathMtu(source);
        final int reason = RequestAdmission.reasonToRefuse(request, addresses, source, localAddress, maximumMtu);
        if (reason != RequestAdmission.ADMITTED) {
            context.count(CommunicationCounter.REFUSED_INVALID);
            context.send(source, reason == RejectReason.INVALID_PATH_MTU
                ? Messages.refusal(request, reason).set(AnswerFields.INFORMATION_BYTES, 1)
                    .set(AnswerFields.INFORMATION_BYTE, maximumMtu)
                : Messages.refusal(request, reason));
            return;
        }
        endpoints.requestsTo(source).forEach(ConnectionEndpoint::onPeerAlive);
        final ConnectionEndpoint former = endpoints.ofPeerQueuePair(source, request.get(RequestFields.QUEUE_PAIR));
        if (former == null) {
            offer(source, request, addresses);
        } else if (former.endIfStale(request, nowNs)) {
            context.rejectAsStale(source, request);
        }
    }

    private void offer(
        final InetAddress source, final ManagementMessage request, final AddressHeader addresses) {
        final RequestListener listener =
            listeners.get(ServiceId.portNumber(request.get(RequestFields.SERVICE_ID)));
        if (listener == null) {
            context.count(CommunicationCounter.REFUSED_NO_LISTENER);
            context.send(source, Messages.refusal(request, RejectReason.INVALID_SERVICE_ID));
            return;
        }
        final ConnectionEndpoint endpoint = ConnectionEndpoint.ofPeersRequest(
            context, source, context.newLocalId(), request, context.newStartingPsn());
        if (endpoints.isFull() || !offer(endpoint, listener, addresses, request)) {
            context.count(CommunicationCounter.DROPPED_BACKLOG);
        }
    }

    private static boolean offer(
        final ConnectionEndpoint endpoint, final RequestListener listener, final AddressHeader addresses,
        final ManagementMessage request) {
        boolean taken = false;
        try {
            endpoint.fileRequest();
            taken = listener.offer(endpoint, addresses, request);
            return taken;
        } finally {
            if (!taken) {
                endpoint.dropRequest();
            }
        }
    }
}
