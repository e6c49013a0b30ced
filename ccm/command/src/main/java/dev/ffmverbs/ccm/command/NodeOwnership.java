// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.command.NodeLog.Kind;
import dev.ffmverbs.ccm.ownership.Ownership;
import dev.ffmverbs.ccm.ownership.OwnershipBuilder;
import dev.ffmverbs.ccm.witness.WitnessArbiter;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a node does to own, or to take over from its partner. */
final class NodeOwnership implements AutoCloseable {

    /** How long a node that hands over leaves its term to the partner. */
    static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(2);

    private static final long USE_PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final ClusterConnectionManager node;
    private final PartnerAddress partner;
    private final OwnershipOptions options;
    private final NodeLog log;
    private final OwnershipUses uses;
    private Ownership ownership;
    private Thread user;
    private volatile boolean closed;

    private NodeOwnership(final ClusterConnectionManager node, final OwnershipOptions options, final NodeLog log) {
        this.node = node;
        this.partner = node.configuration().partners().getFirst();
        this.options = options;
        this.log = log;
        this.uses = createUses(options);
    }

    private static OwnershipUses createUses(final OwnershipOptions options) {
        try {
            return options.uses() == null ? null : OwnershipUses.create(options.uses());
        } catch (final IOException e) {
            throw new CommandFailedException("cannot map " + options.uses() + ": " + OutputFile.reason(e), e);
        }
    }

    /**
     * Begins to take part.
     *
     * @param arbiter the node's way to the witnesses, which is opened.
     * @return null if the options name no witness.
     * @throws IllegalArgumentException if they contradict each other or the node; the message says how.
     */
    static NodeOwnership start(final ClusterConnectionManager node, final WitnessArbiter.Builder arbiter,
        final OwnershipOptions options, final NodeLog log) {
        if (options.witnesses().isEmpty()) {
            return null;
        }
        final NodeOwnership started = new NodeOwnership(node, options, log);
        started.ownership = started.open(arbiter.open());
        if (started.uses != null) {
            started.user = Thread.ofPlatform().daemon().name("ccm-ownership-user").start(started::use);
        }
        return started;
    }

    private Ownership open(final WitnessArbiter arbiter) {
        boolean started = false;
        try {
            final OwnershipBuilder builder = Ownership.builder(node, partner.name(), arbiter);
            if (options.lease() != null) {
                builder.lease(options.lease());
            }
            if (options.preferredNode() != null) {
                builder.preferredNode(options.preferredNode());
            }
            final Ownership opened = builder.start();
            started = true;
            return opened;
        } finally {
            if (!started) {
                arbiter.close();
            }
        }
    }

    /** Uses what this node owns as often as it can, for a judge outside the process. */
    private void use() {
        while (!closed) {
            final long beforeNs = System.nanoTime();
            final long term = ownership.term();
            if (ownership.isHeld(term)) {
                uses.add(term, beforeNs);
            }
            LockSupport.parkNanos(USE_PAUSE_NS);
        }
    }

    /** Hands over to the partner, and prints if that fails. */
    void handOver() {
        try {
            if (!ownership.handOver(HAND_OVER_LIMIT)) {
                log.print(Kind.OWNERSHIP_KEPT, "could not hand over to " + partner.name(),
                    "it did not own, the witness did not answer, or " + partner.name() + " did not take over",
                    Map.of());
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the present state, as {@code ccm status} and the live view show it. */
    Map<String, Object> fields() {
        final long remainingNs = ownership.remainingNs();
        final boolean held = remainingNs > 0;
        final long partnersTerm = held ? 0 : ownership.partnersTerm();
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("held", held);
        fields.put("term", ownership.term());
        fields.put("remainingMs", TimeUnit.NANOSECONDS.toMillis(remainingNs));
        fields.put("owner", held ? node.configuration().nodeName() : partnersTerm > 0 ? partner.name() : null);
        fields.put("ownersTerm", held ? ownership.term() : partnersTerm);
        fields.put("partner", partner.name());
        fields.put("witnesses", options.witnesses().stream().map(NodeLog::text).toList());
        return fields;
    }

    /** Gives up what the node owns. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ownership.close();
        if (user != null) {
            try {
                user.join();
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            uses.close();
        }
    }
}
