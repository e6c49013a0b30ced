// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedCompletionQueueOperations;
import dev.ffmverbs.spi.constants.ExtendedCompletionFlags;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A completion queue that is read one completion at a time. Each step takes one completion out of the ring, so reading
 * needs no lock, and other threads may poll and resize the queue meanwhile.
 */
final class SoftExtendedCompletionQueue extends SoftCompletionQueue implements ExtendedCompletionQueueOperations {

    /** The fields that every completion has, flags of {@link ExtendedCompletionFlags}. */
    static final long FIELDS = ExtendedCompletionFlags.BYTE_LENGTH | ExtendedCompletionFlags.IMMEDIATE_DATA
        | ExtendedCompletionFlags.QUEUE_PAIR_NUMBER | ExtendedCompletionFlags.SOURCE_QUEUE_PAIR;

    /** The completion being read. Only the thread that reads uses it. */
    private final MemorySegment present = Arena.ofAuto().allocate(WorkCompletionLayout.LAYOUT);

    SoftExtendedCompletionQueue(
        final SoftContext context, final int minimumEntries, final SoftCompletionChannel channel) {
        super(context, minimumEntries, channel);
    }

    @Override
    public int startPoll() {
        final int taken = poll(1, present);
        return taken > 0 ? 0 : taken == 0 ? Errno.ENOENT : -taken;
    }

    @Override
    public int nextPoll() {
        return take(1, present) > 0 ? 0 : Errno.ENOENT;
    }

    @Override
    public void endPoll() {
        // The completions read have already left the ring.
    }

    private int field(final int offset) {
        return present.get(JAVA_INT, offset);
    }

    @Override
    public long workRequestId() {
        return present.get(JAVA_LONG, WorkCompletionLayout.WORK_REQUEST_ID);
    }

    @Override
    public int status() {
        return field(WorkCompletionLayout.STATUS);
    }

    @Override
    public int opcode() {
        return field(WorkCompletionLayout.OPCODE);
    }

    @Override
    public int byteLength() {
        return field(WorkCompletionLayout.BYTE_LENGTH);
    }

    @Override
    public int immediateData() {
        return field(WorkCompletionLayout.IMMEDIATE_DATA);
    }

    @Override
    public int queuePairNumber() {
        return field(WorkCompletionLayout.QUEUE_PAIR_NUMBER);
    }

    @Override
    public int sourceQueuePairNumber() {
        return field(WorkCompletionLayout.SOURCE_QUEUE_PAIR);
    }

    @Override
    public int flags() {
        return field(WorkCompletionLayout.FLAGS);
    }

    @Override
    public int vendorError() {
        return field(WorkCompletionLayout.VENDOR_ERROR);
    }
}
