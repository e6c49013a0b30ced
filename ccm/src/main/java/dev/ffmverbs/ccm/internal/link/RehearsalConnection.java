// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.link.AcceptGreeting.RemoteRegion;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.Mailbox;
import dev.ffmverbs.ccm.internal.memory.MailboxRecord;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.internal.memory.PartnerMemory;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import java.lang.foreign.MemorySegment;

/**
 * A node's connection to itself. Its memory is like a partner's, in a region that no other node knows. It owns none of
 * the objects it uses. Used by one thread.
 */
final class RehearsalConnection implements PartnerMemory, CompletionTarget {

    static final long MEMORY_BYTES = MemoryAddresses.PAGE_BYTES + Mailbox.LENGTH_BYTES;

    private static final long MAILBOX_OFFSET = MemoryAddresses.PAGE_BYTES;

    private final DeviceCompletions completions;
    private final LinkQueuePair queuePair;
    private final OutgoingBuffers buffers;
    private final MemoryRegion memory;
    private final OutgoingRequests requests;
    private WorkCompletionStatus completed;

    /**
     * Creates a connection.
     *
     * @param completions the queue in which the queue pair completes.
     * @param queuePair   a queue pair that is connected to itself.
     * @param buffers     buffers for the boot-status variable and for the record.
     * @param memory      memory in the role of the partner's, {@link #MEMORY_BYTES} that the queue pair may READ and
     *     WRITE.
     */
    RehearsalConnection(
        final DeviceCompletions completions, final LinkQueuePair queuePair, final OutgoingBuffers buffers,
        final MemoryRegion memory) {
        this.completions = completions;
        this.queuePair = queuePair;
        this.buffers = buffers;
        this.memory = memory;
        this.requests = new OutgoingRequests(buffers,
            new RemoteRegion(statusAddress(), memory.rkey(), BootStatusVariable.LENGTH_BYTES),
            new RemoteRegion(mailboxAddress(), memory.rkey(), Mailbox.LENGTH_BYTES), false);
        queuePair.target(this);
    }

    /** Returns the part of the memory that holds the boot-status variable. */
    static MemorySegment statusMemory(final MemoryRegion memory) {
        return memory.segment().asSlice(0, BootStatusVariable.LENGTH_BYTES);
    }

    @Override
    public void readStatus() {
        post(requests.read());
    }

    @Override
    public void write(final MailboxSlot slot) {
        post(requests.write(slot));
    }

    private void post(final SendRequest request) {
        queuePair.queuePair().postSend(request.workRequestId(queuePair.nextWorkRequestId()));
    }

    @Override
    public void complete(final long workRequestId, final WorkCompletionStatus status) {
        completed = status;
    }

    @Override
    public WorkCompletionStatus poll() {
        final WorkCompletionStatus status = completed;
        completed = null;
        return status;
    }

    /** Polls for completions, and sleeps until there are some or the time is over. */
    void awaitCompletion(final long timeoutNs) {
        if (completions.poll() == 0) {
            completions.arm();
            if (completions.poll() == 0) {
                completions.await(timeoutNs);
                completions.poll();
            }
        }
    }

    /** Polls for completions. */
    void pollCompletions() {
        completions.poll();
    }

    @Override
    public BootStatusView status() {
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
