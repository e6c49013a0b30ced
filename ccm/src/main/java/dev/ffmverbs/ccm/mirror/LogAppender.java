// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/** Appends to a log, if that is allowed, and sends what was appended. Thread-safe. Allocates nothing. */
final class LogAppender {

    private final String log;
    private final LocalLog local;
    private final CopyKeeper copyKeeper;
    private final CopyRestorer copyRestorer;
    private final LogWaits waits;
    private final Object lock;
    private LongSupplier heldTerm;
    private boolean closed;

    LogAppender(
        final String log, final LocalLog local, final CopyKeeper copyKeeper, final CopyRestorer copyRestorer,
        final LogWaits waits, final Object lock) {
        this.log = log;
        this.local = local;
        this.copyKeeper = copyKeeper;
        this.copyRestorer = copyRestorer;
        this.waits = waits;
        this.lock = lock;
    }

    /** Appends only while this returns a term. */
    void requireTerm(final LongSupplier newHeldTerm) {
        synchronized (lock) {
            heldTerm = newHeldTerm;
        }
    }

    /** Appends nothing more. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
    }

    long append(final MemorySegment payload, final long payloadOffset, final int payloadBytes) {
        local.requireLength(payloadBytes);
        requireWithin(payload, payloadOffset, payloadBytes);
        synchronized (lock) {
            final long term = requireAppendable();
            local.requireRoomUpTo(local.offsetAfter(local.lastRecord().endOffset(), payloadBytes), 1);
            final long sequence = local.append(term, payload, payloadOffset, payloadBytes);
            send();
            return sequence;
        }
    }

    long appendAll(final MemorySegment payloads, final long payloadsOffset, final int[] payloadBytes) {
        if (payloadBytes.length == 0) {
            throw new IllegalArgumentException("there is no payload to append to " + log);
        }
        long totalBytes = 0;
        for (final int bytes : payloadBytes) {
            local.requireLength(bytes);
            totalBytes += bytes;
        }
        requireWithin(payloads, payloadsOffset, totalBytes);
        synchronized (lock) {
            final long term = requireAppendable();
            long endOffset = local.lastRecord().endOffset();
            for (final int bytes : payloadBytes) {
                endOffset = local.offsetAfter(endOffset, bytes);
            }
            local.requireRoomUpTo(endOffset, payloadBytes.length);
            long offset = payloadsOffset;
            for (final int bytes : payloadBytes) {
                local.append(term, payloads, offset, bytes);
                offset += bytes;
            }
            send();
            return local.lastSequence();
        }
    }

    private static void requireWithin(final MemorySegment payload, final long offset, final long lengthBytes) {
        if (offset < 0 || offset > payload.byteSize() - lengthBytes) {
            throw new IndexOutOfBoundsException("offset " + offset + " and length " + lengthBytes
                + " are not within the payload's " + payload.byteSize() + " bytes");
        }
    }

    /** Requires that an entry may be appended now, and returns its term. */
    private long requireAppendable() {
        if (closed) {
            throw new IllegalStateException(log + " is closed");
        }
        if (!copyRestorer.isReady()) {
            throw new IllegalStateException(log + " has not met its partner yet, whose copy may hold entries that come"
                + " before; call awaitReady() first");
        }
        final long term = heldTerm == null ? 0 : heldTerm.getAsLong();
        if (heldTerm != null && term <= 0) {
            throw new IllegalStateException(log + " appends only while this node owns, and it holds no term now; append"
                + " again when it has acquired ownership");
        }
        local.requireTerm(term);
        return term;
    }

    private void send() {
        switch (copyKeeper.state()) {
            case MIRRORED -> copyKeeper.sendAll();
            case CATCHING_UP -> copyKeeper.sendFew();
            case ALONE -> { }
        }
        waits.noteAppend();
    }
}
