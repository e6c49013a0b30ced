// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.MailboxRecord;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** The memory of a link without a device: READs are delivered to it, and WRITEs are sent from it. */
abstract class SimulatedLink implements PartnerLink {

    final MemorySegment delivered = Arena.ofAuto().allocate(BootStatusVariable.LENGTH_BYTES, 64);
    final MemorySegment source = Arena.ofAuto().allocate(MailboxSlot.LONGEST_RECORD_BYTES, 64);

    private final BootStatusView view = new BootStatusView(delivered);
    private final MailboxRecord record = new MailboxRecord(source);
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final long epoch;

    SimulatedLink(final InetSocketAddress local, final InetSocketAddress remote, final long epoch) {
        this.local = local;
        this.remote = remote;
        this.epoch = epoch;
    }

    @Override
    public BootStatusView status() {
        return view;
    }

    @Override
    public MailboxRecord record() {
        return record;
    }

    @Override
    public long statusAddress() {
        return MemoryAddresses.defaults().statusAddress();
    }

    @Override
    public long mailboxAddress() {
        return MemoryAddresses.defaults().mailboxAddress();
    }

    @Override
    public long partnerEpoch() {
        return epoch;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }
}
