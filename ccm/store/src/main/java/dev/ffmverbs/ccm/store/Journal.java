// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.ccm.mirror.LogContinuation;
import dev.ffmverbs.ccm.mirror.LogEntries;
import dev.ffmverbs.ccm.mirror.MirrorState;
import dev.ffmverbs.ccm.mirror.MirroredLog;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes the entries of the store into the log, and reads it. Used by one thread. Not final, so that tests can replace
 * the log.
 */
class Journal {

    /** Entries in the log after which a snapshot takes their place. */
    static final int ENTRIES_PER_SNAPSHOT = 2_000;

    private static final Duration SHORT_WAIT = Duration.ofNanos(100_000);

    private final MirroredLog log;
    private final MemorySegment payload = Arena.ofAuto().allocate(Item.BYTES);

    Journal(final MirroredLog log) {
        this.log = log;
    }

    /**
     * Lets the log go on in a term.
     *
     * @throws dev.ffmverbs.ccm.mirror.IncompleteLogException if that is not possible yet.
     * @throws IllegalStateException                          if this node no longer owns.
     */
    LogContinuation continueInTerm(final long term) {
        return log.continueInTerm(term);
    }

    /** Returns the state that the log makes. */
    Map<String, String> replay() {
        return Replay.of(log.entries()).items();
    }

    /** Whether the partner takes new entries now. */
    boolean isMirrored() {
        return log.state() == MirrorState.MIRRORED;
    }

    /** Whether the partner is not there. */
    boolean isAlone() {
        return log.state() == MirrorState.ALONE;
    }

    /** Whether both nodes hold an entry. Waits for a moment if they do not. */
    boolean isConfirmed(final long sequence) {
        return log.awaitAcknowledged(sequence, SHORT_WAIT);
    }

    /**
     * Appends an entry.
     *
     * @return its number.
     * @throws IllegalStateException if this node no longer owns.
     */
    long append(final Item item) {
        item.write(payload, 0);
        return log.append(payload, 0, Item.BYTES);
    }

    /** Appends a snapshot, and returns the number of its last entry. */
    long appendSnapshot(final Map<String, String> items) {
        final MemorySegment payloads = Arena.ofAuto().allocate((items.size() + 1L) * Item.BYTES);
        new Item(Entry.SNAPSHOT.code(), "", "", items.size()).write(payloads, 0);
        long offset = Item.BYTES;
        for (final Map.Entry<String, String> item : items.entrySet()) {
            Entry.COPY.item(item.getKey(), item.getValue()).write(payloads, offset);
            offset += Item.BYTES;
        }
        final int[] lengths = new int[items.size() + 1];
        Arrays.fill(lengths, Item.BYTES);
        return log.appendAll(payloads, 0, lengths);
    }

    /** Removes what is before a snapshot that both nodes hold. */
    void trimBefore(final long lastOfSnapshot, final int items) {
        log.trim(lastOfSnapshot - items - 1);
    }

    /** Whether the log has grown so much that it needs a snapshot. */
    boolean isLong() {
        final LogEntries entries = log.entries();
        return log.lastSequence() - entries.sequence() > ENTRIES_PER_SNAPSHOT;
    }
}
