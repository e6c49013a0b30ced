// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.cluster;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;
import dev.ffmverbs.benchmarks.sampling.Sampler;
import dev.ffmverbs.benchmarks.sampling.Samples;
import dev.ffmverbs.ccm.handshake.Handshake;
import dev.ffmverbs.ccm.handshake.HandshakeTrace;
import dev.ffmverbs.ccm.link.Interconnects;
import dev.ffmverbs.ccm.link.MemoryAddresses;
import dev.ffmverbs.ccm.link.PartnerLink;
import dev.ffmverbs.ccm.link.Rejections;
import dev.ffmverbs.ccm.memory.BootId;
import dev.ffmverbs.ccm.memory.BootPhase;
import dev.ffmverbs.ccm.memory.Incarnation;
import dev.ffmverbs.ccm.memory.MailboxSlot;
import dev.ffmverbs.ccm.memory.StatusBlock;
import dev.ffmverbs.ccm.trust.NodeIdentity;
import dev.ffmverbs.ccm.trust.Proof;
import dev.ffmverbs.ccm.trust.SharedSecret;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One connection to a node that holds still, and over it the handshake again and again, and the two READs and two
 * WRITEs that it consists of by themselves: the difference is what the protocol costs.
 */
final class HandshakeConnection implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int POLLS_PER_LOOK_AT_THE_CLOCK = 1 << 14;

    private final NodeIdentity identity = new NodeIdentity("A", BootId.random(), SharedSecret.NONE);
    private final HandshakeTrace trace = new HandshakeTrace(entry -> { });
    private final Interconnects still;
    private final Interconnects active;
    private final PartnerLink link;
    private int attempts;

    HandshakeConnection(final TwoNodes.Places places) {
        final BootId bootId = BootId.random();
        still = interconnects(places, 1, new NodeIdentity("B", bootId, SharedSecret.NONE));
        boolean complete = false;
        try {
            still.addPartner("A", List.of(places.address(0)));
            new StatusBlock(still.statusMemory(), bootId, 1).publish(BootPhase.INITIALIZING, 1);
            still.listen(request -> request.accept(0));
            active = interconnects(places, 0, identity);
            link = active.addPartner("B", List.of(places.address(1))).paths().getFirst().connect().join();
            complete = true;
        } finally {
            if (!complete) {
                still.close();
            }
        }
    }

    private static Interconnects interconnects(
        final TwoNodes.Places places, final int index, final NodeIdentity identity) {
        final Interconnects interconnects = new Interconnects(identity, MemoryAddresses.defaults(), CONNECT_TIMEOUT,
            new Rejections((source, reason, detail) -> { }), () -> { });
        interconnects.add(Verbs.device(places.deviceNames().get(index)), places.address(index));
        return interconnects;
    }

    /** Takes samples of both. */
    List<Samples> measure(final Sampler sampler) {
        return List.of(
            sampler.take(new MeasuredOperation("two-reads-two-writes", 1, 1, this::readAndWrite)),
            sampler.take(new MeasuredOperation("handshake-on-connection", 1, 1, this::shakeHands)));
    }

    /** Shakes hands so often; returns how often it came to the end. */
    private long shakeHands(final int times) {
        int complete = 0;
        while (complete < times) {
            final Handshake.Path path = new Handshake.Path(++attempts, link.localAddress(), link.remoteAddress());
            final Handshake.Parties parties = new Handshake.Parties(new Incarnation(identity.bootId(), 0),
                BootPhase.INITIALIZING, link.partnerEpoch(),
                partner -> identity.prove(Proof.Role.HELLO, "B", partner));
            final Handshake handshake = new Handshake(link, path, parties, trace, System::nanoTime, LIMIT_NS);
            Handshake.Progress progress = handshake.advance();
            while (progress == Handshake.Progress.PENDING) {
                Thread.onSpinWait();
                progress = handshake.advance();
            }
            if (progress == Handshake.Progress.FAILED) {
                return complete;
            }
            complete++;
        }
        return complete;
    }

    /** Issues the same operations so often; returns how often all four completed. */
    private long readAndWrite(final int times) {
        int complete = 0;
        while (complete < times) {
            link.readStatus();
            boolean succeeded = awaitCompletion();
            if (succeeded) {
                link.write(MailboxSlot.HELLO);
                succeeded = awaitCompletion();
            }
            if (succeeded) {
                link.readStatus();
                succeeded = awaitCompletion();
            }
            if (succeeded) {
                link.write(MailboxSlot.ESTABLISHED);
                succeeded = awaitCompletion();
            }
            if (!succeeded) {
                return complete;
            }
            complete++;
        }
        return complete;
    }

    private boolean awaitCompletion() {
        final long startNs = System.nanoTime();
        WorkCompletionStatus status = link.poll();
        for (int polls = 1; status == null; polls++) {
            if (polls % POLLS_PER_LOOK_AT_THE_CLOCK == 0 && System.nanoTime() - startNs > LIMIT_NS) {
                return false;
            }
            Thread.onSpinWait();
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
