// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.ownership;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeConfiguration;
import java.time.Duration;
import java.util.Objects;

/** Collects the configuration of an {@link Ownership}; each method returns the builder. Not thread-safe. */
public final class OwnershipBuilder {

    private static final Duration LONGEST_LEASE = Duration.ofDays(1);
    private static final int INTERVALS_IN_A_LEASE = 2;
    private static final double LARGEST_CLOCK_BOUND = 0.1;

    private final ClusterConnectionManager node;
    private final String partner;
    private final Arbiter arbiter;
    private String name = "ownership";
    private Duration lease = Duration.ofMillis(500);
    private double clockBound = 0.01;
    private String preferred;
    private OwnershipListener listener = new OwnershipListener() {
        @Override
        public void ownershipAcquired(final long term) {
            // The node's listener gets it as an event.
        }

        @Override
        public void ownershipLost(final long term) {
            // The node's listener gets it as an event.
        }
    };

    OwnershipBuilder(final ClusterConnectionManager node, final String partner, final Arbiter arbiter) {
        this.node = node;
        this.partner = partner;
        this.arbiter = arbiter;
    }

    /**
     * Sets the name, which is also that of the client that gets a port with the partner.
     *
     * @param newName 1 to 32 letters, digits, dots, underscores and hyphens, the same at both nodes; {@code ownership}
     *     by default.
     * @return this.
     */
    public OwnershipBuilder name(final String newName) {
        name = Objects.requireNonNull(newName, "newName");
        return this;
    }

    /**
     * Sets the lease: how long a node owns after a renewal. If the owner dies, its partner waits this long before it
     * owns.
     *
     * @param newLease at least two heartbeat intervals of the node, at most a day, the same at both nodes; 500 ms by
     *     default.
     * @return this.
     */
    public OwnershipBuilder lease(final Duration newLease) {
        lease = Objects.requireNonNull(newLease, "newLease");
        return this;
    }

    /**
     * Sets by how much the clock of a node may be wrong.
     *
     * @param fraction how much faster or slower than the true time a clock may run, 0 to 0.1, the same at both nodes;
     *     0.01 by default.
     * @return this.
     */
    public OwnershipBuilder clockBound(final double fraction) {
        clockBound = fraction;
        return this;
    }

    /**
     * Sets which node owns if both are there and neither has owned before.
     *
     * @param nodeName name of this node or of the partner, the same at both nodes; by default the one that sorts first.
     * @return this.
     */
    public OwnershipBuilder preferredNode(final String nodeName) {
        preferred = Objects.requireNonNull(nodeName, "nodeName");
        return this;
    }

    /**
     * Sets the listener.
     *
     * @param newListener is notified when this node begins and ceases to own.
     * @return this.
     */
    public OwnershipBuilder listener(final OwnershipListener newListener) {
        listener = Objects.requireNonNull(newListener, "newListener");
        return this;
    }

    /**
     * Registers the client with the node, and begins to take part. Close the ownership before its node. If this fails,
     * the arbiter stays open.
     *
     * @return the ownership, which this node does not hold yet.
     * @throws IllegalArgumentException if something is malformed or out of range, or if the node has a client of that
     *                                  name; the message says what.
     * @throws IllegalStateException    if the node is closed, or if another ownership uses the arbiter.
     */
    public Ownership start() {
        final Ownership ownership = new Ownership(node, configuration(), arbiter, listener);
        ownership.start(node);
        return ownership;
    }

    private OwnershipConfiguration configuration() {
        final NodeConfiguration configuration = node.configuration();
        final String self = configuration.nodeName();
        final Duration interval = configuration.liveness().interval();
        final Duration shortest = interval.plus(interval);
        if (lease.compareTo(shortest) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new IllegalArgumentException("the lease of ownership " + name + " is " + lease + "; it must be from "
                + shortest + ", " + INTERVALS_IN_A_LEASE + " heartbeat intervals of node " + self + ", to "
                + LONGEST_LEASE);
        }
        if (!(clockBound >= 0 && clockBound <= LARGEST_CLOCK_BOUND)) {
            throw new IllegalArgumentException("the clock bound of ownership " + name + " is " + clockBound
                + "; it must be from 0 to " + LARGEST_CLOCK_BOUND);
        }
        final int index = self.compareTo(partner) < 0 ? 0 : 1;
        final OwnershipSettings settings = OwnershipSettings.of(index, preferredIndex(self, index), lease.toNanos(),
            clockBound, configuration.liveness().unreachableDeadAfter().toNanos(), arbiter.storeNumber());
        return new OwnershipConfiguration(name, self, partner, interval.toNanos(),
            OwnershipSettings.ratio(clockBound), settings);
    }

    private int preferredIndex(final String self, final int index) {
        if (preferred == null) {
            return 0;
        }
        if (!preferred.equals(self) && !preferred.equals(partner)) {
            throw new IllegalArgumentException("ownership " + name + " prefers node " + preferred + "; it must be "
                + self + " or " + partner);
        }
        return preferred.equals(self) ? index : 1 - index;
    }
}
