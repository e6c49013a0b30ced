// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.MailboxRecord;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import java.net.InetSocketAddress;

/** A link over a real device. Something happens before one of its operations, or one is reported as failed. */
final class FaultyLink implements PartnerLink {

    private final PartnerLink link;
    private final int operation;
    private final Runnable before;
    private final WorkCompletionStatus reported;
    private int operations;

    private FaultyLink(
        final PartnerLink link, final int operation, final Runnable before, final WorkCompletionStatus reported) {
        this.link = link;
        this.operation = operation;
        this.before = before;
        this.reported = reported;
    }

    /** Makes something happen before operation number n, counted from 1. */
    static FaultyLink before(final PartnerLink link, final int operation, final Runnable action) {
        return new FaultyLink(link, operation, action, null);
    }

    /** Reports operation number n, counted from 1, as failed although it was executed. */
    static FaultyLink failing(final PartnerLink link, final int operation) {
        return new FaultyLink(link, operation, () -> { }, WorkCompletionStatus.RETRY_EXCEEDED);
    }

    private void count() {
        operations++;
        if (operations == operation) {
            before.run();
        }
    }

    @Override
    public void readStatus() {
        count();
        link.readStatus();
    }

    @Override
    public void write(final MailboxSlot slot) {
        count();
        link.write(slot);
    }

    @Override
    public WorkCompletionStatus poll() {
        final WorkCompletionStatus polled = link.poll();
        return polled != null && reported != null && operations == operation ? reported : polled;
    }

    @Override
    public BootStatusView status() {
        return link.status();
    }

    @Override
    public MailboxRecord record() {
        return link.record();
    }

    @Override
    public long statusAddress() {
        return link.statusAddress();
    }

    @Override
    public long mailboxAddress() {
        return link.mailboxAddress();
    }

    @Override
    public long partnerEpoch() {
        return link.partnerEpoch();
    }

    @Override
    public InetSocketAddress localAddress() {
        return link.localAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return link.remoteAddress();
    }

    @Override
    public boolean hasNotifications() {
        return link.hasNotifications();
    }

    @Override
    public boolean isBroken() {
        return link.isBroken();
    }

    @Override
    public void close() {
        link.close();
    }
}
