// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.wire.UdpPath;
import java.net.Inet4Address;

/**
 * Numbers that stand for peers and for what is theirs, as keys of tables.
 *
 * <p>Peers choose what they are found by. These keys are ordered numbers, for which {@link java.util.HashMap} stays
 * fast even when a peer makes them collide.
 */
final class PeerKeys {

    private PeerKeys() {
    }

    /** The address as a number, its first octet in the top byte. */
    static int number(final Inet4Address address) {
        return UdpPath.toInt(address);
    }

    /** Something of a peer's: a communication id or the number of a queue pair. */
    static long of(final Inet4Address peer, final int number) {
        return (long) number(peer) << Integer.SIZE | Integer.toUnsignedLong(number);
    }
}
