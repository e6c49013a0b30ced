// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.AddressText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/** Checks the arguments of a connection manager's calls, before anything is created. */
final class ConnectionArguments {

    private static final int LAST_PORT = 0xFFFF;

    private ConnectionArguments() {
    }

    /** Returns a time limit in nanoseconds, or the longest one if it is longer. */
    static long nanoseconds(final Duration timeout) {
        try {
            return Objects.requireNonNull(timeout, "timeout").toNanos();
        } catch (final ArithmeticException moreThanALongHolds) {
            return timeout.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** Requires that an address has been resolved. */
    static void requireResolved(final String name, final InetSocketAddress address) {
        if (Objects.requireNonNull(address, name).isUnresolved()) {
            throw new IllegalArgumentException(
                name + " is " + AddressText.of(address) + ", which is not resolved: there is no such host name");
        }
    }

    /** Requires the addresses of an attempt to connect. */
    static void requireEnds(final InetSocketAddress local, final InetSocketAddress remote) {
        if (local != null) {
            requireResolved("local", local);
        }
        requireResolved("remote", remote);
        final InetAddress host = remote.getAddress();
        if (host.isAnyLocalAddress() || host.isMulticastAddress()) {
            throw new IllegalArgumentException("remote is " + AddressText.of(remote)
                + ", which is not the address of one host");
        }
        if (remote.getPort() == 0) {
            throw new IllegalArgumentException("remote is " + AddressText.of(remote)
                + "; the port of a listener is 1 to 65535");
        }
    }

    /** Requires the number of a port. */
    static void requirePort(final int port) {
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("port is " + port + "; it must be 0 to " + LAST_PORT);
        }
    }

    /** Requires the address of a multicast group, and the local address to join it from. */
    static void requireGroup(final InetSocketAddress local, final InetAddress group) {
        if (local != null) {
            requireResolved("local", local);
        }
        if (!Objects.requireNonNull(group, "group").isMulticastAddress()) {
            throw new IllegalArgumentException("group is " + group.getHostAddress()
                + ", which is not the address of a multicast group");
        }
    }

    /** Requires that at least one request may wait. */
    static void requireBacklog(final int backlog) {
        if (backlog < 1) {
            throw new IllegalArgumentException("backlog is " + backlog + "; it must be at least 1");
        }
    }
}
