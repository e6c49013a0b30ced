// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.io.IOException;

/**
 * Makes the paths of queue pairs, and opens the sockets that they need.
 *
 * <p>A device opens a socket at its own address. It opens one at another address of its interface when a path starts
 * there, and one for each UDP port that packets leave from. On the loopback interface all packets leave from the port
 * that the device receives at, because there is only one way to any peer.
 *
 * <p>Requires the lock of the port.
 */
public final class Paths {

    private final LocalAddress local;
    private final PacketSocket socket;

    Paths(final LocalAddress local, final PacketSocket socket) {
        this.local = local;
        this.socket = socket;
    }

    /**
     * Makes a path.
     *
     * @param from         address of this side.
     * @param to           address of the peer, of the same version.
     * @param trafficClass traffic class of the packets to the peer, 0 to 255.
     * @param sourcePort   UDP port that they should leave from, see {@link SourcePorts}.
     * @return the path, which may have another source port.
     * @throws IOException if this side has no socket at its address and the system refuses one. The message names the
     *                     call.
     */
    public UdpPath make(final IpAddress from, final IpAddress to, final int trafficClass, final int sourcePort)
        throws IOException {
        socket.listen(from);
        final int port = local.isLoopback() ? local.udpPort() : socket.leaveFrom(from, sourcePort);
        return new UdpPath(from, port, to, local.udpPort(), trafficClass);
    }
}
