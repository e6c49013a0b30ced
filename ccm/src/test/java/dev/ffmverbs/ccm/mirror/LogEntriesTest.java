// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LogEntriesTest {

    private static final int CAPACITY = 4096;

    private final MemorySegment memory = Arena.ofAuto().allocate(CAPACITY, Long.BYTES);
    private final EntryFormat format = new EntryFormat(memory);

    private static MemorySegment payload(final int length) {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    private long write(final long offset, final long sequence, final int length) {
        format.write(offset, sequence, payload(length), 0, length);
        return offset + EntryFormat.entryBytes(length);
    }

    @Test
    void memoryOfZerosHoldsNothing() {
        final LogEntries entries = new LogEntries(memory);

        assertFalse(entries.next());
        assertEquals(0, entries.sequence());
        assertThrows(IllegalStateException.class, entries::payload);
    }

    @Test
    void findsEntriesOfAllLengthsInOrderAndThoseThatComeLater() {
        final LogEntries entries = new LogEntries(memory);
        long offset = 0;
        for (int length = 0; length < 20; length++) {
            offset = write(offset, length + 1, length);
            assertTrue(entries.next(), "entry of " + length + " bytes");
            assertEquals(length + 1, entries.sequence());
            assertArrayEquals(payload(length).toArray(ValueLayout.JAVA_BYTE),
                entries.payload().toArray(ValueLayout.JAVA_BYTE));
            assertFalse(entries.next());
        }
        assertEquals(offset, entries.endOffset());
    }

    @Test
    void stopsAtAnEntryOfWhichOneBitIsNotAsItWasWritten() {
        final long offset = write(0, 1, 100);
        for (long bit = 0; bit < (EntryFormat.HEADER_BYTES + 100) * 8; bit++) {
            flip(bit);
            assertFalse(new LogEntries(memory).next(), "bit " + bit);
            flip(bit);
        }
        write(offset, 2, 8);
        final LogEntries entries = new LogEntries(memory);
        assertTrue(entries.next() && entries.next());
        assertFalse(entries.next());
    }

    private void flip(final long bit) {
        final byte was = memory.get(ValueLayout.JAVA_BYTE, bit / 8);
        memory.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (was ^ 1 << bit % 8));
    }

    @Test
    void stopsAtAnEntryOfAnotherPlaceInTheLog() {
        write(write(0, 1, 8), 3, 8);

        final LogEntries entries = new LogEntries(memory);
        assertTrue(entries.next());
        assertFalse(entries.next(), "entry 3 does not follow entry 1");
    }

    @Test
    void doesNotReadBeyondTheEndOfTheMemory() {
        final int length = CAPACITY - EntryFormat.HEADER_BYTES;
        write(0, 1, length);
        final LogEntries entries = new LogEntries(memory);
        assertTrue(entries.next());
        assertFalse(entries.next());

        assertFalse(new LogEntries(memory.asSlice(0, CAPACITY - 8)).next(), "its end is cut off");
        assertFalse(new LogEntries(memory.asSlice(0, 8)).next());
    }

    @Test
    void passesOverWhatIsLostAndSaysHowMuch() {
        final long first = write(0, 1, 10);
        format.writeGap(first, 7);
        final LogEntries entries = new LogEntries(memory);

        assertTrue(entries.next());
        assertEquals(0, entries.lostBefore());
        assertFalse(entries.next(), "nothing follows what is lost");
        assertEquals(7, entries.sequence());
        assertTrue(assertThrows(IllegalStateException.class, entries::payload).getMessage()
            .contains("the entries up to 7 are lost"));

        write(first + EntryFormat.HEADER_BYTES, 8, 20);
        assertTrue(entries.next());
        assertEquals(8, entries.sequence());
        assertEquals(6, entries.lostBefore());
        assertEquals(20, entries.payload().byteSize());
    }

    @Test
    void doesNotTakeAGapThatEndsBeforeItBeginsOrIsNotWhole() {
        final long first = write(0, 1, 10);
        format.writeGap(first, 1);
        final LogEntries entries = new LogEntries(memory);
        assertTrue(entries.next());
        assertFalse(entries.nextRecord(), "entry 1 is not lost");

        format.writeGap(first, 7);
        memory.set(ValueLayout.JAVA_BYTE, first + 8, (byte) 6);
        assertFalse(entries.nextRecord(), "its checksum is different");
    }
}
