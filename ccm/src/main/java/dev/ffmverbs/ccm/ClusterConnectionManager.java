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
 * A node: it finds its partners, keeps sessions with them and watches them.
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

    /** What keeps the boot-status variable, to be stopped by those who want to see a stalled node. */
    StatusPublisher publisher() {
        return parts.publisher();
    }

    /**
     * Configures a node.
     *
     * @param device        device to run on.
     * @param nodeName      name of the node, 1 to 32 letters, digits, dots, underscores and hyphens.
     * @param listenAddress its predetermined address, one of the device's, and port.
     * @return a builder with the defaults.
     */
    public static Builder builder(
        final Device device, final String nodeName, final InetSocketAddress listenAddress) {
        return new Builder(device, nodeName, listenAddress);
    }

    /**
     * What the node was started with.
     *
     * @return the configuration.
     */
    public NodeConfiguration configuration() {
        return configuration;
    }

    /**
     * This incarnation of the node.
     *
     * @return its boot id.
     */
    public BootId bootId() {
        return parts.bootId();
    }

    /**
     * The partners, in the order they were configured.
     *
     * @return one object per partner for the life of the node.
     */
    public List<Partner> partners() {
        return parts.partners();
    }

    /**
     * How many requests to connect, and answers at a partner's address, this node has rejected.
     *
     * @return a number for each reason that has occurred.
     */
    public Map<Rejection, Long> rejections() {
        return parts.rejections().counts();
    }

    /**
     * Registers a client: with every partner that has a client of the same name and requirements, or gets one later, it
     * is given ports and memory as soon as there is a session.
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
     * How far this node has booted, as its partners read it.
     *
     * @return INITIALIZING until {@link #bootPhase(BootPhase)} was called, LEAVING once the node leaves.
     */
    public BootPhase bootPhase() {
        return parts.publisher().phase();
    }

    /**
     * How long ago the thread that looks after the sessions, and judges partners, turned last. Every node turns several
     * times a second, whether it has something to do or not. One that does not is not at work: its heartbeat is
     * withheld, and its partners see it as stalled.
     *
     * @return the time since then; it grows from the moment the node has left.
     */
    public Duration loopAge() {
        return Duration.ofNanos(System.nanoTime() - parts.lastTurnNs());
    }

    /**
     * What keeps this node from its work, so that its heartbeat is withheld and its partners see it as stalled.
     *
     * @return what has been wrong for a second; empty while the node is at work, and when it has left.
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
     * Tells partners how far this node has booted; information that nothing waits for.
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
     * Leaves in order: publishes that this node leaves, waits until its partners have seen it or the time for it is
     * over, ends all connections and frees everything. What cannot be freed is logged, and the rest is freed.
     *
     * @return whether all partners that had a connection have seen it; false also when the node was closed before.
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

    /** Leaves in order, as {@link #leave} does. Closing again does nothing. */
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
        private Timeouts timeouts = Timeouts.defaults();
        private SharedSecret secret = SharedSecret.NONE;
        private Versions versions = Versions.PRESENT;
        private long generation = 1;

        private Builder(final Device device, final String nodeName, final InetSocketAddress listenAddress) {
            this.nodeName = nodeName;
            interconnect(device, listenAddress);
        }

        /**
         * Adds another interconnect, to go on over when the one before fails.
         *
         * @param device  its device; it may be the same one.
         * @param address this node's predetermined address, one of that device's, and port.
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
         * Places memory at other addresses than the default ones.
         *
         * @param addresses the same on all nodes.
         * @return this.
         */
        public Builder memory(final MemoryAddresses addresses) {
            memory = Objects.requireNonNull(addresses, "addresses");
            return this;
        }

        /**
         * Changes heartbeat interval and thresholds.
         *
         * @param thresholds when to suspect and declare dead.
         * @return this.
         */
        public Builder liveness(final LivenessThresholds thresholds) {
            liveness = Objects.requireNonNull(thresholds, "thresholds");
            return this;
        }

        /**
         * Changes how long to wait for what depends on others.
         *
         * @param newTimeouts time limits.
         * @return this.
         */
        public Builder timeouts(final Timeouts newTimeouts) {
            timeouts = Objects.requireNonNull(newTimeouts, "newTimeouts");
            return this;
        }

        /**
         * Lets only nodes with the same secret be partners; {@link SharedSecret} says what that protects, and what it
         * does not.
         *
         * @param sharedSecret what all nodes of the cluster have.
         * @return this.
         */
        public Builder secret(final SharedSecret sharedSecret) {
            secret = Objects.requireNonNull(sharedSecret, "sharedSecret");
            return this;
        }

        /** Lets the node say that it is of another version than it is, as a node to come might. */
        Builder versions(final Versions newVersions) {
            versions = newVersions;
            return this;
        }

        /**
         * Tells partners which start of the node this is, as far as it remembers.
         *
         * @param number a number that grows with every start; 1 when nothing is remembered.
         * @return this.
         */
        public Builder generation(final long number) {
            generation = number;
            return this;
        }

        /**
         * Registers a client as soon as the node starts, as {@link ClusterConnectionManager#register} does later.
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
         * Starts the node: registers its memory, listens, and looks for its partners from now on.
         *
         * @return the running node.
         * @throws IllegalArgumentException when the configuration is malformed or contradictory.
         * @throws dev.ffmverbs.cm.ConnectionException when the port is taken or the address is not the device's.
         * @throws dev.ffmverbs.VerbsException when the device cannot be opened, or memory not registered.
         */
        public ClusterConnectionManager start() {
            final NodeConfiguration configuration = new NodeConfiguration(
                nodeName, listenAddresses, partners, memory, liveness, timeouts, secret, generation);
            final NodeParts parts =
                new NodeParts(configuration, versions, listener == null ? new SessionLog(nodeName) : listener);
            parts.start(devices, clients);
            return new ClusterConnectionManager(configuration, parts);
        }
    }
}
