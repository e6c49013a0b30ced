// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Rejections of requests. If a request is repeated because its rejection was lost, the rejection is sent again.
 *
 * <p>Each rejection is kept for a fixed time. The number is bounded per peer and in total, and the oldest is dropped
 * first. If a rejection is forgotten too early, the listener gets the request again.
 *
 * <p>Guarded by the communication manager's lock.
 */
final class RejectedRequests {

    /** Longer than the time after which a peer repeats a request, including Linux (4.3 s and the round trip). */
    static final long KEPT_NS = TimeUnit.SECONDS.toNanos(6);

    static final int LIMIT = 512;
    static final int LIMIT_PER_PEER = 32;

    private record Kept(InetAddress peer, ManagementMessage rejection, long untilNs) {
    }

    /** Rejections by peer and its communication id, the oldest first. */
    private final Map<PeerKey, Kept> byPeerId = new LinkedHashMap<>();
    private final Map<InetAddress, Deque<PeerKey>> keysByPeer = new HashMap<>();

    /** Keeps the rejection of the request with a communication id of the peer. */
    void add(final InetAddress peer, final int peerId, final ManagementMessage rejection, final long nowNs) {
        final PeerKey key = PeerKey.of(peer, peerId);
        remove(key);
        final Deque<PeerKey> ofPeer = keysByPeer.computeIfAbsent(peer, first -> new ArrayDeque<>());
        if (ofPeer.size() == LIMIT_PER_PEER) {
            byPeerId.remove(ofPeer.removeFirst());
        }
        ofPeer.addLast(key);
        byPeerId.put(key, new Kept(peer, rejection, nowNs + KEPT_NS));
        dropOldest(nowNs);
    }

    private void dropOldest(final long nowNs) {
        final Iterator<Kept> oldest = byPeerId.values().iterator();
        while (oldest.hasNext()) {
            final Kept kept = oldest.next();
            if (byPeerId.size() <= LIMIT && kept.untilNs - nowNs > 0) {
                return;
            }
            oldest.remove();
            final Deque<PeerKey> ofPeer = keysByPeer.get(kept.peer);
            ofPeer.removeFirst();
            removeIfEmpty(kept.peer, ofPeer);
        }
    }

    private void remove(final PeerKey key) {
        final Kept kept = byPeerId.remove(key);
        if (kept != null) {
            final Deque<PeerKey> ofPeer = keysByPeer.get(kept.peer);
            ofPeer.remove(key);
            removeIfEmpty(kept.peer, ofPeer);
        }
    }

    private void removeIfEmpty(final InetAddress peer, final Deque<PeerKey> ofPeer) {
        if (ofPeer.isEmpty()) {
            keysByPeer.remove(peer);
        }
    }

    /** Returns the rejection of the request with a communication id of the peer; null if there is none. */
    ManagementMessage find(final InetAddress peer, final int peerId, final long nowNs) {
        final Kept kept = byPeerId.get(PeerKey.of(peer, peerId));
        return kept == null || kept.untilNs - nowNs <= 0 ? null : kept.rejection;
    }

    int size() {
        return byPeerId.size();
    }
}
