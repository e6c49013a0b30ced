// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.Access;
import dev.ffmverbs.Context;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairAttributes;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.ccm.internal.handshake.Handshake;
import dev.ffmverbs.ccm.internal.handshake.HandshakeTrace;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Performs handshakes of this node with itself, before it answers others, until the code of a handshake is compiled.
 *
 * <p>A JVM loads and links code when it first runs, interprets it for some hundred calls, and then compiles it. Without
 * a rehearsal, the first handshake and the first heartbeats take many times as long as later ones, within operations
 * that have time limits. A rehearsal takes at most {@value #MOST_ROUNDS} times {@value #HANDSHAKES_IN_A_ROUND}
 * handshakes in a fresh JVM, and never much more than {@link #LIMIT_NS}. Later nodes of the same JVM perform only what
 * remains of these handshakes; once the code is compiled, each performs a single one. A node works without a rehearsal
 * too: it is skipped on a device that cannot reach itself.
 */
final class Rehearsal {

    /**
     * Time limit of a rehearsal, which only a single call into the device may exceed. With it, two nodes that start on
     * two processors perform their first handshake in a quarter of the time, and need a tenth more processor time until
     * they have a session. A longer rehearsal costs more than it gains.
     */
    static final long LIMIT_NS = TimeUnit.MILLISECONDS.toNanos(60);

    static final int HANDSHAKES_IN_A_ROUND = 16;

    /** A JVM compiles a method after 200 calls. */
    static final int MOST_ROUNDS = 14;
    static final int MOST_HANDSHAKES = MOST_ROUNDS * HANDSHAKES_IN_A_ROUND;

    /** Handshakes that nodes of this JVM have rehearsed, counted for each provider because each has different code. */
    private static final Map<String, Integer> REHEARSED = new ConcurrentHashMap<>();

    private static final Logger LOGGER = System.getLogger(Rehearsal.class.getName());

    /** The code counts as compiled after this many rounds in which no handshake was clearly faster than before. */
    private static final int STEADY_ROUNDS = 4;
    private static final double CLEARLY_FASTER = 0.9;

    /** One in this many handshakes sleeps while it waits, which takes longer than polling. */
    private static final int SLEEPING = 4;

    private static final int PORT = 1;
    private static final int PACKET_SEQUENCE_NUMBER = 0;
    private static final int TIMEOUT_EXPONENT = 14;
    private static final int RETRY_COUNT = 1;
    private static final int RNR_TIMER = 12;

    private final HandshakeTrace trace = new HandshakeTrace(step -> { });
    private final long limitNs;
    private final long deadlineNs;
    private final NodeIdentity self;
    private final RehearsalConnection connection;
    private final Handshake.Path path;
    private int steadyRounds;

    private Rehearsal(
        final NodeIdentity self, final RehearsalConnection connection, final InetSocketAddress address,
        final long limitNs) {
        this.limitNs = limitNs;
        this.deadlineNs = System.nanoTime() + limitNs;
        this.self = self;
        this.connection = connection;
        this.path = new Handshake.Path(0, address, address);
    }

    /**
     * Rehearses the handshake.
     *
     * @param context device of the node.
     * @param gid     the device's address.
     * @param self    identity of the node.
     * @param address address and port where the node will listen.
     * @param limitNs time limit; {@link #LIMIT_NS} before a node listens.
     * @return the number of handshakes completed; 0 if the device does not reach itself in time.
     */
    static int run(
        final Context context, final DeviceGid gid, final NodeIdentity self, final InetSocketAddress address,
        final long limitNs) {
        // The queue pair is closed first, so that an operation still outstanding when the time is over finds its
        // memory.
        try (Arena arena = Arena.ofShared();
             ProtectionDomain domain = context.allocateProtectionDomain();
             DeviceCompletions completions = new DeviceCompletions(context);
             OutgoingBuffers buffers = new OutgoingBuffers(domain, arena);
             MemoryRegion memory = domain.register(
                 arena.allocate(RehearsalConnection.MEMORY_BYTES, MemoryAddresses.PAGE_BYTES),
                 Access.LOCAL_WRITE, Access.REMOTE_READ, Access.REMOTE_WRITE);
             LinkQueuePair queuePair = completions.create(domain, 1, 0)) {
            new BootStatusVariable(RehearsalConnection.statusMemory(memory), self.bootId(), 0)
                .publish(BootPhase.INITIALIZING, 0);
            connectToItself(queuePair.queuePair(), context, gid);
            return new Rehearsal(self, new RehearsalConnection(completions, queuePair, buffers, memory), address,
                limitNs).untilCompiled(context.device().provider());
        } catch (final VerbsException e) {
            LOGGER.log(Level.DEBUG, "node " + self.name() + " does not rehearse on " + context.device()
                + ", and its first handshake will take longer", e);
            return 0;
        }
    }

    private static void connectToItself(final QueuePair queuePair, final Context context, final DeviceGid gid) {
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.INIT).port(PORT).partitionKeyIndex(0)
            .access(Access.REMOTE_READ, Access.REMOTE_WRITE));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_RECEIVE)
            .pathMtu(context.portAttributes(PORT).activeMtu()).destination(gid.gid(), gid.index(), PORT)
            .destinationQueuePair(queuePair.number()).receivePacketSequenceNumber(PACKET_SEQUENCE_NUMBER)
            .maximumIncomingReads(1).minimumRnrTimer(RNR_TIMER));
        queuePair.modify(new QueuePairAttributes().state(QueuePairState.READY_TO_SEND)
            .sendPacketSequenceNumber(PACKET_SEQUENCE_NUMBER).timeout(TIMEOUT_EXPONENT).retryCount(RETRY_COUNT)
            .rnrRetryCount(RETRY_COUNT).maximumOutgoingReads(1));
    }

    private int untilCompiled(final String provider) {
        final int before = REHEARSED.getOrDefault(provider, 0);
        if (before >= MOST_HANDSHAKES) {
            return shakeHands(false) ? 1 : 0;
        }
        final int completed = untilSteady(MOST_HANDSHAKES - before);
        REHEARSED.merge(provider, isSteady() ? MOST_HANDSHAKES : completed, Integer::sum);
        return completed;
    }

    /** Rehearses until handshakes no longer become faster, or the time or their number is used up. */
    private int untilSteady(final int most) {
        long bestNs = Long.MAX_VALUE;
        int completed = 0;
        while (completed < most && !isSteady()) {
            long fastestNs = Long.MAX_VALUE;
            for (int i = 0; i < HANDSHAKES_IN_A_ROUND; i++) {
                final long startNs = System.nanoTime();
                if (!shakeHands(i % SLEEPING == 0)) {
                    return completed;
                }
                completed++;
                fastestNs = Math.min(fastestNs, System.nanoTime() - startNs);
            }
            steadyRounds = fastestNs < bestNs * CLEARLY_FASTER ? 0 : steadyRounds + 1;
            bestNs = Math.min(bestNs, fastestNs);
        }
        return completed;
    }

    private boolean isSteady() {
        return steadyRounds >= STEADY_ROUNDS;
    }

    /** Performs one handshake, by polling or by waiting as sessions do. Returns whether it completed in time. */
    private boolean shakeHands(final boolean sleeps) {
        final Handshake.Parties parties = new Handshake.Parties(new Incarnation(self.bootId(), 0),
            BootPhase.INITIALIZING, 0, partner -> self.prove(Proof.Role.HELLO, self.name(), partner));
        final Handshake handshake = new Handshake(connection, path, parties, trace, System::nanoTime, limitNs);
        Handshake.Progress progress = handshake.advance();
        while (progress == Handshake.Progress.PENDING && System.nanoTime() - deadlineNs < 0) {
            if (sleeps) {
                connection.awaitCompletion(limitNs);
            } else {
                connection.pollCompletions();
            }
            progress = handshake.advance();
        }
        return progress == Handshake.Progress.COMPLETE && System.nanoTime() - deadlineNs < 0;
    }
}
