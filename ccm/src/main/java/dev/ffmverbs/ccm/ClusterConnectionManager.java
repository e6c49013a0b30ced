// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.Rejection;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.value.Timeouts;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A node, which finds its partners, keeps sessions with them and watches them.
 *
 * <pre>{@code
 * try (ClusterConnectionManager node = ClusterConnectionManager
 *         .builder(Verbs.device("rxe0"), "A", NodeAddress.parse("10.9.9.1:7471"))
 *         .partner(PartnerAddress.parse("B=10.9.9.2:7471"))
 *         .listener(listener)
 *         .start()) {
 *     node.bootPhase(BootPhase.ACTIVE);
 *     ...
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class ClusterConnectionManager implements AutoCloseable {

    private final NodeConfiguration configuration;
    private final NodeParts parts;
    private boolean closed;

    private ClusterConnectionManager(final NodeConfiguration configuration, final NodeParts parts) {
        this.configuration = configuration;
        this.parts = parts;
    }

    /** The publisher of the boot-status variable, so that tests can stall the node. */
    StatusPublisher publisher() {
        return parts.publisher();
    }

    /**
     * Configures a node.
     *
     * @param device        device to run on.
     * @param nodeName      name of the node, 1 to 32 letters, digits, dots, underscores and hyphens.
     * @param listenAddress its predetermined address and port; the address is one of the device's.
     * @return a builder with the defaults.
     */
    public static Builder builder(
        final Device device, final String nodeName, final InetSocketAddress listenAddress) {
        return new Builder(device, nodeName, listenAddress);
    }

    /**
     * Returns the configuration that the node was started with.
     *
     * @return the configuration.
     */
    public NodeConfiguration configuration() {
        return configuration;
    }

    /**
     * Returns this incarnation of the node.
     *
     * @return its boot id.
     */
    public BootId bootId() {
        return parts.bootId();
    }

    /**
     * Returns the partners, in the order they were configured.
     *
     * @return one object per partner for the life of the node.
     */
    public List<Partner> partners() {
        return parts.partners();
    }

    /**
     * Returns how many requests to connect, and how many answers from partners' addresses, this node has rejected.
     *
     * @return a number for each reason that has occurred.
     */
    public Map<Rejection, Long> rejections() {
        return parts.rejections().counts();
    }

    /**
     * Registers a client. It gets ports and memory with every partner that has a client of the same name and
     * requirements, or registers one later, as soon as there is a session.
     *
     * @param client the client.
     * @return its registration; closing it closes its ports.
     * @throws IllegalArgumentException when a client of that name is registered already, or there would be more than 32
     *                                  clients or 128 ports.
     * @throws IllegalStateException    when the node is closed.
     */
    public ClientRegistration register(final ClusterClient client) {
        synchronized (parts) {
            requireOpen();
            return parts.clients().register(client);
        }
    }

    /**
     * Records an event of an ownership with JDK Flight Recorder, and passes it to the listener of this node, after what
     * has happened before. An {@link dev.ffmverbs.ccm.ownership.Ownership} calls this; programs need not.
     *
     * @param event what happened. Once this node has left, the listener does not get it.
     */
    public void report(final NodeEvent.OwnershipEvent event) {
        parts.report(event);
    }

    /**
     * Returns how far this node has booted, as published to its partners.
     *
     * @return INITIALIZING until {@link #bootPhase(BootPhase)} is called, LEAVING once the node leaves.
     */
    public BootPhase bootPhase() {
        return parts.publisher().phase();
    }

    /**
     * Returns the time since the last turn of the session thread, which judges partners. The thread of a healthy node
     * turns several times a second, even if nothing is due. Otherwise the node withholds its heartbeat, so that
     * partners see it as stalled.
     *
     * @return the time, which keeps growing after the node has left.
     */
    public Duration loopAge() {
        return Duration.ofNanos(System.nanoTime() - parts.lastTurnNs());
    }

    /**
     * Describes why this node withholds its heartbeat, so that partners see it as stalled.
     *
     * @return what has been wrong for at least a second; empty while the node is healthy, and after it has left.
     */
    public Optional<String> ailment() {
        return Optional.ofNullable(parts.publisher().ailment());
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
    }

    /**
     * Publishes to partners how far this node has booted. The phase is for information: nothing waits for it.
     *
     * @param phase the new phase.
     * @throws IllegalArgumentException for {@link BootPhase#LEAVING}, which {@link #close} publishes.
     * @throws IllegalStateException    when the node is closed.
     */
    public void bootPhase(final BootPhase phase) {
        if (phase == BootPhase.LEAVING) {
            throw new IllegalArgumentException("boot phase LEAVING is published by close()");
        }
        synchronized (parts) {
            requireOpen();
            parts.publisher().phase(phase);
        }
    }

    /**
     * Leaves cleanly. Publishes that this node leaves, waits until its partners have seen it or the time limit has
     * passed, ends all connections and frees everything. What cannot be freed is logged, and the rest is freed.
     *
     * @return whether all connected partners have seen it or are dead; false if the node was closed before.
     */
    public boolean leave() {
        synchronized (parts) {
            if (closed) {
                return false;
            }
            closed = true;
        }
        return parts.leave();
    }

    /** Leaves cleanly, as {@link #leave} does. Closing again has no effect. */
    @Override
    public void close() {
        leave();
    }

    @Override
    public String toString() {
        return parts.toString();
    }

    /** Collects a node's configuration; each method returns the builder. Not thread-safe. */
    public static final class Builder {

        private final List<Device> devices = new ArrayList<>();
        private final String nodeName;
        private final List<InetSocketAddress> listenAddresses = new ArrayList<>();
        private final List<PartnerAddress> partners = new ArrayList<>();
        private MemoryAddresses memory = MemoryAddresses.defaults();
        private LivenessThresholds liveness = LivenessThresholds.defaults();
        private final List<ClusterClient> clients = new ArrayList<>();
        private NodeEventListener listener;

        /** If null, they follow from the thresholds. */
        private Timeouts timeouts;
        private SharedSecret secret = SharedSecret.NONE;
        private Versions versions = Versions.PRESENT;
        private long generation = 1;

        private Builder(final Device device, final String nodeName, final InetSocketAddress listenAddress) {
            this.nodeName = nodeName;
            interconnect(device, listenAddress);
        }

        /**
         * Adds another interconnect, for use when those before it fail.
         *
         * @param device  its device, which may be that of another interconnect.
         * @param address this node's predetermined address and port there; the address is one of the device's.
         * @return this.
         */
        public Builder interconnect(final Device device, final InetSocketAddress address) {
            devices.add(Objects.requireNonNull(device, "device"));
            listenAddresses.add(Objects.requireNonNull(address, "address"));
            return this;
        }

        /**
         * Adds a partner.
         *
         * @param partner name, address and port.
         * @return this.
         */
        public Builder partner(final PartnerAddress partner) {
            partners.add(Objects.requireNonNull(partner, "partner"));
            return this;
        }

        /**
         * Sets the addresses of memory, instead of the default ones.
         *
         * @param addresses the same on all nodes.
         * @return this.
         */
        public Builder memory(final MemoryAddresses addresses) {
            memory = Objects.requireNonNull(addresses, "addresses");
            return this;
        }

        /**
         * Sets the heartbeat interval and the thresholds.
         *
         * @param thresholds when to suspect and declare dead.
         * @return this.
         */
        public Builder liveness(final LivenessThresholds thresholds) {
            liveness = Objects.requireNonNull(thresholds, "thresholds");
            return this;
        }

        /**
         * Sets the time limits for operations that depend on other nodes, instead of those that {@link
         * Timeouts#defaultsFor} returns for the thresholds.
         *
         * @param newTimeouts the time limits.
         * @return this.
         */
        public Builder timeouts(final Timeouts newTimeouts) {
            timeouts = Objects.requireNonNull(newTimeouts, "newTimeouts");
            return this;
        }

        /**
         * Accepts only partners with the same secret. {@link SharedSecret} explains what that does and does not
         * protect.
         *
         * @param sharedSecret the secret of all nodes of the cluster.
         * @return this.
         */
        public Builder secret(final SharedSecret sharedSecret) {
            secret = Objects.requireNonNull(sharedSecret, "sharedSecret");
            return this;
        }

        /** Makes the node claim other versions than its own, as a future version might. */
        Builder versions(final Versions newVersions) {
            versions = newVersions;
            return this;
        }

        /**
         * Sets the number of this start of the node, which is published to partners.
         *
         * @param number a number that grows with every start; 1 if earlier starts are not remembered.
         * @return this.
         */
        public Builder generation(final long number) {
            generation = number;
            return this;
        }

        /**
         * Registers a client at the start of the node, as {@link ClusterConnectionManager#register} does later.
         *
         * @param client the client.
         * @return this.
         */
        public Builder client(final ClusterClient client) {
            clients.add(Objects.requireNonNull(client, "client"));
            return this;
        }

        /**
         * Sets the listener that receives the events of the node; without one, the node logs them.
         *
         * @param newListener a {@link SessionListener}, or a function of {@link NodeEvent}.
         * @return this.
         */
        public Builder listener(final NodeEventListener newListener) {
            listener = Objects.requireNonNull(newListener, "newListener");
            return this;
        }

        /**
         * Starts the node. It registers its memory, listens, and begins to look for its partners.
         *
         * @return the running node.
         * @throws IllegalArgumentException when the configuration is malformed or contradictory.
         * @throws dev.ffmverbs.cm.ConnectionException when the port is taken or the address is not the device's.
         * @throws dev.ffmverbs.VerbsException when the device cannot be opened, or memory not registered.
         */
        public ClusterConnectionManager start() {
            final NodeConfiguration configuration = new NodeConfiguration(
                nodeName, listenAddresses, partners, memory, liveness,
                timeouts == null ? Timeouts.defaultsFor(liveness) : timeouts, secret, generation);
            final NodeParts parts =
                new NodeParts(configuration, versions, listener == null ? new SessionLog(nodeName) : listener);
            parts.start(devices, clients);
            return new ClusterConnectionManager(configuration, parts);
        }
    }
}
