// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import dev.ffmverbs.ccm.ownership.Ownership;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.witness.WitnessArbiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One of the two nodes of a store: a node of the cluster with a log, an ownership and what serves clients.
 *
 * <p>It takes part in the ownership as soon as its log has the entries of earlier processes.
 */
public final class StoreNode implements AutoCloseable {

    /** Number of buckets of the table, the same at both nodes. */
    static final int BUCKETS = 512;

    private static final int LOG_BYTES = 4 << 20;
    private static final Duration LEASE = Duration.ofMillis(300);
    private static final Duration READ_LEASE = Duration.ofMillis(100);
    private static final Duration DEAD_AFTER = Duration.ofMillis(600);
    private static final Duration LONG = Duration.ofDays(1);

    private final Opened opened;
    private final ClusterConnectionManager node;
    private final Ownership ownership;
    private final StoreServer server;

    /**
     * Where a node is.
     *
     * @param name    name of the node.
     * @param address its address and port for the partner.
     * @param clients its address and port for clients.
     * @param partner name, address and port of the partner.
     * @param witness address and port of the witness.
     * @param file    a file in a memory file system, for the log. It must not be removed while the partner has entries
     *     that this node does not have.
     */
    public record Place(
        String name, InetSocketAddress address, InetSocketAddress clients, PartnerAddress partner,
        InetSocketAddress witness, Path file) {
    }

    private StoreNode(
        final Opened opened, final ClusterConnectionManager node, final Ownership ownership,
        final StoreServer server) {
        this.opened = opened;
        this.node = node;
        this.ownership = ownership;
        this.server = server;
    }

    /**
     * Starts a node, and waits until its log can be used. A node with a new file first waits for its partner.
     *
     * @param device the device to run on.
     * @param place  where it is.
     * @return the node.
     * @throws IOException          if the file cannot be used.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public static StoreNode start(final Device device, final Place place) throws IOException, InterruptedException {
        final Opened opened = new Opened();
        boolean started = false;
        try {
            final StoreNode node = start(device, place, opened);
            started = true;
            return node;
        } finally {
            // A node that owned without serving clients would keep its partner from serving them.
            if (!started) {
                opened.close();
            }
        }
    }

    private static StoreNode start(final Device device, final Place place, final Opened opened)
        throws IOException, InterruptedException {
        // Before the node is there: it would appear at its partner and vanish.
        final WitnessArbiter.Builder voice = WitnessArbiter
            .builder(device, place.name(), place.address(), place.partner()).witness(place.witness()).check();
        final MirroredLog log = opened.add(new MirroredLog("store", LOG_BYTES, Item.BYTES, place.file()));
        // Until it takes part in the ownership, this node holds no term.
        log.requireTerm(() -> 0);
        final ClusterConnectionManager node =
            opened.add(ClusterConnectionManager.builder(device, place.name(), place.address())
                .partner(place.partner()).client(log)
                .liveness(LivenessThresholds.defaults().withDeadAfter(DEAD_AFTER, DEAD_AFTER)).start());
        log.awaitReady(LONG);
        final WitnessArbiter arbiter = opened.add(voice.open());
        final Ownership ownership =
            opened.add(Ownership.builder(node, place.partner().name(), arbiter).lease(LEASE).start());
        final StoreServer server = opened.add(new StoreServer(device, BUCKETS));
        final Journal journal = new Journal(log);
        final Tenure tenure = new Tenure("node " + place.name(), () -> heldTerm(ownership), System::nanoTime, journal,
            server.table(), READ_LEASE.toNanos());
        log.requireTerm(tenure::heldTerm);
        server.start(place.clients(), tenure, journal, READ_LEASE.toNanos(),
            () -> StoreStatus.of(tenure, ownership, log), ownership::close);
        return new StoreNode(opened, node, ownership, server);
    }

    private static long heldTerm(final Ownership ownership) {
        final long term = ownership.term();
        return ownership.isHeld(term) ? term : 0;
    }

    /**
     * Lets the other node own, if this one does.
     *
     * @param limit longest time to wait.
     * @return whether the other node owns.
     * @throws InterruptedException if the thread is interrupted while it waits.
     */
    public boolean handOver(final Duration limit) throws InterruptedException {
        return ownership.handOver(limit);
    }

    /** Lets the thread that serves clients do something else first, so that tests can stall it. */
    void interpose(final Runnable step) {
        server.interpose(step);
    }

    /**
     * Stops serving, gives up what this node owns, and leaves.
     *
     * @throws IOException if the file cannot be closed.
     */
    @Override
    public void close() throws IOException {
        try {
            opened.close();
        } catch (final UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public String toString() {
        return "store on " + node;
    }
}
