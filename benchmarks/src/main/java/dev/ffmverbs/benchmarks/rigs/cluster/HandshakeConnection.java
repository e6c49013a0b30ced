// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.cluster;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.benchmarks.device.PollLimit;
import dev.ffmverbs.benchmarks.sampling.Samples;
import dev.ffmverbs.benchmarks.sampling.WarmUp;
import dev.ffmverbs.ccm.internal.handshake.Handshake;
import dev.ffmverbs.ccm.internal.handshake.HandshakeTrace;
import dev.ffmverbs.ccm.internal.link.Interconnects;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.link.Rejections;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.internal.trust.NodeIdentity;
import dev.ffmverbs.ccm.internal.trust.Proof;
import dev.ffmverbs.ccm.value.BootId;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One connection to a node that does nothing. Over it run repeated handshakes, and the two READs and two WRITEs of
 * which a handshake consists. The difference is the cost of the protocol.
 */
final class HandshakeConnection implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int MOST_TURNS = 50_000;
    private static final int LEAST_WARM_UP_TURNS = 5_000;

    private final long[] operationsNs = new long[MOST_TURNS];
    private final long[] handshakesNs = new long[MOST_TURNS];
    private final NodeIdentity identity = new NodeIdentity("A", BootId.random(), SharedSecret.NONE);
    private final HandshakeTrace trace = new HandshakeTrace(entry -> { });
    private final Interconnects still;
    private final Interconnects active;
    private final PartnerLink link;
    private final PollLimit limit = new PollLimit(LIMIT);
    private List<Double> operationMedians = List.of();
    private List<Double> handshakeMedians = List.of();
    private int attempts;
    private int turns;
    private boolean complete;

    HandshakeConnection(final TwoNodes.Places places) {
        final BootId bootId = BootId.random();
        still = interconnects(places, 1, new NodeIdentity("B", bootId, SharedSecret.NONE));
        boolean connected = false;
        try {
            still.listen(1);
            still.addPartner("A", List.of(places.address(0)), () -> { });
            new BootStatusVariable(still.statusMemory(), bootId, 1).publish(BootPhase.INITIALIZING, 1);
            still.admit(request -> request.accept(0));
            active = interconnects(places, 0, identity);
            link = connect(active, places);
            connected = true;
        } finally {
            if (!connected) {
                still.close();
            }
        }
    }

    private static PartnerLink connect(final Interconnects active, final TwoNodes.Places places) {
        boolean connected = false;
        try {
            final PartnerLink made =
                active.addPartner("B", List.of(places.address(1)), () -> { }).paths().getFirst().connect().join();
            connected = true;
            return made;
        } finally {
            if (!connected) {
                active.close();
            }
        }
    }

    private static Interconnects interconnects(
        final TwoNodes.Places places, final int index, final NodeIdentity identity) {
        final Interconnects interconnects = new Interconnects(identity, MemoryAddresses.defaults(), CONNECT_TIMEOUT,
            new Rejections("benchmark", (source, reason, detail) -> { }), 0);
        interconnects.add(Verbs.device(places.deviceNames().get(index)), places.address(index));
        return interconnects;
    }

    /**
     * Takes turns of both until both are steady.
     *
     * @param budgetMs how long samples will be taken afterwards, in milliseconds.
     * @return whether all of them completed; if not, the connection is lost.
     */
    boolean warmUp(final long budgetMs) {
        final WarmUp warmUp = new WarmUp(TimeUnit.MILLISECONDS.toNanos(budgetMs), LEAST_WARM_UP_TURNS, 2);
        do {
            takeTurns(warmUp.windowNs());
            warmUp.add(turns, samples("", List.of(), operationsNs).medianNs(),
                samples("", List.of(), handshakesNs).medianNs());
        } while (complete && !warmUp.isOver());
        operationMedians = warmUp.of(0).medians();
        handshakeMedians = warmUp.of(1).medians();
        return complete;
    }

    /**
     * Takes samples of both in turns, after the warm-up.
     *
     * @param budgetMs how long, in milliseconds.
     * @return the samples of the operations alone, then those of the handshakes.
     */
    List<Samples> measure(final long budgetMs) {
        takeTurns(2 * TimeUnit.MILLISECONDS.toNanos(budgetMs));
        return List.of(samples("two-reads-two-writes", operationMedians, operationsNs),
            samples("handshake-on-connection", handshakeMedians, handshakesNs));
    }

    /** Ends if a turn does not complete, or if there is no room or time left. */
    private void takeTurns(final long limitNs) {
        final long startNs = System.nanoTime();
        long endNs = startNs;
        turns = 0;
        complete = true;
        while (complete && turns < MOST_TURNS && endNs - startNs < limitNs) {
            final long beginNs = System.nanoTime();
            complete = readAndWrite();
            final long betweenNs = System.nanoTime();
            complete = complete && shakeHands();
            endNs = System.nanoTime();
            operationsNs[turns] = betweenNs - beginNs;
            handshakesNs[turns] = endNs - betweenNs;
            turns++;
        }
    }

    private Samples samples(final String operation, final List<Double> warmUp, final long[] timesNs) {
        return new Samples(
            operation, 1, warmUp, turns, complete ? turns : turns - 1, 0, Arrays.copyOf(timesNs, turns));
    }

    /** Does a handshake, and returns whether it completed. */
    private boolean shakeHands() {
        final Handshake.Path path = new Handshake.Path(++attempts, link.localAddress(), link.remoteAddress());
        final Handshake.Parties parties = new Handshake.Parties(new Incarnation(identity.bootId(), 0),
            BootPhase.INITIALIZING, link.partnerEpoch(), partner -> identity.prove(Proof.Role.HELLO, "B", partner));
        final Handshake handshake = new Handshake(link, path, parties, trace, System::nanoTime, LIMIT.toNanos());
        Handshake.Progress progress = handshake.advance();
        while (progress == Handshake.Progress.PENDING) {
            active.poll();
            progress = handshake.advance();
        }
        return progress == Handshake.Progress.COMPLETE;
    }

    /** Does the same operations without the protocol, and returns whether all succeeded. */
    private boolean readAndWrite() {
        return read() && write(MailboxSlot.HELLO) && read() && write(MailboxSlot.ESTABLISHED);
    }

    private boolean read() {
        link.readStatus();
        return awaitCompletion();
    }

    private boolean write(final MailboxSlot slot) {
        link.write(slot);
        return awaitCompletion();
    }

    private boolean awaitCompletion() {
        limit.begin();
        WorkCompletionStatus status = link.poll();
        while (status == null) {
            if (limit.countEmptyPoll()) {
                return false;
            }
            active.poll();
            status = link.poll();
        }
        return status == WorkCompletionStatus.SUCCESS;
    }

    @Override
    public void close() {
        link.close();
        active.close();
        still.stopListening();
        still.close();
    }
}
