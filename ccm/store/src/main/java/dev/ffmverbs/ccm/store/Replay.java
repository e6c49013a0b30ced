// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import dev.ffmverbs.ccm.mirror.LogEntries;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state that the entries of the log make. A snapshot counts when it is complete.
 */
final class Replay {

    private static final System.Logger LOGGER = System.getLogger(Replay.class.getName());

    private Map<String, String> items = new LinkedHashMap<>();
    private Map<String, String> snapshot;
    private int missing;

    private Replay() {
    }

    /** Reads a log from its first entry. */
    static Replay of(final LogEntries entries) {
        final Replay replay = new Replay();
        while (entries.next()) {
            replay.warnOfLoss(entries);
            replay.take(Item.read(entries.payload(), 0));
        }
        return replay;
    }

    /** The replay of a log without entries. */
    static Replay empty() {
        return new Replay();
    }

    private void warnOfLoss(final LogEntries entries) {
        if (entries.lostBefore() > 0) {
            LOGGER.log(System.Logger.Level.WARNING, "{0} entries before entry {1} are lost: both nodes lost their"
                + " memory", entries.lostBefore(), entries.sequence());
        }
    }

    /** Takes the next entry. A PUT or a DELETE means that a snapshot before it was never completed. */
    void take(final Item item) {
        switch (Entry.of(item.kind())) {
            case SNAPSHOT -> {
                snapshot = new LinkedHashMap<>();
                missing = item.count();
                adoptIfComplete();
            }
            case COPY -> {
                if (snapshot != null) {
                    snapshot.put(item.key(), item.value());
                    missing--;
                    adoptIfComplete();
                }
            }
            case PUT -> {
                snapshot = null;
                items.put(item.key(), item.value());
            }
            case DELETE -> {
                snapshot = null;
                items.remove(item.key());
            }
        }
    }

    private void adoptIfComplete() {
        if (missing == 0) {
            items = snapshot;
            snapshot = null;
        }
    }

    Map<String, String> items() {
        return items;
    }
}
