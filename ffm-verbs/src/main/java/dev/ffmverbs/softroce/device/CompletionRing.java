// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A ring of {@code struct ibv_wc}, with one writer under the dispatch lock and any number of readers without a lock.
 *
 * <p>A reader first copies entries and then claims them, unless another reader was faster. A reader that the system
 * suspends therefore delays no other thread.
 */
final class CompletionRing {

    /** Result of {@link #take} when the ring was replaced by another. */
    static final int REPLACED = -1;

    /** Offset of the clock at the completion, which is behind the structure in rings that have it. */
    static final long TIMESTAMP = WorkCompletionLayout.BYTES;
    /** Bytes of an entry with the clock. */
    static final long BYTES_WITH_TIMESTAMP = TIMESTAMP + Long.BYTES;

    /** Value of the head of a ring that was replaced. No reader takes entries from it. */
    private static final long GONE = Long.MAX_VALUE;

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(CompletionRing.class, "head", long.class).withInvokeExactBehavior();
            TAIL = lookup.findVarHandle(CompletionRing.class, "tail", long.class).withInvokeExactBehavior();
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemorySegment entries;
    private final int capacity;
    private final long entryBytes;
    /** Read and written through {@link #HEAD} only. */
    @SuppressWarnings("unused")
    private long head;
    private long tail;

    CompletionRing(final SegmentAllocator allocator, final int minimumEntries, final boolean timestamps) {
        capacity = Integer.highestOneBit(Math.max(1, minimumEntries) * 2 - 1);
        entryBytes = timestamps ? BYTES_WITH_TIMESTAMP : WorkCompletionLayout.BYTES;
        entries = allocator.allocate(capacity * entryBytes, Long.BYTES);
    }

    int capacity() {
        return capacity;
    }

    /** Returns the memory of the entries. */
    MemorySegment memory() {
        return entries;
    }

    boolean isEmpty() {
        return (long) HEAD.getAcquire(this) >= (long) TAIL.getAcquire(this);
    }

    boolean isFull() {
        return tail - (long) HEAD.getAcquire(this) >= capacity;
    }

    /**
     * Appends an entry to a ring that is not full. Immediate data is given as its big-endian number. An invalidated key
     * takes its place.
     */
    void add(
        final long workRequestId, final int status, final int vendorError, final int operation, final int byteLength,
        final int immediate, final int flags, final int queuePair, final int sourceQueuePair) {
        final MemorySegment entries = this.entries;
        final long base = (tail & capacity - 1) * entryBytes;
        entries.set(JAVA_LONG, base + WorkCompletionLayout.WORK_REQUEST_ID, workRequestId);
        entries.set(JAVA_INT, base + WorkCompletionLayout.STATUS, status);
        entries.set(JAVA_INT, base + WorkCompletionLayout.OPCODE, operation);
        entries.set(JAVA_INT, base + WorkCompletionLayout.VENDOR_ERROR, vendorError);
        entries.set(JAVA_INT, base + WorkCompletionLayout.BYTE_LENGTH, byteLength);
        if ((flags & CompletionFlags.WITH_INVALIDATE) != 0) {
            entries.set(JAVA_INT, base + WorkCompletionLayout.INVALIDATED_RKEY, immediate);
        } else {
            entries.set(WorkRequests.NETWORK_INT, base + WorkCompletionLayout.IMMEDIATE_DATA, immediate);
        }
        entries.set(JAVA_INT, base + WorkCompletionLayout.QUEUE_PAIR_NUMBER, queuePair);
        entries.set(JAVA_INT, base + WorkCompletionLayout.SOURCE_QUEUE_PAIR, sourceQueuePair);
        entries.set(JAVA_INT, base + WorkCompletionLayout.FLAGS, flags);
        if (entryBytes == BYTES_WITH_TIMESTAMP) {
            entries.set(JAVA_LONG, base + TIMESTAMP, System.nanoTime());
        }
        TAIL.setRelease(this, tail + 1);
    }

    /**
     * Removes entries.
     *
     * @param maximum most entries to take.
     * @param target  receives the entries, from its start.
     * @param stride  bytes of each entry there, which receives as much of the entry as fits.
     * @return how many were removed, or {@link #REPLACED} when another ring has them.
     */
    int take(final int maximum, final MemorySegment target, final long stride) {
        while (true) {
            final long first = (long) HEAD.getAcquire(this);
            if (first == GONE) {
                return REPLACED;
            }
            // The head may have moved since, and the tail after it, by more than the ring holds. The claim then fails.
            final int count = (int) Math.min(Math.min(maximum, capacity), (long) TAIL.getAcquire(this) - first);
            if (count <= 0) {
                return 0;
            }
            copy(first, count, target, stride);
            VarHandle.fullFence();
            if (HEAD.compareAndSet(this, first, first + count)) {
                return count;
            }
        }
    }

    private void copy(final long first, final int count, final MemorySegment target, final long stride) {
        if (stride != entryBytes) {
            copyParts(first, count, target, stride);
            return;
        }
        final int index = (int) (first & capacity - 1);
        final int whole = Math.min(count, capacity - index);
        MemorySegment.copy(entries, index * entryBytes, target, 0, whole * entryBytes);
        if (whole < count) {
            MemorySegment.copy(entries, 0, target, whole * entryBytes, (count - whole) * entryBytes);
        }
    }

    private void copyParts(final long first, final int count, final MemorySegment target, final long stride) {
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(entries, (first + i & capacity - 1) * entryBytes, target, i * stride,
                Math.min(stride, entryBytes));
        }
    }

    /** Moves all entries to a new ring of the same kind, under the dispatch lock. Returns false if they do not fit. */
    boolean moveTo(final CompletionRing other) {
        while (true) {
            final long first = (long) HEAD.getAcquire(this);
            final int count = (int) (tail - first);
            if (count > other.capacity) {
                return false;
            }
            copy(first, count, other.entries, entryBytes);
            if (HEAD.compareAndSet(this, first, GONE)) {
                TAIL.setRelease(other, (long) count);
                return true;
            }
        }
    }
}
