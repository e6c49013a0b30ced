// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.AtomicCapability;
import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.TransportType;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.Listener;
import dev.ffmverbs.spi.Closing;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;

/**
 * Memory in which pairs of nodes decide who of them owns. It serves any number of pairs up to {@link #MOST_PAIRS}.
 *
 * <p>A witness lets nodes connect and does nothing else. All that decides is RDMA READ, WRITE and COMPARE_AND_SWAP by
 * the nodes, which their {@link WitnessArbiter} does. On a device that answers without the program, such as a kernel
 * device, decisions continue even if the program is stopped.
 *
 * <p>Run it on a machine that neither node of a pair runs on, and on a network that both reach. Every start is another
 * incarnation with empty memory: pairs found their ownership again while both nodes agree, and no term is won twice.
 *
 * <p><b>Trust.</b> A node without the secret of the witness is rejected before anything is allocated for it, which
 * costs one HMAC. Without a secret, anybody who reaches the witness can connect as any node, and can use 4 KiB of
 * memory for each of as many pairs as there may be. See {@link SharedSecret} for what a secret does not protect.
 *
 * <p>Thread-safe.
 */
public final class Witness implements AutoCloseable {

    /** The predetermined address of every block. */
    public static final long MEMORY_ADDRESS = 0x0000_CC00_0002_0000L;

    /** Largest number of pairs. */
    public static final int MOST_PAIRS = 16_384;

    private static final int BACKLOG = 1024;

    private final WitnessIdentity identity;
    private final Context context;
    private final BlockMemory memory = new BlockMemory();
    private final RefusalLog refusals;
    private CompletionQueue queue;
    private ConnectionManager connections;
    private Admission admission;
    private Listener listener;
    private boolean closed;

    private Witness(final WitnessIdentity identity, final Context context) {
        this.identity = identity;
        this.context = context;
        this.refusals = new RefusalLog(identity.toString());
    }

    /**
     * Starts a witness.
     *
     * @param device  device to run on.
     * @param address its predetermined address and port; the address is one of the device's.
     * @param secret  the secret of the nodes, or {@link SharedSecret#NONE}.
     * @return the witness, which listens.
     * @throws IllegalArgumentException    if the address is not the numeric address of one machine with a port, or the
     *                                     device has no atomic operations.
     * @throws ConnectionException         if the port is taken or the address is not one of the device's.
     * @throws dev.ffmverbs.VerbsException if the device cannot be opened.
     */
    public static Witness start(final Device device, final InetSocketAddress address, final SharedSecret secret) {
        return start(device, address, secret, MOST_PAIRS);
    }

    static Witness start(
        final Device device, final InetSocketAddress address, final SharedSecret secret, final int mostPairs) {
        Objects.requireNonNull(secret, "secret");
        WitnessAddresses.requireUsable(address);
        final Witness witness =
            new Witness(new WitnessIdentity(address, BootId.random(), secret), openAtomic(device));
        boolean started = false;
        try {
            witness.listen(mostPairs);
            started = true;
            return witness;
        } finally {
            if (!started) {
                witness.close();
            }
        }
    }

    /** Opens a device whose queue pairs have atomic operations. */
    static Context openAtomic(final Device device) {
        final Context context = device.open();
        if (device.transportType() != TransportType.IWARP
            && context.attributes().atomicCapability() != AtomicCapability.NONE) {
            return context;
        }
        context.close();
        throw new IllegalArgumentException(
            "device " + device.name() + " has no atomic operations, which a witness needs; take another device");
    }

    private void listen(final int mostPairs) {
        queue = context.createCompletionQueue(1);
        connections = ConnectionManager.open(context);
        admission = new Admission(identity, queue, memory, mostPairs, refusals);
        admission.start();
        listener = connections.listen(identity.address(), BACKLOG, admission::receive);
    }

    /**
     * Returns where this witness listens.
     *
     * @return address and port.
     */
    public InetSocketAddress address() {
        return identity.address();
    }

    /**
     * Returns the incarnation of this witness, which is another one after every start.
     *
     * @return 128 random bits.
     */
    public BootId incarnation() {
        return identity.incarnation();
    }

    /**
     * Returns the pairs whose nodes have connected since this witness started.
     *
     * @return a description of each, in no order.
     * @throws IllegalStateException if this witness is closed.
     */
    public synchronized List<WitnessedPair> pairs() {
        if (closed) {
            throw new IllegalStateException(identity + " is closed");
        }
        return admission.describe();
    }

    /**
     * Forgets a pair that no longer exists, so that another one has room.
     *
     * <p>This is as safe as another start of the witness: no term is won twice, as long as one of the nodes, or of the
     * other witnesses, remembers the last term. The connections of both nodes end first, so that nothing that is under
     * way reaches another block. If the nodes still exist, they connect again, find an empty block, and store their
     * present word there while both of them agree. Until then, neither can win a term here. If only one node of the
     * pair is left and needs this witness, the pair therefore has no owner until the other node is back.
     *
     * <p>A witness forgets no pair by itself: it cannot tell a pair that no longer exists from one whose nodes are cut
     * off, and a connection may remain although its node was killed.
     *
     * @param name name of the pair, as {@link #pairs} returns it.
     * @return whether there was such a pair.
     * @throws IllegalStateException       if this witness is closed.
     * @throws ConnectionException         if a connection cannot be ended; the pair is not forgotten then.
     * @throws dev.ffmverbs.VerbsException likewise.
     */
    public synchronized boolean forget(final String name) {
        Objects.requireNonNull(name, "name");
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
        return admission.forget(name);
    }

    /** Returns the block of a pair, so that tests can change it; null if none of its nodes has connected yet. */
    PairBlock block(final PairNumber pair) {
        return admission.block(pair);
    }

    /**
     * Returns how many requests to connect were refused.
     *
     * @return the number since this witness started.
     */
    public long refusals() {
        return refusals.count();
    }

    /**
     * Stops listening, ends all connections and frees the memory. The words are lost. Closing again has no effect.
     *
     * @throws ConnectionException         if a connection cannot be freed; everything else is still closed.
     * @throws dev.ffmverbs.VerbsException if the device cannot free something; everything else is still closed.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        Closing.closeAll(List.<Runnable>of(
            () -> closePart(listener), () -> closePart(admission), () -> closePart(connections),
            () -> closePart(queue), context::close, memory::close), Runnable::run);
    }

    /** Closes a part, which is null if the start failed before it was made. */
    static void closePart(final AutoCloseable part) {
        try (part) {
            // Nothing else to do.
        } catch (final RuntimeException e) {
            throw e;
        } catch (final Exception e) {
            throw new IllegalStateException("cannot close " + part, e);
        }
    }

    @Override
    public String toString() {
        return identity + ", incarnation " + identity.incarnation();
    }
}
