// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.memory;

import java.lang.foreign.MemorySegment;

/**
 * A handshake record over memory of its own: the source of an RDMA WRITE, or a copy taken from a mailbox.
 *
 * <p>Not thread-safe.
 */
public final class MailboxRecord {

    /** Length of a record in bytes. */
    public static final int LENGTH_BYTES = (int) MailboxRecordLayout.LAYOUT.byteSize();

    /** The version of the layout this class writes. */
    public static final int LAYOUT_VERSION = MailboxRecordLayout.VERSION;

    private final MemorySegment record;
    private final RangeChecksum checksum;

    /**
     * A record over this memory.
     *
     * @param memory {@link #LENGTH_BYTES} bytes of native memory, aligned to 8.
     */
    public MailboxRecord(final MemorySegment memory) {
        this.record = memory;
        this.checksum =
            new RangeChecksum(memory, MailboxRecordLayout.CHECKED_FROM, MailboxRecordLayout.CHECKED_TO);
    }

    /**
     * Fills the record, ready to be written to the partner.
     *
     * @param greeting what it says.
     * @param sequence a number that grows with every record this node writes.
     * @param sender   this node's side of the session.
     * @param echoed   the partner's side, as this node knows it.
     * @param phase    how far this node has booted.
     */
    public void write(
        final Greeting greeting, final long sequence, final Incarnation sender, final Incarnation echoed,
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
        MailboxRecordLayout.KIND.set(memory, 0L, greeting.kind());
        MailboxRecordLayout.SENDER_PHASE.set(memory, 0L, phase.code());
        MailboxRecordLayout.SEQUENCE_COPY.set(memory, 0L, (int) sequence);
        MailboxRecordLayout.CHECKSUM.set(memory, 0L, checksum.compute());
    }

    /**
     * Decides whether a whole record of that kind is there.
     *
     * @param greeting what it should say.
     * @return what is there; {@link RecordCondition#ABSENT} also for a record of another kind.
     */
    public RecordCondition examine(final Greeting greeting) {
        final MemorySegment memory = record;
        if (MailboxRecordLayout.MAGIC != (int) MailboxRecordLayout.MAGIC_NUMBER.get(memory, 0L)) {
            return RecordCondition.ABSENT;
        }
        if (MailboxRecordLayout.VERSION != (int) MailboxRecordLayout.LAYOUT_VERSION.get(memory, 0L)) {
            return RecordCondition.WRONG_LAYOUT_VERSION;
        }
        final long sequence = (long) MailboxRecordLayout.SEQUENCE.get(memory, 0L);
        if ((int) sequence != (int) MailboxRecordLayout.SEQUENCE_COPY.get(memory, 0L)
            || checksum.compute() != (int) MailboxRecordLayout.CHECKSUM.get(memory, 0L)) {
            return RecordCondition.TORN;
        }
        return greeting.kind() == (int) MailboxRecordLayout.KIND.get(memory, 0L)
            ? RecordCondition.VALID : RecordCondition.ABSENT;
    }

    /**
     * Whether it was written by this side of the partner.
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
     * Whether it was written to this side of the owner.
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
