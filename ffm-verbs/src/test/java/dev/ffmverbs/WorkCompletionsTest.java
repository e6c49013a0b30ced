// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
    void readsTheFieldsOfADatagramsPath() {
        final WorkCompletions completions = WorkCompletions.allocate(2);
        completions.setCount(2);
        final MemorySegment second = completions.structure(1);
        second.set(ValueLayout.JAVA_SHORT, WorkCompletionLayout.PARTITION_KEY_INDEX, (short) 0xFFFE);
        second.set(ValueLayout.JAVA_SHORT, WorkCompletionLayout.SOURCE_LOCAL_IDENTIFIER, (short) 0xBEEF);
        second.set(ValueLayout.JAVA_BYTE, WorkCompletionLayout.SERVICE_LEVEL, (byte) 15);
        second.set(ValueLayout.JAVA_BYTE, WorkCompletionLayout.DESTINATION_PATH_BITS, (byte) 0xFF);

        assertEquals(0xFFFE, completions.partitionKeyIndex(1));
        assertEquals(0xBEEF, completions.sourceLocalIdentifier(1));
        assertEquals(15, completions.serviceLevel(1));
        assertEquals(0xFF, completions.destinationPathBits(1));
        assertEquals(0, completions.sourceLocalIdentifier(0));
        assertThrows(IndexOutOfBoundsException.class, () -> completions.serviceLevel(2));
    }

    /** After a failure, drivers leave the opcode as it was in the memory. */
    @Test
    void copiesAFailureWhateverItsOpcode() {
        final WorkCompletions completions = WorkCompletions.allocate(1);
        completions.setCount(1);
        final MemorySegment only = completions.structure(0);
        only.set(ValueLayout.JAVA_INT, WorkCompletionLayout.STATUS, WorkCompletionStatus.RETRY_EXCEEDED.value());
        only.set(ValueLayout.JAVA_LONG, WorkCompletionLayout.WORK_REQUEST_ID, 7);
        for (final int opcode : new int[] {0x7FFF_FFFF, -1, 100, WorkCompletionOpcode.RDMA_READ.value()}) {
            only.set(ValueLayout.JAVA_INT, WorkCompletionLayout.OPCODE, opcode);
            assertEquals(7, completions.copy(0).workRequestId());
            assertEquals(WorkCompletionStatus.RETRY_EXCEEDED, completions.copy(0).status());
        }
    }

    @Test
    void refusesACapacityOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> WorkCompletions.allocate(0));
        assertThrows(IllegalArgumentException.class, () -> WorkCompletions.allocate((1 << 20) + 1));
    }
}
