// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.memory;

import dev.ffmverbs.ccm.value.Incarnation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The memory into which one partner writes, as its owner reads it.
 *
 * <p>The partner may write at any time. Therefore a record is first copied and then examined. Not thread-safe.
 */
public final class Mailbox {

    /** Length of a mailbox in bytes: all slots, and room for records of later versions. */
    public static final int LENGTH_BYTES = 8192;

    private static final VarHandle SEQUENCE =
        ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle().withInvokeExactBehavior();

    private final MemorySegment memory;
    private final MemorySegment copy;
    private final MailboxRecord record;

    /**
     * Creates a mailbox over this memory.
     *
     * @param memory {@link #LENGTH_BYTES} bytes of native memory, aligned to 8.
     * @param copy   {@link MailboxSlot#LONGEST_RECORD_BYTES} bytes, aligned to 8, for the record taken last; mailboxes
     *     that one thread uses can share it.
     */
    public Mailbox(final MemorySegment memory, final MemorySegment copy) {
        this.memory = memory;
        this.copy = copy;
        this.record = new MailboxRecord(copy);
    }

    /**
     * Returns the memory to register for the partner to write.
     *
     * @return the mailbox.
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Checks a slot for a record.
     *
     * @param slot      the slot.
     * @param sender    the partner's side of the session, as this node knows it.
     * @param addressee this node's side of the session.
     * @return whether it holds a complete record from that side to this one.
     */
    public boolean holds(final MailboxSlot slot, final Incarnation sender, final Incarnation addressee) {
        return take(slot, sender, addressee) != null;
    }

    /**
     * Copies the record from a slot.
     *
     * @param slot      the slot.
     * @param sender    the partner's side of the session, as this node knows it.
     * @param addressee this node's side of the session.
     * @return the record, which the next call on any mailbox with the same copy overwrites; null if there is no
     *     complete one from that side to this one.
     */
    public MailboxRecord take(final MailboxSlot slot, final Incarnation sender, final Incarnation addressee) {
        MemorySegment.copy(memory, slot.offsetBytes(), copy, 0, slot.recordBytes());
        return record.examine(slot) == RecordCondition.VALID && record.isFrom(sender) && record.isTo(addressee)
            ? record : null;
    }

    /**
     * Returns the sequence number that is in a slot at present. It says nothing about the rest of the record.
     *
     * @param slot the slot.
     * @return the number; 0 if nothing was written yet.
     */
    public long sequence(final MailboxSlot slot) {
        return (long) SEQUENCE.getOpaque(memory, (long) slot.offsetBytes());
    }

    /** Empties all slots. The partner must not be able to write while this method runs. */
    public void clear() {
        memory.fill((byte) 0);
    }
}
