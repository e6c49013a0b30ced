// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.Inet4Address;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/**
 * What becomes of peers' requests: refused, answered again, or offered to who listens on their port.
 *
 * <p>Anybody may send a request, from any address. So whether it is looked at is decided by {@link SourceBudgets}, what
 * it belongs to is found by key, and what is kept of it is bounded: until it is answered by its listener's backlog, and
 * afterwards by {@link RejectedRequests}.
 *
 * <p>Used under the communication manager's lock.
 */
final class IncomingRequests {

    private static final int PSN_BOUND = 1 << 24;

    private final ManagementPort port;
    private final Inet4Address localAddress;
    private final EndpointContext context;
    private final EndpointTable endpoints;
    private final SecureRandom random;
    private final Map<Integer, RequestListener> listeners = new HashMap<>();
    private final RejectedRequests rejected = new RejectedRequests();

    IncomingRequests(
        final ManagementPort port, final EndpointContext context, final EndpointTable endpoints,
        final SecureRandom random) {
        this.port = port;
        this.localAddress = port.localAddress();
        this.context = context;
        this.endpoints = endpoints;
        this.random = random;
    }

    boolean listen(final int portNumber, final RequestListener listener) {
        return listeners.putIfAbsent(portNumber, listener) == null;
    }

    boolean stopListening(final int portNumber, final RequestListener listener) {
        return listeners.remove(portNumber, listener);
    }

    void stopListening() {
        listeners.clear();
    }

    void keepRejection(
        final Inet4Address peer, final int peerId, final ManagementMessage rejection, final long nowNs) {
        rejected.add(peer, peerId, rejection, nowNs);
    }

    int keptRejections() {
        return rejected.size();
    }

    /** Takes a request that its source's budget has room for. */
    void handle(final Inet4Address source, final ManagementMessage request, final long nowNs) {
        final int peerId = request.getInt(MessageField.LOCAL_ID);
        final ConnectionEndpoint known = endpoints.ofPeerId(source, peerId);
        final ManagementMessage rejection = known == null ? rejected.find(source, peerId, nowNs) : null;
        if (known != null) {
            known.onRequestAgain();
        } else if (rejection != null) {
            context.count(CommunicationCounter.DUPLICATES);
            context.send(source, rejection);
        } else {
            handleNew(source, request, nowNs);
        }
    }

    private void handleNew(final Inet4Address source, final ManagementMessage request, final long nowNs) {
        final AddressHeader addresses = AddressHeader.read(request);
        final int maximumMtu = port.pathMtu(source);
        final int reason = RequestAdmission.reasonToRefuse(request, addresses, source, localAddress, maximumMtu);
        if (reason != RequestAdmission.ADMITTED) {
            context.count(CommunicationCounter.REFUSED_INVALID);
            context.send(source, reason == RejectReason.INVALID_PATH_MTU
                ? Messages.refusal(request, reason).set(AnswerFields.INFORMATION_BYTES, 1)
                    .set(AnswerFields.INFORMATION_BYTE, maximumMtu)
                : Messages.refusal(request, reason));
            return;
        }
        endpoints.requesting(source).forEach(ConnectionEndpoint::onPeerAlive);
        final ConnectionEndpoint former =
            endpoints.ofPeerQueuePair(source, request.getInt(RequestFields.QUEUE_PAIR));
        if (former == null) {
            offer(source, request, addresses);
        } else if (former.isStaleBy(request, nowNs)) {
            context.refuseAsStale(source, request);
        }
    }

    private void offer(
        final Inet4Address source, final ManagementMessage request, final AddressHeader addresses) {
        final RequestListener listener =
            listeners.get(ServiceId.port(request.get(RequestFields.SERVICE_ID)));
        if (listener == null) {
            context.count(CommunicationCounter.REFUSED_NO_LISTENER);
            context.send(source, Messages.refusal(request, RejectReason.INVALID_SERVICE_ID));
            return;
        }
        final ConnectionEndpoint endpoint = ConnectionEndpoint.requested(
            context, source, endpoints.newLocalId(random), request, random.nextInt(PSN_BOUND));
        if (!endpoints.isFull() && listener.requested(endpoint, addresses, request)) {
            endpoints.file(endpoint);
        } else {
            context.count(CommunicationCounter.DROPPED_BACKLOG);
        }
    }
}
