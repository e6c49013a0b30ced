// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;

/** Appends to a log, if that is allowed, and sends what was appended. Thread-safe. Allocates nothing. */
final class LogAppender {

    private final String log;
    private final LocalLog local;
    private final CopyKeeper copyKeeper;
    private final CopyRestorer copyRestorer;
    private final LogWaits waits;
    private final LogTerm term;
    private final Object lock;

    LogAppender(
        final String log, final LocalLog local, final CopyKeeper copyKeeper, final CopyRestorer copyRestorer,
        final LogWaits waits, final LogTerm term, final Object lock) {
        this.log = log;
        this.local = local;
        this.copyKeeper = copyKeeper;
        this.copyRestorer = copyRestorer;
        this.waits = waits;
        this.term = term;
        this.lock = lock;
    }

    long append(final MemorySegment payload, final long payloadOffset, final int payloadBytes) {
        local.requireLength(payloadBytes);
        requireWithin(payload, payloadOffset, payloadBytes);
        synchronized (lock) {
            final long entryTerm = requireAppendable();
            local.requireRoomUpTo(local.offsetAfter(local.lastRecord().endOffset(), payloadBytes), 1);
            final long sequence = local.append(entryTerm, payload, payloadOffset, payloadBytes);
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
            final long entryTerm = requireAppendable();
            long endOffset = local.lastRecord().endOffset();
            for (final int bytes : payloadBytes) {
                endOffset = local.offsetAfter(endOffset, bytes);
            }
            local.requireRoomUpTo(endOffset, payloadBytes.length);
            long offset = payloadsOffset;
            for (final int bytes : payloadBytes) {
                local.append(entryTerm, payloads, offset, bytes);
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

    /** Appends the beginning of a term, and returns its number. Called under the lock. */
    long appendBeginning(final long newTerm) {
        local.requireRoomUpTo(local.offsetAfter(local.lastRecord().endOffset(), 0), 1);
        final long sequence = local.appendBeginning(newTerm);
        send();
        return sequence;
    }

    /**
     * Appends a gap before the beginning of a term, for which there is room, too. Called under the lock.
     *
     * @return the number up to which entries are lost.
     */
    long appendGap(final long lostUpTo) {
        local.requireRoomForGap();
        local.appendGap(lostUpTo);
        send();
        return lostUpTo;
    }

    /** Requires that the log is not closed. Called under the lock. */
    void requireOpen() {
        if (waits.isClosed()) {
            throw new IllegalStateException(log + " is closed");
        }
    }

    /** Requires that the log has what was appended before, and is not closed. Called under the lock. */
    void requireUsable() {
        requireOpen();
        if (!copyRestorer.isReady()) {
            throw new IllegalStateException(log + " has not met its partner yet, whose copy may hold entries that come"
                + " before; call awaitReady() first");
        }
    }

    /** Requires that an entry may be appended now, and returns its term. */
    private long requireAppendable() {
        requireUsable();
        final long held = term.requireHeld();
        local.requireTerm(held);
        term.requireContinued(held);
        return held;
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
