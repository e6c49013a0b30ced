// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.memory.MailboxSlot;
import dev.ffmverbs.ccm.memory.MailboxRecord;
import dev.ffmverbs.ccm.memory.StatusBlock;
import dev.ffmverbs.ccm.memory.StatusView;
import dev.ffmverbs.cm.Connection;
import java.net.InetSocketAddress;
import java.util.stream.Stream;

/** An outgoing connection over RDMA verbs: one queue pair, one operation at a time. */
final class OutgoingLink implements PartnerLink {

    private final PartnerEndpoint endpoint;
    private final Connection connection;
    private final QueuePair queuePair;
    private final CompletionQueue queue;
    private final AcceptGreeting partner;
    private final WorkCompletions completions = WorkCompletions.allocate(1);
    private final SendRequest readStatus;
    private final SendRequest[] writes;

    private long outstanding;
    private WorkCompletionStatus refused;
    private volatile boolean broken;

    OutgoingLink(
        final PartnerEndpoint endpoint, final Connection connection, final AcceptGreeting partner,
        final OutgoingBuffers buffers) {
        this.endpoint = endpoint;
        this.connection = connection;
        this.queuePair = connection.queuePair();
        this.queue = queuePair.configuration().sendCompletionQueue();
        this.partner = partner;
        this.readStatus = SendRequest.allocate(1)
            .read(partner.status().address(), partner.status().rkey())
            .localMemory(buffers.region(), OutgoingBuffers.STATUS_OFFSET, StatusBlock.LENGTH_BYTES);
        this.writes = Stream.of(MailboxSlot.values()).map(slot -> writeRequest(slot, buffers))
            .toArray(SendRequest[]::new);
        connection.disconnected().thenRun(this::ended);
    }

    private SendRequest writeRequest(final MailboxSlot slot, final OutgoingBuffers buffers) {
        return SendRequest.allocate(1)
            .write(partner.mailbox().address() + slot.offsetBytes(), partner.mailbox().rkey())
            .localMemory(buffers.region(), OutgoingBuffers.RECORD_OFFSET, slot.recordBytes());
    }

    private void ended() {
        broken = true;
        endpoint.wakeUp();
    }

    @Override
    public void readStatus() {
        post(readStatus);
    }

    @Override
    public void write(final MailboxSlot slot) {
        post(writes[slot.ordinal()]);
    }

    private void post(final SendRequest request) {
        outstanding = endpoint.nextWorkRequestId();
        try {
            if (queuePair.postSend(request.workRequestId(outstanding)) != 1) {
                refused = WorkCompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR;
            }
        } catch (final VerbsException notReadyToSend) {
            refused = WorkCompletionStatus.WORK_REQUEST_FLUSHED;
        }
    }

    @Override
    public WorkCompletionStatus poll() {
        final WorkCompletionStatus notPosted = refused;
        if (notPosted != null) {
            refused = null;
            return notPosted;
        }
        final WorkCompletions taken = completions;
        while (queue.poll(taken) == 1) {
            // Completions of connections given up before may still come.
            if (taken.workRequestId(0) == outstanding) {
                return taken.status(0);
            }
        }
        return null;
    }

    @Override
    public StatusView status() {
        return endpoint.buffers().status();
    }

    @Override
    public MailboxRecord record() {
        return endpoint.buffers().record();
    }

    @Override
    public long statusAddress() {
        return partner.status().address();
    }

    @Override
    public long mailboxAddress() {
        return partner.mailbox().address();
    }

    @Override
    public long partnerEpoch() {
        return partner.epoch();
    }

    @Override
    public InetSocketAddress localAddress() {
        return connection.localAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public boolean isBroken() {
        return broken;
    }

    @Override
    public void close() {
        connection.close();
        queuePair.close();
    }
}
