// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;

/** Knows what was acknowledged in a {@link TakeOverStory}, by number and content, and reads what both nodes hold. */
final class TakeOverJudge {

    private final boolean losesMemory;
    private final boolean trims;
    private final TreeMap<Long, Long> acknowledged = new TreeMap<>();
    private long trimmed;

    /** Judges less strictly where memory is lost or entries are trimmed. */
    TakeOverJudge(final boolean losesMemory, final boolean trims) {
        this.losesMemory = losesMemory;
        this.trims = trims;
    }

    void noteTrimmed(final long upTo) {
        trimmed = Math.max(trimmed, upTo);
    }

    /** Returns the number of the last entry that was acknowledged; 0 if there is none. */
    long lastAcknowledged() {
        return acknowledged.isEmpty() ? 0 : acknowledged.lastKey();
    }

    /** Whether everything that was acknowledged is in one of two logs, or was trimmed there. */
    boolean hasEverything(final MemorySegment own, final MemorySegment copy) {
        return isWhole(own) || isWhole(copy);
    }

    private boolean isWhole(final MemorySegment memory) {
        final LogEntries entries = LogEntries.all(memory, EverythingReadable.EVERYTHING);
        boolean more = true;
        while (more) {
            more = entries.next();
        }
        final LogHeader header = new LogHeader();
        header.read(memory);
        // Without a header, a process has not finished to recover it.
        return header.life() > 0 && entries.sequence() >= lastAcknowledged() && has(read(memory));
    }

    private boolean has(final Map<Long, Long> entries) {
        return entries.entrySet().containsAll(acknowledged.tailMap(trimmed, false).entrySet());
    }

    /** Reads content by number. */
    TreeMap<Long, Long> read(final MemorySegment memory) {
        final TreeMap<Long, Long> contents = new TreeMap<>();
        final LogEntries entries = LogEntries.all(memory, EverythingReadable.EVERYTHING);
        long before = entries.sequence();
        while (entries.next()) {
            require(entries.sequence() > before, "entry " + entries.sequence() + " follows " + before);
            before = entries.sequence();
            contents.put(before, entries.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
        }
        return contents;
    }

    /** Notes what is acknowledged up to a number. */
    void acknowledge(final long last, final MemorySegment own, final MemorySegment copy) {
        final TreeMap<Long, Long> there = read(copy);
        for (final Map.Entry<Long, Long> entry : read(own).headMap(last, true).entrySet()) {
            final Long known = acknowledged.putIfAbsent(entry.getKey(), entry.getValue());
            require(known == null || known.equals(entry.getValue()), "two entries " + entry.getKey()
                + " were acknowledged");
            require(entry.getKey() <= trimmed || entry.getValue().equals(there.get(entry.getKey())),
                "the partner does not hold " + entry.getKey() + " of " + last);
        }
    }

    /**
     * Judges a log that has continued.
     *
     * @param former what it had before.
     */
    void requireRight(
        final LogContinuation begun, final Map<Long, Long> former, final MemorySegment own,
        final MemorySegment partnersOwn) {
        final TreeMap<Long, Long> present = read(own);
        require(has(present), "acknowledged entries are lacking: there are " + present + ", acknowledged are "
            + acknowledged);
        require(begun.sequence() > lastAcknowledged(), "number " + begun.sequence() + " is used twice");
        require(present.isEmpty() || begun.sequence() > present.lastKey(), "number " + begun.sequence()
            + " is not the last one");
        final TreeMap<Long, Long> cut = new TreeMap<>(former);
        cut.entrySet().removeAll(present.entrySet());
        require(trims || cut.size() == begun.cutEntries() && (cut.isEmpty()
            || cut.firstKey() == begun.firstCut() && cut.lastKey() == begun.lastCut()), "cut are " + cut);
        final TreeMap<Long, Long> shared = new TreeMap<>(present.headMap(begun.heldByBoth(), true));
        shared.headMap(trimmed, true).clear();
        require(losesMemory || read(partnersOwn).entrySet().containsAll(shared.entrySet()),
            "not both hold the entries up to " + begun.heldByBoth());
    }

    private static void require(final boolean isSo, final String otherwise) {
        if (!isSo) {
            throw new AssertionError(otherwise);
        }
    }
}
