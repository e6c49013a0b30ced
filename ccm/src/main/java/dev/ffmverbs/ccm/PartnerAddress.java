// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.memory.Names;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.spi.AddressText;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A node to keep sessions with, and its addresses.
 *
 * @param name      the node's name, 1 to 32 letters, digits, dots, underscores and hyphens.
 * @param addresses its 1 to 4 predetermined addresses and ports; each is reached over this node's interconnect of the
 *                  same index.
 */
public record PartnerAddress(String name, List<InetSocketAddress> addresses) {

    /**
     * Checks name and addresses.
     *
     * @throws IllegalArgumentException if one is malformed; the message states the format.
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
     * @throws IllegalArgumentException if one is malformed; the message states the format.
     */
    public PartnerAddress(final String name, final InetSocketAddress address) {
        this(name, List.of(address));
    }

    /**
     * Returns the first address and port.
     *
     * @return where this node tries to reach the partner first.
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
     * Parses a partner as written on a command line.
     *
     * @param text name, equals sign, address, colon, port, for example {@code B=10.9.9.2:7471}; further addresses
     *             follow, separated by commas.
     * @return the partner.
     * @throws IllegalArgumentException if the text is malformed; the message states the format.
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

    /** Returns what {@link #parse} takes. */
    @Override
    public String toString() {
        return name + "=" + addresses.stream().map(AddressText::of).collect(Collectors.joining(","));
    }
}
