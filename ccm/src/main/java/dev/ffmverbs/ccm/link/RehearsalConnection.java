// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.memory.Mailbox;
import dev.ffmverbs.ccm.memory.MailboxRecord;
import dev.ffmverbs.ccm.memory.MailboxSlot;
import dev.ffmverbs.ccm.memory.PartnerMemory;
import dev.ffmverbs.ccm.memory.StatusBlock;
import dev.ffmverbs.ccm.memory.StatusView;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;

/**
 * A node's connection to itself: memory as a partner has it, in a region that nobody else knows. It owns none of the
 * objects it uses. Used by one thread.
 */
final class RehearsalConnection implements PartnerMemory {

    static final long MEMORY_BYTES = MemoryAddresses.PAGE_BYTES + Mailbox.LENGTH_BYTES;

    private static final long MAILBOX_OFFSET = MemoryAddresses.PAGE_BYTES;

    private final CompletionQueue queue;
    private final QueuePair queuePair;
    private final OutgoingBuffers buffers;
    private final MemoryRegion memory;
    private final SendRequest readStatus;
    private final SendRequest[] writes;
    private final WorkCompletions completions = WorkCompletions.allocate(1);

    /**
     * A connection.
     *
     * @param queuePair connected to itself.
     * @param buffers   where a status block is delivered, and a record is sent from.
     * @param memory    the partner's part, {@link #MEMORY_BYTES} that it may READ and WRITE.
     */
    RehearsalConnection(final QueuePair queuePair, final OutgoingBuffers buffers, final MemoryRegion memory) {
        this.queue = queuePair.configuration().sendCompletionQueue();
        this.queuePair = queuePair;
        this.buffers = buffers;
        this.memory = memory;
        readStatus = SendRequest.allocate(1).read(statusAddress(), memory.rkey())
            .localMemory(buffers.region(), OutgoingBuffers.STATUS_OFFSET, StatusBlock.LENGTH_BYTES);
        writes = Stream.of(MailboxSlot.values())
            .map(slot -> SendRequest.allocate(1).write(mailboxAddress() + slot.offsetBytes(), memory.rkey())
                .localMemory(buffers.region(), OutgoingBuffers.RECORD_OFFSET, slot.recordBytes()))
            .toArray(SendRequest[]::new);
    }

    /** Where the partner's part has its boot-status variable. */
    static MemorySegment statusMemory(final MemoryRegion memory) {
        return memory.segment().asSlice(0, StatusBlock.LENGTH_BYTES);
    }

    @Override
    public void readStatus() {
        queuePair.postSend(readStatus);
    }

    @Override
    public void write(final MailboxSlot slot) {
        queuePair.postSend(writes[slot.ordinal()]);
    }

    @Override
    public WorkCompletionStatus poll() {
        return queue.poll(completions) == 1 ? completions.status(0) : null;
    }

    @Override
    public StatusView status() {
        return buffers.status();
    }

    @Override
    public MailboxRecord record() {
        return buffers.record();
    }

    @Override
    public long statusAddress() {
        return memory.iova();
    }

    @Override
    public long mailboxAddress() {
        return memory.iova() + MAILBOX_OFFSET;
    }
}
