// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BucketTest {

    private final MemorySegment memory = Arena.ofAuto().allocate(Bucket.BYTES, 8);
    private final Table table = new Table(memory);

    private MemorySegment copy() {
        return Arena.ofAuto().allocate(Bucket.BYTES, 8).copyFrom(memory);
    }

    @Test
    void aMixtureOfOldAndNewIsNotWhole() {
        table.put("key", "old value");
        final MemorySegment old = copy();
        table.put("key", "new value");
        final MemorySegment present = copy();
        for (int split = 0; split <= Bucket.BYTES; split++) {
            final MemorySegment mixture = copy();
            MemorySegment.copy(old, 0, mixture, 0, split);
            final boolean isOneOfThem = mixture.mismatch(old) < 0 || mixture.mismatch(present) < 0;
            assertEquals(isOneOfThem, Bucket.isWhole(mixture, 0), "the first " + split + " bytes are old");
        }
    }

    @Test
    void aBucketIsIncompleteWhileItIsChanged() {
        table.put("key", "value");
        assertTrue(Bucket.isWhole(memory, 0));
        new Item(Bucket.USED, "key", "other", 0).write(memory, Bucket.slotOffset(0, 0));
        assertFalse(Bucket.isWhole(memory, 0));
        Bucket.seal(memory, 0);
        assertTrue(Bucket.isWhole(memory, 0));
    }

    @Test
    void memoryThatNobodyHasWrittenIsNotWhole() {
        assertFalse(Bucket.isWhole(Arena.ofAuto().allocate(Bucket.BYTES, 8), 0));
    }

    @Test
    void aTableOfOneBucketHoldsAsManyKeysAsItHasSlots() {
        final List<String> keys = new ArrayList<>();
        for (int i = 0; i < Bucket.SLOTS; i++) {
            keys.add("key" + i);
            assertTrue(table.hasRoomFor("key" + i));
            table.put("key" + i, "value" + i);
        }
        assertFalse(table.hasRoomFor("another"));
        assertTrue(table.hasRoomFor("key1"));
        assertThrows(IllegalStateException.class, () -> table.put("another", ""));
        table.delete("key1");
        table.put("another", "here");
        assertEquals(Optional.empty(), table.get("key1"));
        assertEquals(Map.of("key0", "value0", "another", "here", "key2", "value2"), table.items());
    }

    @Test
    void keysAndValuesOfAllLengthsComeBackAndLongerOnesAreRefused() {
        final String longestKey = "k".repeat(Item.LONGEST_KEY_BYTES);
        final String longestValue = "v".repeat(Item.LONGEST_VALUE_BYTES);
        table.put("", "");
        table.put(longestKey, longestValue);
        assertEquals(Optional.of(""), table.get(""));
        assertEquals(Optional.of(longestValue), table.get(longestKey));
        assertThrows(IllegalArgumentException.class, () -> table.get(longestKey + "k"));
        assertThrows(IllegalArgumentException.class, () -> table.put("k", longestValue + "v"));
    }
}
