// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.QueuePair;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.VerbsException;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.MailboxRecord;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.internal.thread.Completions;
import dev.ffmverbs.ccm.value.PeerInformation;
import dev.ffmverbs.cm.Connection;
import java.net.InetSocketAddress;

/** An outgoing connection over RDMA verbs: one queue pair, one operation at a time. */
final class OutgoingLink implements PartnerLink {

    private final VerbsPath path;
    private final Connection connection;
    private final LinkQueuePair completing;
    private final QueuePair queuePair;
    private final AcceptGreeting partner;
    private final boolean notifications;
    private final OutgoingRequests requests;

    private long outstanding;
    private WorkCompletionStatus completion;
    private volatile boolean broken;

    OutgoingLink(
        final VerbsPath path, final Connection connection, final LinkQueuePair completing,
        final AcceptGreeting partner) {
        this.path = path;
        this.connection = connection;
        this.completing = completing;
        this.queuePair = completing.queuePair();
        this.partner = partner;
        this.notifications =
            path.hasNotifications() && (partner.features() & PeerInformation.FEATURE_NOTIFICATIONS) != 0;
        this.requests = new OutgoingRequests(path.buffers(), partner.status(), partner.mailbox(), notifications);
        completing.target(this::complete);
        Completions.follow(connection.whenDisconnected(), connection.toString(), (nothing, failure) -> handleEnd());
    }

    private void complete(final long workRequestId, final WorkCompletionStatus status) {
        if (workRequestId == outstanding) {
            completion = status;
            path.tellNews();
        }
    }

    private void handleEnd() {
        broken = true;
        path.tellNews();
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
        outstanding = completing.nextWorkRequestId();
        completion = null;
        try {
            if (queuePair.postSend(request.workRequestId(outstanding)) != 1) {
                completion = WorkCompletionStatus.LOCAL_QUEUE_PAIR_OPERATION_ERROR;
            }
        } catch (final VerbsException notReadyToSend) {
            completion = WorkCompletionStatus.WORK_REQUEST_FLUSHED;
        }
    }

    @Override
    public WorkCompletionStatus poll() {
        final WorkCompletionStatus taken = completion;
        completion = null;
        return taken;
    }

    @Override
    public BootStatusView status() {
        return path.buffers().status();
    }

    @Override
    public MailboxRecord record() {
        return path.buffers().record();
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
    public boolean hasNotifications() {
        return notifications;
    }

    @Override
    public boolean isBroken() {
        return broken;
    }

    @Override
    public void close() {
        try (completing) {
            connection.close();
        }
    }
}
