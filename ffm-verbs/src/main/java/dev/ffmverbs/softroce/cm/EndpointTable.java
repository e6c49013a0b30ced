// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The endpoints of a device, indexed by all names that messages and packets use for them.
 *
 * <p>The time to find the endpoint of a message does not depend on the number of endpoints.
 */
final class EndpointTable {

    /** More endpoints than any application has. */
    private static final int LIMIT = 1 << 16;

    /** Most waiting requests that one message of a peer may cause to be sent sooner. */
    static final int MOST_HASTENED = 8;

    private final Map<Integer, ConnectionEndpoint> byLocalId = new HashMap<>();
    private final Map<PeerKey, ConnectionEndpoint> byPeerId = new HashMap<>();
    private final Map<PeerKey, ConnectionEndpoint> byPeerQueuePair = new HashMap<>();
    private final Map<InetAddress, Set<ConnectionEndpoint>> requestsByPeer = new HashMap<>();
    private final Map<Integer, ConnectionEndpoint> liveByQueuePair = new HashMap<>();

    int size() {
        return byLocalId.size();
    }

    boolean isFull() {
        return size() >= LIMIT;
    }

    /** Returns an unpredictable id that no endpoint has. */
    int newLocalId(final SecureRandom random) {
        int id = random.nextInt();
        while (id == 0 || byLocalId.containsKey(id)) {
            id = random.nextInt();
        }
        return id;
    }

    /** Returns the endpoint with an id of this device, or null. */
    ConnectionEndpoint ofLocalId(final int localId) {
        return byLocalId.get(localId);
    }

    /** Returns the endpoint whose peer has a given id, or null. */
    ConnectionEndpoint ofPeerId(final InetAddress peer, final int peerId) {
        return byPeerId.get(PeerKey.of(peer, peerId));
    }

    /** Returns the endpoint connected or connecting to a peer's queue pair, or null. */
    ConnectionEndpoint ofPeerQueuePair(final InetAddress peer, final int queuePair) {
        return byPeerQueuePair.get(PeerKey.of(peer, queuePair));
    }

    /** Returns the endpoint of the live connection that a queue pair of this device is in, or null. */
    ConnectionEndpoint liveOfQueuePair(final int localQueuePair) {
        return liveByQueuePair.get(localQueuePair);
    }

    /** Returns the endpoints whose requests a peer has not answered, or only the first few if there are many. */
    List<ConnectionEndpoint> requestsTo(final InetAddress peer) {
        return requestsByPeer.getOrDefault(peer, Set.of()).stream().limit(MOST_HASTENED).toList();
    }

    List<ConnectionEndpoint> all() {
        return new ArrayList<>(byLocalId.values());
    }

    /** Files an endpoint that is new, or about to enter a state. Doing so again after a failure does the rest. */
    void file(final ConnectionEndpoint endpoint, final EndpointState state) {
        if (state != EndpointState.REQUEST_SENT) {
            removeFromRequests(endpoint);
        }
        switch (state) {
            case REQUEST_SENT -> {
                byLocalId.put(endpoint.localId(), endpoint);
                requestsByPeer.computeIfAbsent(endpoint.peer(), first -> new LinkedHashSet<>()).add(endpoint);
            }
            case REQUEST_RECEIVED, REPLY_RECEIVED -> {
                byLocalId.put(endpoint.localId(), endpoint);
                byPeerId.put(peerId(endpoint), endpoint);
                byPeerQueuePair.put(peerQueuePair(endpoint), endpoint);
            }
            case REPLY_SENT, ESTABLISHED -> liveByQueuePair.put(endpoint.localQueuePair(), endpoint);
            case DISCONNECT_SENT -> liveByQueuePair.remove(endpoint.localQueuePair(), endpoint);
            case TIME_WAIT -> removeQueuePairs(endpoint);
            case CLOSED -> {
                removeQueuePairs(endpoint);
                byPeerId.remove(peerId(endpoint), endpoint);
                byLocalId.remove(endpoint.localId(), endpoint);
            }
        }
    }

    private void removeFromRequests(final ConnectionEndpoint endpoint) {
        final Set<ConnectionEndpoint> ofPeer = requestsByPeer.get(endpoint.peer());
        if (ofPeer != null && ofPeer.remove(endpoint) && ofPeer.isEmpty()) {
            requestsByPeer.remove(endpoint.peer());
        }
    }

    private void removeQueuePairs(final ConnectionEndpoint endpoint) {
        liveByQueuePair.remove(endpoint.localQueuePair(), endpoint);
        byPeerQueuePair.remove(peerQueuePair(endpoint), endpoint);
    }

    private static PeerKey peerId(final ConnectionEndpoint endpoint) {
        return PeerKey.of(endpoint.peer(), endpoint.remoteId());
    }

    private static PeerKey peerQueuePair(final ConnectionEndpoint endpoint) {
        return PeerKey.of(endpoint.peer(), endpoint.terms().peerQueuePair());
    }
}
