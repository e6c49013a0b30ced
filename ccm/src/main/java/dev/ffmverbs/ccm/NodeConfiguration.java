// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.value.Timeouts;
import dev.ffmverbs.spi.AddressText;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The configuration of a node.
 *
 * @param nodeName        name of this node.
 * @param listenAddresses its predetermined addresses and ports, one for each of its interconnects.
 * @param partners        the nodes to keep sessions with, at least one.
 * @param memory          the predetermined addresses of memory, the same on all nodes.
 * @param liveness        heartbeat interval, and when to suspect and declare dead.
 * @param timeouts        time limits for operations that depend on other nodes.
 * @param secret          the secret of all nodes of the cluster, or {@link SharedSecret#NONE}.
 * @param generation      number of this start of the node; partners compare it for equality.
 */
public record NodeConfiguration(
    String nodeName, List<InetSocketAddress> listenAddresses, List<PartnerAddress> partners, MemoryAddresses memory,
    LivenessThresholds liveness, Timeouts timeouts, SharedSecret secret, long generation) {

    /**
     * Checks everything that can be checked without a device.
     *
     * @throws NullPointerException     when something is null; the message says what.
     * @throws IllegalArgumentException when something is malformed or contradictory; the message says what.
     */
    public NodeConfiguration {
        PartnerAddress.requireNodeName(nodeName);
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(liveness, "liveness");
        Objects.requireNonNull(timeouts, "timeouts");
        Objects.requireNonNull(secret, "secret");
        listenAddresses = List.copyOf(listenAddresses);
        PartnerAddress.requirePathCount("node " + nodeName, listenAddresses.size());
        listenAddresses.forEach(address -> NodeAddress.requireUsable("address to listen on", address));
        partners = List.copyOf(partners);
        if (partners.isEmpty()) {
            throw new IllegalArgumentException("node " + nodeName + " has no partner; name at least one");
        }
        requireDistinct(nodeName, listenAddresses, partners);
        for (final PartnerAddress partner : partners) {
            if (partner.addresses().size() > listenAddresses.size()) {
                throw new IllegalArgumentException("partner " + partner.name() + " has " + partner.addresses().size()
                    + " addresses, and node " + nodeName + " only " + listenAddresses.size()
                    + " interconnects; each address is reached over the interconnect of the same index");
            }
        }
    }

    /**
     * Returns the address and port of the first interconnect.
     *
     * @return where partners try to reach this node first.
     */
    public InetSocketAddress listenAddress() {
        return listenAddresses.getFirst();
    }

    private static void requireDistinct(
        final String nodeName, final List<InetSocketAddress> listenAddresses, final List<PartnerAddress> partners) {
        final Set<String> names = new HashSet<>(Set.of(nodeName));
        final Set<InetSocketAddress> addresses = new HashSet<>();
        for (final InetSocketAddress address : listenAddresses) {
            if (!addresses.add(address)) {
                throw new IllegalArgumentException("node " + nodeName + " has the address "
                    + AddressText.of(address) + " twice");
            }
        }
        for (final PartnerAddress partner : partners) {
            if (!names.add(partner.name())) {
                throw new IllegalArgumentException(partner.name().equals(nodeName)
                    ? "node " + nodeName + " lists itself among its partners"
                    : "partner " + partner.name() + " is listed twice");
            }
            for (final InetSocketAddress address : partner.addresses()) {
                if (!addresses.add(address)) {
                    throw new IllegalArgumentException("partner " + partner.name() + " has the address "
                        + AddressText.of(address)
                        + (listenAddresses.contains(address) ? " of node " + nodeName + " itself"
                        : " of another partner, or twice"));
                }
            }
        }
    }
}
