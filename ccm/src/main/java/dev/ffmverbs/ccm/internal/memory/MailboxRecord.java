// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.Incarnation;
import java.lang.foreign.MemorySegment;

/**
 * A record in memory that nothing else uses. It is the source of an RDMA WRITE or a copy taken from a mailbox.
 *
 * <p>Not thread-safe.
 */
public final class MailboxRecord {

    private static final MailboxSlot[] SLOTS = MailboxSlot.values();

    /** The version of the layout this class writes. */
    public static final int LAYOUT_VERSION = MailboxRecordLayout.VERSION;

    private final MemorySegment record;
    private final MemorySegment[] payloads = new MemorySegment[SLOTS.length];
    private final RangeChecksum[] checksums = new RangeChecksum[SLOTS.length];

    /**
     * Creates a record of any slot over this memory.
     *
     * @param memory {@link MailboxSlot#LONGEST_RECORD_BYTES} bytes of native memory, aligned to 8.
     */
    public MailboxRecord(final MemorySegment memory) {
        this.record = memory;
        for (final MailboxSlot slot : SLOTS) {
            payloads[slot.ordinal()] = memory.asSlice(MailboxRecordLayout.HEADER_BYTES, slot.payloadBytes());
            checksums[slot.ordinal()] =
                new RangeChecksum(memory, MailboxRecordLayout.CHECKED_FROM, checksumOffset(slot));
        }
    }

    private static long sequenceCopyOffset(final MailboxSlot slot) {
        return (long) MailboxRecordLayout.HEADER_BYTES + slot.payloadBytes();
    }

    private static long checksumOffset(final MailboxSlot slot) {
        return sequenceCopyOffset(slot) + Integer.BYTES;
    }

    /**
     * Returns the part of the record that depends on its slot. Fill it before {@link #write}, or read it after {@link
     * #examine}.
     *
     * @param slot the slot that the record is for.
     * @return its payload.
     */
    public MemorySegment payload(final MailboxSlot slot) {
        return payloads[slot.ordinal()];
    }

    /**
     * Returns the record's sequence number.
     *
     * @return a number that grows with every record that its writer writes into the slot.
     */
    public long sequence() {
        return (long) MailboxRecordLayout.SEQUENCE.get(record, 0L);
    }

    /**
     * Completes the record, so that it can be written to the partner. Its payload must already be there.
     *
     * @param slot     the slot that it is for.
     * @param sequence a number that grows with every record this node writes.
     * @param sender   this node's side of the session.
     * @param echoed   the partner's side, as this node knows it.
     * @param phase    how far this node has booted.
     */
    public void write(
        final MailboxSlot slot, final long sequence, final Incarnation sender, final Incarnation echoed,
        final BootPhase phase) {
        final MemorySegment memory = record;
        MailboxRecordLayout.SEQUENCE.set(memory, 0L, sequence);
        MailboxRecordLayout.MAGIC_NUMBER.set(memory, 0L, MailboxRecordLayout.MAGIC);
        MailboxRecordLayout.LAYOUT_VERSION.set(memory, 0L, MailboxRecordLayout.VERSION);
        MailboxRecordLayout.SENDER_BOOT_ID_HIGH.set(memory, 0L, sender.bootId().high());
        MailboxRecordLayout.SENDER_BOOT_ID_LOW.set(memory, 0L, sender.bootId().low());
        MailboxRecordLayout.ECHOED_BOOT_ID_HIGH.set(memory, 0L, echoed.bootId().high());
        MailboxRecordLayout.ECHOED_BOOT_ID_LOW.set(memory, 0L, echoed.bootId().low());
        MailboxRecordLayout.SENDER_EPOCH.set(memory, 0L, sender.epoch());
        MailboxRecordLayout.ECHOED_EPOCH.set(memory, 0L, echoed.epoch());
        MailboxRecordLayout.KIND.set(memory, 0L, slot.kind());
        MailboxRecordLayout.SENDER_PHASE.set(memory, 0L, phase.code());
        MailboxRecordLayout.TRAILER_FIELD.set(memory, sequenceCopyOffset(slot), (int) sequence);
        MailboxRecordLayout.TRAILER_FIELD.set(memory, checksumOffset(slot), checksums[slot.ordinal()].compute());
    }

    /**
     * Decides whether a complete record of this slot is there.
     *
     * @param slot the slot that it is from.
     * @return what is there; also {@link RecordCondition#ABSENT} for a record of another slot.
     */
    public RecordCondition examine(final MailboxSlot slot) {
        final MemorySegment memory = record;
        if (MailboxRecordLayout.MAGIC != (int) MailboxRecordLayout.MAGIC_NUMBER.get(memory, 0L)) {
            return RecordCondition.ABSENT;
        }
        if (MailboxRecordLayout.VERSION != (int) MailboxRecordLayout.LAYOUT_VERSION.get(memory, 0L)) {
            return RecordCondition.WRONG_LAYOUT_VERSION;
        }
        final long sequence = (long) MailboxRecordLayout.SEQUENCE.get(memory, 0L);
        if ((int) sequence != (int) MailboxRecordLayout.TRAILER_FIELD.get(memory, sequenceCopyOffset(slot))
            || checksums[slot.ordinal()].compute()
                != (int) MailboxRecordLayout.TRAILER_FIELD.get(memory, checksumOffset(slot))) {
            return RecordCondition.TORN;
        }
        return slot.kind() == (int) MailboxRecordLayout.KIND.get(memory, 0L)
            ? RecordCondition.VALID : RecordCondition.ABSENT;
    }

    /**
     * Whether the record was written by this side of the partner.
     *
     * @param incarnation the partner's side, as this node knows it.
     * @return whether boot id and epoch are the same.
     */
    public boolean isFrom(final Incarnation incarnation) {
        return incarnation.bootId().matches((long) MailboxRecordLayout.SENDER_BOOT_ID_HIGH.get(record, 0L),
            (long) MailboxRecordLayout.SENDER_BOOT_ID_LOW.get(record, 0L))
            && incarnation.epoch() == (long) MailboxRecordLayout.SENDER_EPOCH.get(record, 0L);
    }

    /**
     * Whether the record was written to this side of the owner.
     *
     * @param incarnation the owner's side.
     * @return whether boot id and epoch are the same.
     */
    public boolean isTo(final Incarnation incarnation) {
        return incarnation.bootId().matches((long) MailboxRecordLayout.ECHOED_BOOT_ID_HIGH.get(record, 0L),
            (long) MailboxRecordLayout.ECHOED_BOOT_ID_LOW.get(record, 0L))
            && incarnation.epoch() == (long) MailboxRecordLayout.ECHOED_EPOCH.get(record, 0L);
    }
}
