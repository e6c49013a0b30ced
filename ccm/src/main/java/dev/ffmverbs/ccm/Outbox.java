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
 * Writes what follows the handshake into the partner's mailbox, over one connection, one record at a time.
 *
 * <p>It takes turns with the heartbeat: {@link #advance} is called while no READ is outstanding. Used by one thread.
 */
final class Outbox {

    /** How a call of {@link #advance} found things. */
    enum Progress {

        /** Nothing is to be written. */
        IDLE,

        /** A WRITE is outstanding. */
        PENDING,

        /** A WRITE failed or was given up; this connection is of no more use. */
        FAILED
    }

    /** Whom the records are between. */
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
     * An outbox that has written nothing yet.
     *
     * @param sequences numbers the records: each more than all before, on whichever connection.
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

    /** From when {@link #advance} fails unless the WRITE that is outstanding has completed. */
    long deadlineNs() {
        return issuedNs + timeoutNs + 1;
    }

    /** Whether the partner has this node's peer information. */
    boolean hasInformed() {
        return informed;
    }
}
