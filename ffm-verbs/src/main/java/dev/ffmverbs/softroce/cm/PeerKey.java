// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.wire.IpAddress;
import java.net.InetAddress;
import java.util.Comparator;

/**
 * A table key for a communication id or queue pair number of a peer.
 *
 * <p>Peers choose these numbers. Keys are comparable, so {@link java.util.HashMap} stays fast even if a peer causes
 * collisions.
 *
 * @param high   first 8 bytes of the peer's address, as {@link IpAddress} has them.
 * @param low    last 8 bytes of it.
 * @param number the communication id or queue pair number.
 */
record PeerKey(long high, long low, int number) implements Comparable<PeerKey> {

    private static final Comparator<PeerKey> ORDER = Comparator.comparingLong(PeerKey::high)
        .thenComparingLong(PeerKey::low).thenComparingInt(PeerKey::number);

    static PeerKey of(final InetAddress peer, final int number) {
        final IpAddress address = IpAddress.of(peer);
        return new PeerKey(address.high(), address.low(), number);
    }

    /**
     * Returns the number of the network that an address belongs to: an IPv4 address, or a hash of the first half of an
     * IPv6 address, because a host can have all the addresses of such a network.
     */
    static int networkOf(final InetAddress address) {
        final IpAddress ip = IpAddress.of(address);
        return ip.isIpv4() ? ip.ipv4() : Long.hashCode(ip.high());
    }

    @Override
    public int compareTo(final PeerKey other) {
        return ORDER.compare(this, other);
    }
}
