// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The memory one partner writes into, as its owner reads it.
 *
 * <p>The partner may write at any time, so a record is copied first and examined then. Not thread-safe.
 */
public final class Mailbox {

    /** Length of a mailbox in bytes: the slots of both greetings, and room for what later versions exchange. */
    public static final int LENGTH_BYTES = 4096;

    private final MemorySegment memory;
    private final MemorySegment copy = Arena.ofAuto().allocate(MailboxRecord.LENGTH_BYTES, Long.BYTES);
    private final MailboxRecord record = new MailboxRecord(copy);

    /**
     * A mailbox over this memory.
     *
     * @param memory {@link #LENGTH_BYTES} bytes of native memory, aligned to 8.
     */
    public Mailbox(final MemorySegment memory) {
        this.memory = memory;
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
     * @param greeting  which slot.
     * @param sender    the partner's side of the session, as this node knows it.
     * @param addressee this node's side of the session.
     * @return whether it holds a whole record from that side to this one.
     */
    public boolean holds(final Greeting greeting, final Incarnation sender, final Incarnation addressee) {
        MemorySegment.copy(memory, greeting.offsetBytes(), copy, 0, MailboxRecord.LENGTH_BYTES);
        return record.examine(greeting) == RecordCondition.VALID && record.isFrom(sender) && record.isTo(addressee);
    }

    /** Empties all slots; the partner must have no way to write meanwhile. */
    public void clear() {
        memory.fill((byte) 0);
    }
}
