// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the array that polls fill, without a device. */
@Timeout(60)
class WorkCompletionsTest {

    private static final int LARGEST_CAPACITY = 64;
    private static final int ROUNDS = 64;

    @Test
    void hasRoomForItsCapacityWhereverTheAllocatorPutsIt() {
        final List<WorkCompletions> kept = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (int capacity = 1; capacity <= LARGEST_CAPACITY; capacity++) {
                final int asked = capacity;
                kept.add(assertDoesNotThrow(() -> WorkCompletions.allocate(asked), "capacity " + capacity));
            }
        }
        for (final WorkCompletions completions : kept) {
            assertEquals(0, completions.count());
        }
    }

    @Test
    void refusesACapacityOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> WorkCompletions.allocate(0));
        assertThrows(IllegalArgumentException.class, () -> WorkCompletions.allocate((1 << 20) + 1));
    }
}
