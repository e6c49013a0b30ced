// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.value.Incarnation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The memory one partner writes into, as its owner reads it.
 *
 * <p>The partner may write at any time, so a record is copied first and examined then. Not thread-safe.
 */
public final class Mailbox {

    /** Length of a mailbox in bytes: all slots, and room for what later versions exchange. */
    public static final int LENGTH_BYTES = 8192;

    private static final VarHandle SEQUENCE =
        ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private final MemorySegment memory;
    private final MemorySegment copy;
    private final MailboxRecord record;

    /**
     * A mailbox over this memory.
     *
     * @param memory {@link #LENGTH_BYTES} bytes of native memory, aligned to 8.
     * @param copy   {@link MailboxSlot#LONGEST_RECORD_BYTES} bytes, aligned to 8, that hold the record taken last;
     *               mailboxes that one thread uses can share it.
     */
    public Mailbox(final MemorySegment memory, final MemorySegment copy) {
        this.memory = memory;
        this.copy = copy;
        this.record = new MailboxRecord(copy);
    }

    /**
     * The memory to register for the partner to write.
     *
     * @return the mailbox.
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Looks into a slot.
     *
     * @param slot      which slot.
     * @param sender    the partner's side of the session, as this node knows it.
     * @param addressee this node's side of the session.
     * @return whether it holds a whole record from that side to this one.
     */
    public boolean holds(final MailboxSlot slot, final Incarnation sender, final Incarnation addressee) {
        return take(slot, sender, addressee) != null;
    }

    /**
     * Copies the record out of a slot.
     *
     * @param slot      which slot.
     * @param sender    the partner's side of the session, as this node knows it.
     * @param addressee this node's side of the session.
     * @return the record, which the next call on any mailbox with the same copy overwrites; null when there is no whole
     *     one from that side to this one.
     */
    public MailboxRecord take(final MailboxSlot slot, final Incarnation sender, final Incarnation addressee) {
        MemorySegment.copy(memory, slot.offsetBytes(), copy, 0, slot.recordBytes());
        return record.examine(slot) == RecordCondition.VALID && record.isFrom(sender) && record.isTo(addressee)
            ? record : null;
    }

    /**
     * The sequence number that stands in a slot at present, which says nothing about the rest of the record.
     *
     * @param slot which slot.
     * @return the number; 0 as long as nothing was written.
     */
    public long sequence(final MailboxSlot slot) {
        return (long) SEQUENCE.getOpaque(memory, (long) slot.offsetBytes());
    }

    /** Empties all slots; the partner must have no way to write at that time. */
    public void clear() {
        memory.fill((byte) 0);
    }
}
