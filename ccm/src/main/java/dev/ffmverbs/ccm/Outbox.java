// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.internal.memory.PartnerMemory;
import dev.ffmverbs.ccm.internal.memory.PeerInformationPayload;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.Incarnation;
import dev.ffmverbs.ccm.value.PeerInformation;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Writes the records that follow the handshake into the partner's mailbox, over one connection, one at a time.
 *
 * <p>It alternates with the heartbeat: {@link #advance} is called only while no READ is outstanding. Used by one
 * thread.
 */
final class Outbox {

    /** The result of a call of {@link #advance}. */
    enum Progress {

        /** There is nothing to write. */
        IDLE,

        /** A WRITE is outstanding. */
        PENDING,

        /** A WRITE failed or was given up. The connection can no longer be used. */
        FAILED
    }

    /** The two incarnations that the records are between. */
    record Parties(Incarnation self, Incarnation partner, Supplier<BootPhase> phase) {
    }

    private final PartnerMemory memory;
    private final Parties parties;
    private final PeerInformation own;
    private final ClientExchange clients;
    private final LongSupplier clock;
    private final long timeoutNs;
    private final LongSupplier sequences;

    private boolean informed;
    private MailboxSlot outstanding;
    private long issuedNs;

    /**
     * Creates an outbox that has written nothing yet.
     *
     * @param sequences numbers the records; each number is above all earlier ones, also across connections.
     */
    Outbox(
        final PartnerMemory memory, final Parties parties, final PeerInformation own, final ClientExchange clients,
        final LongSupplier clock, final long timeoutNs, final LongSupplier sequences) {
        this.memory = memory;
        this.parties = parties;
        this.own = own;
        this.clients = clients;
        this.clock = clock;
        this.timeoutNs = timeoutNs;
        this.sequences = sequences;
    }

    Progress advance() {
        if (outstanding == null && !begin()) {
            return Progress.IDLE;
        }
        final WorkCompletionStatus completion = memory.poll();
        if (completion == null) {
            return clock.getAsLong() - issuedNs > timeoutNs ? Progress.FAILED : Progress.PENDING;
        }
        if (completion != WorkCompletionStatus.SUCCESS) {
            return Progress.FAILED;
        }
        if (outstanding == MailboxSlot.CLIENTS) {
            clients.markSent();
        } else {
            informed = true;
        }
        outstanding = null;
        return Progress.IDLE;
    }

    private boolean begin() {
        if (!informed) {
            PeerInformationPayload.encode(own, memory.record().payload(MailboxSlot.PEER_INFORMATION));
            write(MailboxSlot.PEER_INFORMATION);
        } else if (clients.hasNews()) {
            clients.fill(memory.record().payload(MailboxSlot.CLIENTS));
            write(MailboxSlot.CLIENTS);
        } else {
            return false;
        }
        return true;
    }

    private void write(final MailboxSlot slot) {
        memory.record().write(slot, sequences.getAsLong(), parties.self, parties.partner, parties.phase.get());
        outstanding = slot;
        issuedNs = clock.getAsLong();
        memory.write(slot);
    }

    /** Whether a WRITE is outstanding. */
    boolean isOutstanding() {
        return outstanding != null;
    }

    /** The time from which {@link #advance} fails unless the outstanding WRITE has completed. */
    long deadlineNs() {
        return issuedNs + timeoutNs + 1;
    }

    /** Whether the partner has this node's peer information. */
    boolean hasInformed() {
        return informed;
    }
}
