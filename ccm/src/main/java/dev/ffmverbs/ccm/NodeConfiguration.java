// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.link.MemoryAddresses;
import dev.ffmverbs.ccm.liveness.LivenessThresholds;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * All that a node is told before it starts.
 *
 * @param nodeName         name of this node.
 * @param listenAddress    its predetermined address and port.
 * @param partners         the nodes to make sessions with, at least one.
 * @param memory           predetermined addresses of memory, the same on all nodes.
 * @param liveness         heartbeat interval, and when to suspect and declare dead.
 * @param operationTimeout time limit of one READ or WRITE.
 * @param connectTimeout   time limit of one attempt to connect.
 * @param leaveTimeout     how long a node that leaves waits for its partners to have seen it.
 * @param generation       which start of the node this is, as far as it remembers; partners compare it for equality.
 */
public record NodeConfiguration(
    String nodeName, InetSocketAddress listenAddress, List<PartnerAddress> partners, MemoryAddresses memory,
    LivenessThresholds liveness, Duration operationTimeout, Duration connectTimeout, Duration leaveTimeout,
    long generation) {

    /**
     * Checks everything that can be checked without a device.
     *
     * @throws IllegalArgumentException when something is malformed or contradictory; the message says what.
     */
    public NodeConfiguration {
        PartnerAddress.requireNodeName(nodeName);
        NodeAddress.requireUsable("address to listen on", listenAddress);
        partners = List.copyOf(partners);
        if (partners.isEmpty()) {
            throw new IllegalArgumentException("node " + nodeName + " has no partner; name at least one");
        }
        requireDistinct(nodeName, listenAddress, partners);
        requirePositive("operationTimeout", operationTimeout);
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("leaveTimeout", leaveTimeout);
    }

    private static void requireDistinct(
        final String nodeName, final InetSocketAddress listenAddress, final List<PartnerAddress> partners) {
        final Set<String> names = new HashSet<>(Set.of(nodeName));
        final Set<InetSocketAddress> addresses = new HashSet<>(Set.of(listenAddress));
        for (final PartnerAddress partner : partners) {
            if (!names.add(partner.name())) {
                throw new IllegalArgumentException(partner.name().equals(nodeName)
                    ? "node " + nodeName + " lists itself among its partners"
                    : "partner " + partner.name() + " is listed twice");
            }
            if (!addresses.add(partner.address())) {
                throw new IllegalArgumentException("partner " + partner.name() + " has the address "
                    + partner.address() + (partner.address().equals(listenAddress) ? " of node " + nodeName + " itself"
                    : " of another partner"));
            }
        }
    }

    private static void requirePositive(final String name, final Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be positive");
        }
    }
}
