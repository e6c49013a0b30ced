// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.witness.WitnessArbiter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code ccm node} with which a node and its partner decide who of them owns. */
final class OwnershipOptions {

    private static final Duration LONGEST_LEASE = Duration.ofDays(1);
    private static final Duration DEFAULT_LEASE = Duration.ofMillis(500);

    @Option(names = "--witness", paramLabel = "ADDRESS:PORT", converter = Converters.Address.class,
        description = "address and port of a witness, given once or three times; this node and its first partner use it"
            + " to decide which of them owns")
    private List<InetSocketAddress> witnesses = new ArrayList<>();

    @Option(names = "--lease-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "how long a node owns without being able to renew, the same at both nodes; default 500")
    private Duration lease;

    @Option(names = "--owns-first", paramLabel = "NAME",
        description = "the node that owns if neither has owned before, the same at both nodes; by default the one whose"
            + " name sorts first")
    private String preferredNode;

    @Option(names = "--uses", paramLabel = "FILE", hidden = true,
        description = "file to which the node writes when it used its ownership, for a judge outside the process")
    private Path uses;

    /** Created by picocli. */
    OwnershipOptions() {
        // All fields are options.
    }

    /** Returns why a lease does not fit to the interval between heartbeats; null if it does. */
    static String findLeaseFlaw(final Duration lease, final Duration interval) {
        final Duration shortest = interval.multipliedBy(2);
        return lease.compareTo(shortest) >= 0 && lease.compareTo(LONGEST_LEASE) <= 0 ? null
            : "the lease is " + lease + "; it must be from " + shortest + ", two heartbeat intervals, to "
            + LONGEST_LEASE;
    }

    /**
     * Requires that these options fit together and to those of the node. A node that found it out when it runs would
     * appear at its partners and vanish.
     *
     * @throws IllegalArgumentException if they do not; the message says how.
     */
    void require(final NodeOptions node, final Device device) {
        if (witnesses.isEmpty()) {
            requireUnused("--owns-first", preferredNode);
            requireUnused("--lease-ms", lease);
            return;
        }
        arbiter(node, device).check();
        final String flaw = findLeaseFlaw(lease == null ? DEFAULT_LEASE : lease, node.liveness().interval());
        if (flaw != null) {
            throw new IllegalArgumentException(flaw + (lease == null ? "; set it by --lease-ms"
                : " (asked for: --lease-ms " + Milliseconds.option(lease) + ")"));
        }
        final String partner = node.partners().getFirst().name();
        if (preferredNode != null && !preferredNode.equals(node.name()) && !preferredNode.equals(partner)) {
            throw new IllegalArgumentException(
                "--owns-first is " + preferredNode + "; it must be " + node.name() + " or " + partner);
        }
    }

    private static void requireUnused(final String option, final Object value) {
        if (value != null) {
            throw new IllegalArgumentException(option + " needs --witness, where the nodes decide who of them owns");
        }
    }

    /** Configures the arbiter of a node and its first partner. */
    WitnessArbiter.Builder arbiter(final NodeOptions node, final Device device) {
        final WitnessArbiter.Builder builder = WitnessArbiter.builder(
            device, node.name(), node.listenAddress(), node.partners().getFirst());
        witnesses.forEach(builder::witness);
        return builder;
    }

    /** Returns the witnesses; empty if the node takes no part in an ownership. */
    List<InetSocketAddress> witnesses() {
        return witnesses;
    }

    /** Returns the lease; null for the default. */
    Duration lease() {
        return lease;
    }

    /** Returns the name of the preferred node; null for the default. */
    String preferredNode() {
        return preferredNode;
    }

    /** Returns the file for the uses; null for none. */
    Path uses() {
        return uses;
    }
}
