// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.cm.Routes;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;

/** The routes of the system, which it tells when a UDP socket is connected. Nothing is sent. */
final class SystemRoutes implements Routes {

    /** Any port will do, because routes do not depend on it. */
    private static final int DISCARD_PORT = 9;

    @Override
    public InetAddress sourceFor(final InetAddress peer) {
        try (DatagramChannel channel = DatagramChannel.open(
            peer instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
            channel.connect(new InetSocketAddress(peer, DISCARD_PORT));
            return ((InetSocketAddress) channel.getLocalAddress()).getAddress();
        } catch (final IOException noRoute) {
            return null;
        }
    }
}
