// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Puts the copy of the partner's log in the place of this node's log.
 *
 * <p>Before the first record is overwritten, the log's header says that the log lacks what the copy has. It says so
 * until all records are there. A process that is killed in between leaves a log that is known to be incomplete, and the
 * next process does the replacement again from the copy ({@link #resume}). Called under the log's lock.
 */
final class LogReplacement {

    private static final long CHUNK_BYTES = 1 << 20;

    private final LocalLog local;
    private final PartnersLog partners;
    private final boolean keepsStart;
    private long copiedUpTo;

    /**
     * Prepares the replacement of a log.
     *
     * @param common the last record that the log and the copy have in common; null if there is none. The records up to
     *               there remain as they are.
     */
    LogReplacement(final LocalLog local, final PartnersLog partners, final LogCursor common) {
        this.local = local;
        this.partners = partners;
        this.keepsStart = common != null && local.header().endOffset() >= partners.header().endOffset();
        this.copiedUpTo = common == null ? partners.header().endOffset() : common.endOffset();
    }

    /**
     * Ends a replacement in which an earlier process was killed.
     *
     * @return false if the copy no longer has what that process found there.
     */
    static boolean resume(final LocalLog local, final MemorySegment copy) {
        final PartnersLog partners = PartnersLog.examine(copy);
        final LogHeader header = local.header();
        if (!partners.isThere() || partners.end().isBehind(header.lackedTerm(), header.lackedUpTo())) {
            return false;
        }
        new LogReplacement(local, partners, null).run();
        return true;
    }

    /**
     * Replaces the log.
     *
     * @throws IllegalStateException if the partner has removed records from the copy meanwhile. The header then says
     *                               that the log is incomplete.
     */
    void run() {
        begin();
        boolean more = true;
        while (more) {
            more = copySome();
        }
        finish();
    }

    /** Writes that the log is incomplete. */
    void begin() {
        final LogHeader header = local.header();
        header.lackUpTo(partners.end().contentTerm(), partners.end().contentSequence());
        header.beginBranch();
        local.writeHeader();
        VarHandle.fullFence();
    }

    /** Copies some records. Returns false if there are none left. */
    boolean copySome() {
        final long left = partners.end().endOffset() - copiedUpTo;
        if (left <= 0) {
            return false;
        }
        final long start = copiedUpTo % local.records().byteSize();
        final long part = Math.min(Math.min(left, CHUNK_BYTES), local.records().byteSize() - start);
        MemorySegment.copy(partners.records(), start, local.records(), start, part);
        copiedUpTo += part;
        return true;
    }

    /** Checks all records, and writes that the log is complete. */
    void finish() {
        final LogHeader header = local.header();
        if (!keepsStart) {
            header.beginAfter(partners.header());
        }
        local.moveToEnd(PartnerCopy.CHUNK_BYTES + local.longestEntryBytes());
        if (local.lastRecord().isBehind(header.lackedTerm(), header.lackedUpTo())) {
            throw new IllegalStateException("the copy of the partner's log ends with " + local.lastRecord()
                + " and had entry " + header.lackedUpTo() + " of term " + header.lackedTerm() + " before; it was"
                + " changed while it was copied");
        }
        VarHandle.fullFence();
        header.lackNothing();
        local.begin(header.life() + 1, header.identity());
    }
}
