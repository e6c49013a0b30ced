// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.spi.AddressText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Addresses and ports of nodes, as text.
 *
 * <p>Addresses are always numeric. A host name would need a look-up before the first RDMA operation, and a booting node
 * may have no name service to ask.
 */
public final class NodeAddress {

    private static final Pattern SYNTAX =
        Pattern.compile("(?:\\[([0-9A-Fa-f:.]+(?:%[^\\]\\s/]+)?)]|(\\d{1,3}(?:\\.\\d{1,3}){3})):(\\d{1,5})");
    private static final int MAXIMUM_PORT = 65_535;

    private NodeAddress() {
    }

    /**
     * Reads address and port.
     *
     * @param text for example {@code 10.9.9.1:7471} or {@code [fd00::1]:7471}; a link-local address has its interface,
     *             as in {@code [fe80::1%eth0]:7471}.
     * @return address and port, without a look-up.
     * @throws IllegalArgumentException if the text is malformed; the message states the format.
     */
    public static InetSocketAddress parse(final String text) {
        final Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw exceptionFor(text,
                "write a numeric ADDRESS:PORT, for example 10.9.9.1:7471; host names are not looked up");
        }
        final int port = Integer.parseInt(matcher.group(3));
        if (port < 1 || port > MAXIMUM_PORT) {
            throw exceptionFor(text, "the port must be 1 to 65535");
        }
        try {
            final String address = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            return new InetSocketAddress(InetAddress.ofLiteral(address), port);
        } catch (final IllegalArgumentException e) {
            throw exceptionFor(text, "the address is not numeric, or names an interface without"
                + " a link-local address here");
        }
    }

    private static IllegalArgumentException exceptionFor(final String text, final String remedy) {
        return new IllegalArgumentException("\"" + text + "\" is not an address and port: " + remedy);
    }

    static void requireUsable(final String what, final InetSocketAddress address) {
        if (address.isUnresolved() || address.getAddress().isAnyLocalAddress()
            || address.getAddress().isMulticastAddress() || address.getPort() == 0) {
            throw new IllegalArgumentException("the " + what + " is " + AddressText.of(address)
                + "; it must be the numeric address of one machine, and a port from 1 to 65535");
        }
    }
}
