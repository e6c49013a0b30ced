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
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * A completion queue that is read one completion at a time. Each step takes one completion out of the ring, so reading
 * needs no lock, and other threads may poll and resize the queue meanwhile.
 */
final class SoftExtendedCompletionQueue extends SoftCompletionQueue implements ExtendedCompletionQueueOperations {

    /** The fields that completions can have, flags of {@link ExtendedCompletionFlags}. */
    static final long FIELDS = ExtendedCompletionFlags.BYTE_LENGTH | ExtendedCompletionFlags.IMMEDIATE_DATA
        | ExtendedCompletionFlags.QUEUE_PAIR_NUMBER | ExtendedCompletionFlags.SOURCE_QUEUE_PAIR
        | ExtendedCompletionFlags.SOURCE_LOCAL_IDENTIFIER | ExtendedCompletionFlags.SERVICE_LEVEL
        | ExtendedCompletionFlags.DESTINATION_PATH_BITS | ExtendedCompletionFlags.COMPLETION_TIMESTAMP
        | ExtendedCompletionFlags.WALLCLOCK_TIMESTAMP;

    private static final long TIMESTAMPS =
        ExtendedCompletionFlags.COMPLETION_TIMESTAMP | ExtendedCompletionFlags.WALLCLOCK_TIMESTAMP;

    /** The completion being read. Only the thread that reads uses it. */
    private final MemorySegment present = Arena.ofAuto().allocate(CompletionRing.BYTES_WITH_TIMESTAMP, Long.BYTES);

    /** What to add to the clock to get the time of day. Later steps of the system's clock do not change it. */
    private final long wallclockOffsetNs;

    SoftExtendedCompletionQueue(
        final SoftContext context, final int minimumEntries, final SoftCompletionChannel channel, final long fields) {
        super(context, minimumEntries, channel, (fields & TIMESTAMPS) != 0);
        final Instant now = Instant.now();
        this.wallclockOffsetNs =
            TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - System.nanoTime();
    }

    @Override
    public int startPoll() {
        final int taken = poll(1, present, CompletionRing.BYTES_WITH_TIMESTAMP);
        return taken > 0 ? 0 : taken == 0 ? Errno.ENOENT : -taken;
    }

    @Override
    public int nextPoll() {
        return take(1, present, CompletionRing.BYTES_WITH_TIMESTAMP) > 0 ? 0 : Errno.ENOENT;
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

    @Override
    public long completionTimestamp() {
        return present.get(JAVA_LONG, CompletionRing.TIMESTAMP);
    }

    @Override
    public long wallclockTimestampNs() {
        return wallclockOffsetNs + completionTimestamp();
    }
}
