// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private final Replay replay = Replay.empty();

    private void put(final String key, final String value, final long term) {
        replay.take(Entry.PUT.item(key, value), term);
    }

    private void beginSnapshot(final int items, final long term) {
        replay.take(new Item(Entry.SNAPSHOT.code(), "", "", items), term);
    }

    private void copy(final String key, final String value, final long term) {
        replay.take(Entry.COPY.item(key, value), term);
    }

    @Test
    void theLastWriteOfAKeyCounts() {
        put("a", "1", 7);
        put("b", "2", 7);
        put("a", "3", 8);
        replay.take(Entry.DELETE.item("b", ""), 9);
        assertEquals(Map.of("a", "3"), replay.items());
        assertEquals(9, replay.term());
    }

    @Test
    void aSnapshotReplacesEverythingAndCountsWhenItIsComplete() {
        put("a", "1", 7);
        beginSnapshot(2, 8);
        copy("b", "2", 8);
        assertEquals(Map.of("a", "1"), replay.items());
        assertEquals(7, replay.term());
        copy("c", "3", 8);
        assertEquals(Map.of("b", "2", "c", "3"), replay.items());
        assertEquals(8, replay.term());
    }

    @Test
    void anEmptySnapshotIsComplete() {
        put("a", "1", 7);
        beginSnapshot(0, 8);
        assertEquals(Map.of(), replay.items());
        assertEquals(8, replay.term());
    }

    @Test
    void aSnapshotThatWasNeverCompletedDoesNotCount() {
        put("a", "1", 7);
        beginSnapshot(2, 8);
        copy("b", "2", 8);
        replay.take(Entry.BEGIN.item("", ""), 9);
        copy("c", "3", 9);
        assertEquals(Map.of("a", "1"), replay.items());
        beginSnapshot(1, 10);
        copy("d", "4", 10);
        assertEquals(Map.of("d", "4"), replay.items());
        assertEquals(10, replay.term());
    }

    @Test
    void anEntryOfALaterVersionIsRefused() {
        assertThrows(IllegalStateException.class, () -> replay.take(new Item((byte) 99, "", "", 0), 1));
    }
}
