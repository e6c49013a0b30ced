// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.ccm.mirror.EntriesTrimmedException;
import dev.ffmverbs.ccm.mirror.LogEntries;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The state that the entries of one log make, and the term of the last entry that counts. A snapshot counts when it is
 * complete.
 */
final class Replay {

    private static final System.Logger LOGGER = System.getLogger(Replay.class.getName());

    private Map<String, String> items = new LinkedHashMap<>();
    private long term;
    private Map<String, String> snapshot;
    private int missing;

    private Replay() {
    }

    /** Reads a log from its first entry. */
    static Replay of(final Supplier<LogEntries> log) {
        while (true) {
            try {
                final LogEntries entries = log.get();
                final Replay replay = new Replay();
                while (entries.next()) {
                    replay.warnOfLoss(entries);
                    replay.take(Item.read(entries.payload(), 0), entries.term());
                }
                return replay;
            } catch (final EntriesTrimmedException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "a log was trimmed while it was read; it is read again", e);
            }
        }
    }

    /** The replay of a log that does not exist. */
    static Replay empty() {
        return new Replay();
    }

    private void warnOfLoss(final LogEntries entries) {
        if (entries.lostBefore() > 0) {
            LOGGER.log(System.Logger.Level.WARNING, "{0} entries before entry {1} are lost: both nodes lost their"
                + " memory", entries.lostBefore(), entries.sequence());
        }
    }

    /** Takes the next entry. */
    void take(final Item item, final long entryTerm) {
        switch (Entry.of(item.kind())) {
            case SNAPSHOT -> {
                snapshot = new LinkedHashMap<>();
                missing = item.count();
                adoptIfComplete(entryTerm);
            }
            case COPY -> {
                if (snapshot != null) {
                    snapshot.put(item.key(), item.value());
                    missing--;
                    adoptIfComplete(entryTerm);
                }
            }
            case BEGIN -> count(entryTerm);
            case PUT -> {
                count(entryTerm);
                items.put(item.key(), item.value());
            }
            case DELETE -> {
                count(entryTerm);
                items.remove(item.key());
            }
        }
    }

    /** Another entry means that a snapshot before it was never completed. */
    private void count(final long entryTerm) {
        snapshot = null;
        term = entryTerm;
    }

    private void adoptIfComplete(final long entryTerm) {
        if (missing == 0) {
            items = snapshot;
            count(entryTerm);
        }
    }

    Map<String, String> items() {
        return items;
    }

    /** The term of the last entry that counts; 0 if there is none. */
    long term() {
        return term;
    }
}
