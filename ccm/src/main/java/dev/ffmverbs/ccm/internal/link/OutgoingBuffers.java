// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import dev.ffmverbs.Access;
import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.ccm.internal.memory.BootStatusVariable;
import dev.ffmverbs.ccm.internal.memory.BootStatusView;
import dev.ffmverbs.ccm.internal.memory.MailboxRecord;
import dev.ffmverbs.ccm.internal.memory.MailboxSlot;
import java.lang.foreign.SegmentAllocator;

/**
 * The local buffers of READs and WRITEs: one to which a boot-status variable is delivered, and one from which a record
 * is sent.
 */
final class OutgoingBuffers implements AutoCloseable {

    static final long STATUS_OFFSET = 0;
    static final long RECORD_OFFSET = 128;

    /** Buffers of different partners share no cache line. */
    private static final long ALIGNMENT_BYTES = 64;
    private static final long LENGTH_BYTES = RECORD_OFFSET + MailboxSlot.LONGEST_RECORD_BYTES;

    private final MemoryRegion region;
    private final BootStatusView status;
    private final MailboxRecord record;

    /**
     * Registers the buffers.
     *
     * @param domain protection domain of the queue pairs that use them.
     * @param memory allocates their memory, which outlives them.
     */
    OutgoingBuffers(final ProtectionDomain domain, final SegmentAllocator memory) {
        region = domain.register(memory.allocate(LENGTH_BYTES, ALIGNMENT_BYTES), Access.LOCAL_WRITE);
        status = new BootStatusView(region.segment().asSlice(STATUS_OFFSET, BootStatusVariable.LENGTH_BYTES));
        record = new MailboxRecord(region.segment().asSlice(RECORD_OFFSET, MailboxSlot.LONGEST_RECORD_BYTES));
    }

    MemoryRegion region() {
        return region;
    }

    BootStatusView status() {
        return status;
    }

    MailboxRecord record() {
        return record;
    }

    @Override
    public void close() {
        region.close();
    }
}
