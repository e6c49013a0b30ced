// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests what a reader of a ring of completions takes at once. */
class CompletionRingTest {

    private static final int CAPACITY = 4;
    private static final int MAXIMUM = 16;

    private final Arena arena = Arena.ofConfined();
    private final CompletionRing ring = new CompletionRing(arena, CAPACITY, false);
    private final MemorySegment target = arena.allocate(MAXIMUM * WorkCompletionLayout.BYTES, Long.BYTES);

    @AfterEach
    void close() {
        arena.close();
    }

    private void add(final int count) {
        for (int i = 0; i < count; i++) {
            ring.add(i, 0, 0, 0, 0, 0, 0, 0, 0);
        }
    }

    /**
     * A reader that was suspended after it read the head sees the tail of a later time. Other readers have made room
     * for the entries in between.
     */
    @Test
    void aReaderWithAnOldHeadCopiesNoMoreThanTheRingHolds() {
        add(CAPACITY - 1);
        assertEquals(CAPACITY - 1, ring.take(MAXIMUM, target, WorkCompletionLayout.BYTES));

        add(CAPACITY + 2);

        assertEquals(CAPACITY, ring.take(MAXIMUM, target, WorkCompletionLayout.BYTES));
    }
}
