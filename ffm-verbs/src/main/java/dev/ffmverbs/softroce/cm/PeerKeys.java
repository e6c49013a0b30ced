// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.wire.UdpPath;
import java.net.Inet4Address;

/**
 * Table keys for peers, their communication ids and their queue pairs.
 *
 * <p>Peers choose these numbers. The keys are comparable, so {@link java.util.HashMap} stays fast even if a peer causes
 * collisions.
 */
final class PeerKeys {

    private PeerKeys() {
    }

    /** Returns an address as a number, with the first octet in the top byte. */
    static int number(final Inet4Address address) {
        return UdpPath.toInt(address);
    }

    /** Returns the key of a communication id or queue pair number of a peer. */
    static long of(final Inet4Address peer, final int number) {
        return (long) number(peer) << Integer.SIZE | Integer.toUnsignedLong(number);
    }
}
