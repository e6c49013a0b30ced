// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.memory.Names;
import java.net.InetSocketAddress;

/**
 * A node to make sessions with, and where it is.
 *
 * @param name    the node's name, 1 to 32 letters, digits, dots, underscores and hyphens.
 * @param address its predetermined address and port.
 */
public record PartnerAddress(String name, InetSocketAddress address) {

    /**
     * Checks name and address.
     *
     * @throws IllegalArgumentException when one is malformed; the message says how it must be.
     */
    public PartnerAddress {
        requireNodeName(name);
        NodeAddress.requireUsable("address of partner " + name, address);
    }

    static void requireNodeName(final String name) {
        if (!Names.isName(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is not a node name: 1 to 32 letters, digits, dots,"
                + " underscores and hyphens are, the first a letter or digit");
        }
    }

    /**
     * Reads a partner as it is written on a command line.
     *
     * @param text name, equals sign, address, colon, port, for example {@code B=10.9.9.2:7471}.
     * @return the partner.
     * @throws IllegalArgumentException when it is malformed; the message says how it must be.
     */
    public static PartnerAddress parse(final String text) {
        final int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("\"" + text
                + "\" is not a partner: write NAME=ADDRESS:PORT, for example B=10.9.9.2:7471");
        }
        return new PartnerAddress(text.substring(0, equals), NodeAddress.parse(text.substring(equals + 1)));
    }
}
