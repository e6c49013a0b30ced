// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private final Replay replay = Replay.empty();

    private void put(final String key, final String value) {
        replay.take(Entry.PUT.item(key, value));
    }

    private void beginSnapshot(final int items) {
        replay.take(new Item(Entry.SNAPSHOT.code(), "", "", items));
    }

    private void copy(final String key, final String value) {
        replay.take(Entry.COPY.item(key, value));
    }

    @Test
    void theLastWriteOfAKeyCounts() {
        put("a", "1");
        put("b", "2");
        put("a", "3");
        replay.take(Entry.DELETE.item("b", ""));
        assertEquals(Map.of("a", "3"), replay.items());
    }

    @Test
    void aSnapshotReplacesEverythingAndCountsWhenItIsComplete() {
        put("a", "1");
        beginSnapshot(2);
        copy("b", "2");
        assertEquals(Map.of("a", "1"), replay.items());
        copy("c", "3");
        assertEquals(Map.of("b", "2", "c", "3"), replay.items());
    }

    @Test
    void anEmptySnapshotIsComplete() {
        put("a", "1");
        beginSnapshot(0);
        assertEquals(Map.of(), replay.items());
    }

    @Test
    void aSnapshotThatWasNeverCompletedDoesNotCount() {
        put("a", "1");
        beginSnapshot(2);
        copy("b", "2");
        put("a", "2");
        copy("c", "3");
        assertEquals(Map.of("a", "2"), replay.items());
        beginSnapshot(1);
        copy("d", "4");
        assertEquals(Map.of("d", "4"), replay.items());
    }

    @Test
    void anEntryOfALaterVersionIsRefused() {
        assertThrows(IllegalStateException.class, () -> replay.take(new Item((byte) 99, "", "", 0)));
    }
}
