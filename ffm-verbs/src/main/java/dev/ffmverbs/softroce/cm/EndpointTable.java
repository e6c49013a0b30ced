// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.Inet4Address;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The ends of a device's connections, by all that messages and packets name them by.
 *
 * <p>What a message asks of it costs the same however many there are.
 */
final class EndpointTable {

    /** More than any application has. */
    private static final int LIMIT = 1 << 16;

    /** Most endpoints that one message of a peer concerns. */
    static final int MOST_CONCERNED = 8;

    private final Map<Integer, ConnectionEndpoint> byLocalId = new HashMap<>();
    private final Map<Long, ConnectionEndpoint> byPeerId = new HashMap<>();
    private final Map<Long, ConnectionEndpoint> byPeerQueuePair = new HashMap<>();
    private final Map<Inet4Address, Set<ConnectionEndpoint>> requesting = new HashMap<>();
    private final Map<Integer, ConnectionEndpoint> liveByQueuePair = new HashMap<>();

    int size() {
        return byLocalId.size();
    }

    boolean isFull() {
        return size() >= LIMIT;
    }

    /** An id that no endpoint has, and that nobody can guess. */
    int newLocalId(final SecureRandom random) {
        int id = random.nextInt();
        while (id == 0 || byLocalId.containsKey(id)) {
            id = random.nextInt();
        }
        return id;
    }

    /** The endpoint with an id of ours, or null. */
    ConnectionEndpoint ofLocalId(final int localId) {
        return byLocalId.get(localId);
    }

    /** The endpoint connected or connecting to what a peer calls by an id of its own, or null. */
    ConnectionEndpoint ofPeerId(final Inet4Address peer, final int peerId) {
        return byPeerId.get(PeerKeys.of(peer, peerId));
    }

    /** The endpoint connected or connecting to a peer's queue pair, or null. */
    ConnectionEndpoint ofPeerQueuePair(final Inet4Address peer, final int queuePair) {
        return byPeerQueuePair.get(PeerKeys.of(peer, queuePair));
    }

    /** The endpoint of a live connection that a queue pair of ours is in, or null. */
    ConnectionEndpoint liveOfQueuePair(final int localQueuePair) {
        return liveByQueuePair.get(localQueuePair);
    }

    /** The endpoints whose requests a peer has not answered; the first few of them when there are many. */
    List<ConnectionEndpoint> requesting(final Inet4Address peer) {
        return requesting.getOrDefault(peer, Set.of()).stream().limit(MOST_CONCERNED).toList();
    }

    List<ConnectionEndpoint> all() {
        return new ArrayList<>(byLocalId.values());
    }

    /** Files an endpoint, new or in a new state. */
    void file(final ConnectionEndpoint endpoint) {
        if (endpoint.state() != EndpointState.REQUEST_SENT) {
            removeFromRequesting(endpoint);
        }
        switch (endpoint.state()) {
            case REQUEST_SENT -> {
                byLocalId.put(endpoint.localId(), endpoint);
                requesting.computeIfAbsent(endpoint.peer(), first -> new LinkedHashSet<>()).add(endpoint);
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

    private void removeFromRequesting(final ConnectionEndpoint endpoint) {
        final Set<ConnectionEndpoint> ofPeer = requesting.get(endpoint.peer());
        if (ofPeer != null && ofPeer.remove(endpoint) && ofPeer.isEmpty()) {
            requesting.remove(endpoint.peer());
        }
    }

    private void removeQueuePairs(final ConnectionEndpoint endpoint) {
        liveByQueuePair.remove(endpoint.localQueuePair(), endpoint);
        byPeerQueuePair.remove(peerQueuePair(endpoint), endpoint);
    }

    private static Long peerId(final ConnectionEndpoint endpoint) {
        return PeerKeys.of(endpoint.peer(), endpoint.remoteId());
    }

    private static Long peerQueuePair(final ConnectionEndpoint endpoint) {
        return PeerKeys.of(endpoint.peer(), endpoint.terms().peerQueuePair());
    }
}
