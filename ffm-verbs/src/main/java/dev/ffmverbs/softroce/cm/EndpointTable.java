// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ends of a device's connections, by all that messages and packets name them by. */
final class EndpointTable {

    /** More than any application has; a flood of requests ends here. */
    private static final int LIMIT = 1 << 16;

    /** Something of a peer's: a communication id or a queue pair. */
    private record PeerKey(Inet4Address peer, int number) {
    }

    private final Map<Integer, ConnectionEndpoint> byLocalId = new HashMap<>();
    private final Map<PeerKey, ConnectionEndpoint> byPeerId = new HashMap<>();
    private final Map<PeerKey, ConnectionEndpoint> byPeerQueuePair = new HashMap<>();
    private final Map<Integer, ConnectionEndpoint> awaitingPeer = new HashMap<>();

    int size() {
        return byLocalId.size();
    }

    boolean isFull() {
        return size() >= LIMIT;
    }

    boolean hasLocalId(final int localId) {
        return byLocalId.containsKey(localId);
    }

    /** The endpoint with an id of ours, or null. */
    ConnectionEndpoint ofLocalId(final int localId) {
        return byLocalId.get(localId);
    }

    /** The endpoint connected or connecting to what a peer calls by an id of its own, or null. */
    ConnectionEndpoint ofPeerId(final Inet4Address peer, final int peerId) {
        return byPeerId.get(new PeerKey(peer, peerId));
    }

    /** The endpoint connected or connecting to a peer's queue pair, or null. */
    ConnectionEndpoint ofPeerQueuePair(final Inet4Address peer, final int queuePair) {
        return byPeerQueuePair.get(new PeerKey(peer, queuePair));
    }

    /** The endpoint that has replied with a queue pair of ours and waits for the peer, or null. */
    ConnectionEndpoint awaitingPeer(final int localQueuePair) {
        return awaitingPeer.get(localQueuePair);
    }

    /** The endpoints whose requests a peer has not answered. */
    List<ConnectionEndpoint> requesting(final Inet4Address peer) {
        return byLocalId.values().stream().filter(endpoint -> endpoint.state() == EndpointState.REQUEST_SENT)
            .filter(endpoint -> endpoint.peer().equals(peer)).toList();
    }

    List<ConnectionEndpoint> all() {
        return new ArrayList<>(byLocalId.values());
    }

    /** Files an endpoint, new or in a new state. */
    void file(final ConnectionEndpoint endpoint) {
        switch (endpoint.state()) {
            case REQUEST_SENT -> byLocalId.put(endpoint.localId(), endpoint);
            case REQUEST_RECEIVED, REPLY_RECEIVED -> {
                byLocalId.put(endpoint.localId(), endpoint);
                byPeerId.put(peerId(endpoint), endpoint);
                byPeerQueuePair.put(peerQueuePair(endpoint), endpoint);
            }
            case REPLY_SENT -> awaitingPeer.put(endpoint.localQueuePair(), endpoint);
            case ESTABLISHED, DISCONNECT_SENT -> awaitingPeer.remove(endpoint.localQueuePair(), endpoint);
            case TIME_WAIT -> removeQueuePairs(endpoint);
            case CLOSED -> {
                removeQueuePairs(endpoint);
                byPeerId.remove(peerId(endpoint), endpoint);
                byLocalId.remove(endpoint.localId(), endpoint);
            }
        }
    }

    private void removeQueuePairs(final ConnectionEndpoint endpoint) {
        awaitingPeer.remove(endpoint.localQueuePair(), endpoint);
        byPeerQueuePair.remove(peerQueuePair(endpoint), endpoint);
    }

    private static PeerKey peerId(final ConnectionEndpoint endpoint) {
        return new PeerKey(endpoint.peer(), endpoint.remoteId());
    }

    private static PeerKey peerQueuePair(final ConnectionEndpoint endpoint) {
        return new PeerKey(endpoint.peer(), endpoint.terms().peerQueuePair());
    }
}
