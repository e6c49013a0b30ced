// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.spi.AddressText;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules for the witnesses that a pair may have. */
final class WitnessAddresses {

    private static final int MOST_WITNESSES = 3;

    private WitnessAddresses() {
    }

    static void requireUsable(final InetSocketAddress address) {
        if (address.isUnresolved() || address.getAddress().isAnyLocalAddress()
            || address.getAddress().isMulticastAddress() || address.getPort() == 0) {
            throw new IllegalArgumentException("the address of the witness is " + AddressText.of(address)
                + "; it must be the numeric address of one machine, and a port from 1 to 65535");
        }
    }

    /**
     * Requires one witness or three, each of them once, and none that is a node of the pair, and a node to ask from.
     *
     * @throws IllegalArgumentException if that is not so; the message says what to change.
     */
    static void require(
        final List<InetSocketAddress> witnesses, final InetSocketAddress node, final PartnerAddress partner) {
        if (node.isUnresolved() || node.getAddress().isAnyLocalAddress() || node.getAddress().isMulticastAddress()) {
            throw new IllegalArgumentException("the address of the node is " + AddressText.of(node)
                + "; it must be the numeric address of one machine");
        }
        witnesses.forEach(WitnessAddresses::requireUsable);
        final Set<InetSocketAddress> seen = new HashSet<>();
        for (final InetSocketAddress witness : witnesses) {
            if (!seen.add(witness)) {
                throw new IllegalArgumentException("witness " + AddressText.of(witness) + " is given twice");
            }
            if (witness.equals(node)) {
                throw new IllegalArgumentException("witness " + AddressText.of(witness)
                    + " has the address and port of this node; a witness runs on a third machine");
            }
            if (partner.addresses().contains(witness)) {
                throw new IllegalArgumentException("witness " + AddressText.of(witness)
                    + " has an address and port of partner " + partner.name()
                    + "; a witness runs on a third machine");
            }
        }
        if (witnesses.size() != 1 && witnesses.size() != MOST_WITNESSES) {
            throw new IllegalArgumentException("there are " + witnesses.size() + " witnesses; there must be 1, or "
                + MOST_WITNESSES + " of which 2 decide");
        }
    }

    /** Identifies a list of witnesses in any order. Nodes that name different witnesses must not share one. */
    static long digest(final List<InetSocketAddress> witnesses) {
        final String list =
            witnesses.stream().map(WitnessAddresses::textWithoutScope).sorted().collect(Collectors.joining("\n"));
        final long digest = ByteBuffer.wrap(PairNumber.digest(list)).getLong();
        return digest == 0 ? 1 : digest;
    }

    /** Interfaces have other names on other nodes. */
    private static String textWithoutScope(final InetSocketAddress address) {
        return AddressText.of(address).replaceAll("%[^]]*", "");
    }
}
