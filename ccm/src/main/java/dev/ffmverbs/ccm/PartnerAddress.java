// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.memory.Names;
import dev.ffmverbs.ccm.value.PeerInformation;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node to make sessions with, and where it is.
 *
 * @param name      the node's name, 1 to 32 letters, digits, dots, underscores and hyphens.
 * @param addresses its predetermined addresses and ports: the first is reached over this node's first interconnect,
 *                  and so on; 1 to 4.
 */
public record PartnerAddress(String name, List<InetSocketAddress> addresses) {

    /**
     * Checks name and addresses.
     *
     * @throws IllegalArgumentException when one is malformed; the message says how it must be.
     */
    public PartnerAddress {
        requireNodeName(name);
        addresses = List.copyOf(addresses);
        requirePathCount("partner " + name, addresses.size());
        addresses.forEach(address -> NodeAddress.requireUsable("address of partner " + name, address));
    }

    /**
     * A partner reached over one interconnect.
     *
     * @param name    the node's name.
     * @param address its predetermined address and port.
     * @throws IllegalArgumentException when one is malformed; the message says how it must be.
     */
    public PartnerAddress(final String name, final InetSocketAddress address) {
        this(name, List.of(address));
    }

    /**
     * The first address and port.
     *
     * @return where the partner is reached first.
     */
    public InetSocketAddress address() {
        return addresses.getFirst();
    }

    static void requirePathCount(final String whose, final int count) {
        if (count < 1 || count > PeerInformation.MAXIMUM_PATHS) {
            throw new IllegalArgumentException(whose + " has " + count + " addresses; it must have 1 to "
                + PeerInformation.MAXIMUM_PATHS);
        }
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
     * @param text name, equals sign, address, colon, port, for example {@code B=10.9.9.2:7471}; further addresses
     *             follow behind commas.
     * @return the partner.
     * @throws IllegalArgumentException when it is malformed; the message says how it must be.
     */
    public static PartnerAddress parse(final String text) {
        final int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("\"" + text
                + "\" is not a partner: write NAME=ADDRESS:PORT, for example B=10.9.9.2:7471");
        }
        return new PartnerAddress(text.substring(0, equals), Stream.of(text.substring(equals + 1).split(",", -1))
            .map(NodeAddress::parse).toList());
    }
}
