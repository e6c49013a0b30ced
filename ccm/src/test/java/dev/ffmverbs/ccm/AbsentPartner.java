// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.link.ClientGrant;
import dev.ffmverbs.ccm.internal.link.LinkException;
import dev.ffmverbs.ccm.internal.link.PartnerAccess;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.link.PartnerPath;
import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootId;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A partner that does not answer. */
final class AbsentPartner implements PartnerPath, PartnerAccess {
    final AtomicInteger attempts = new AtomicInteger();
    final AtomicInteger turns = new AtomicInteger();
    final Mailbox mailbox = new Mailbox(Arena.ofAuto().allocate(Mailbox.LENGTH_BYTES, 64),
        Arena.ofAuto().allocate(MailboxSlot.LONGEST_RECORD_BYTES, 64));
    volatile Runnable onAttempt = () -> { };
    volatile Runnable onTurn = () -> { };
    volatile Runnable onAskedWhetherConnected = () -> { };
    volatile Runnable alarm;

    /** Attempts that last until the test is over. */
    volatile boolean silent;

    @Override
    public CompletableFuture<PartnerLink> connect() {
        attempts.incrementAndGet();
        onAttempt.run();
        return silent ? new CompletableFuture<>() : CompletableFuture.failedFuture(
            new LinkException(AttemptOutcome.NOT_LISTENING, "nobody listens", null));
    }

    @Override
    public ClientGrant prepare(final int ports, final int queueDepth, final MemorySegment memory) {
        return new SimulatedGrant(ports);
    }

    @Override
    public Mailbox mailbox() {
        return mailbox;
    }

    @Override
    public BootId connectedBootId() {
        onAskedWhetherConnected.run();
        return null;
    }

    @Override
    public long maintain(final long nowNs) {
        turns.incrementAndGet();
        onTurn.run();
        return Long.MAX_VALUE;
    }

    @Override
    public void revoke() {
        // Nothing was granted.
    }
}
