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

    private final MemorySegment memory = Arena.ofAuto().allocate(LogHeader.LENGTH_BYTES + CAPACITY, Long.BYTES);
    private final MemorySegment records = memory.asSlice(LogHeader.LENGTH_BYTES);
    private final EntryFormat format = new EntryFormat(records);
    private final LogCursor end = new LogCursor(records);

    private static MemorySegment payload(final int length) {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    private void write(final int length) {
        format.write(end, 5, payload(length), 0, length);
        end.nextKnown();
    }

    private LogEntries entries() {
        return LogEntries.all(memory, LogWaits.ARRIVING_ENTRIES);
    }

    @Test
    void memoryOfZerosHoldsNothing() {
        final LogEntries entries = entries();

        assertFalse(entries.next());
        assertEquals(0, entries.sequence());
        assertThrows(IllegalStateException.class, entries::payload);
    }

    @Test
    void findsEntriesOfAllLengthsInOrderAndThoseThatComeLater() {
        final LogEntries entries = entries();
        for (int length = 0; length < 20; length++) {
            write(length);
            assertTrue(entries.next(), "entry of " + length + " bytes");
            assertEquals(length + 1, entries.sequence());
            assertEquals(5, entries.term());
            assertArrayEquals(payload(length).toArray(ValueLayout.JAVA_BYTE),
                entries.payload().toArray(ValueLayout.JAVA_BYTE));
            assertFalse(entries.next());
        }
    }

    @Test
    void stopsAtAnEntryOfWhichOneBitIsNotAsItWasWritten() {
        write(100);
        for (long bit = 0; bit < (EntryFormat.HEADER_BYTES + 100) * 8; bit++) {
            flip(bit);
            assertFalse(entries().next(), "bit " + bit);
            flip(bit);
        }
        write(8);
        final LogEntries entries = entries();
        assertTrue(entries.next() && entries.next());
        assertFalse(entries.next());
    }

    private void flip(final long bit) {
        final byte was = records.get(ValueLayout.JAVA_BYTE, bit / 8);
        records.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (was ^ 1 << bit % 8));
    }

    @Test
    void stopsAtAnEntryOfAnotherPlaceInTheLog() {
        write(8);
        final long second = end.endOffset();
        write(8);
        final long third = end.endOffset();
        write(8);
        MemorySegment.copy(records, third, records, second, EntryFormat.entryBytes(8));

        final LogEntries entries = entries();
        assertTrue(entries.next());
        assertFalse(entries.next(), "entry 3 does not follow entry 1");
    }

    @Test
    void stopsAtAnEntryThatFollowedAnother() {
        final LogCursor before = new LogCursor(end);
        write(8);
        write(8);
        format.write(before, 6, payload(8), 0, 8);

        final LogEntries entries = entries();
        assertTrue(entries.next());
        assertFalse(entries.next(), "entry 2 followed an entry of another term");
    }

    @Test
    void doesNotReadBeyondTheEndOfTheMemory() {
        final int length = CAPACITY - EntryFormat.HEADER_BYTES;
        write(length);
        final LogEntries entries = entries();
        assertTrue(entries.next());
        assertFalse(entries.next());

        assertFalse(LogEntries.all(memory.asSlice(0, memory.byteSize() - 8), LogWaits.ARRIVING_ENTRIES).next(),
            "its end is cut off");
        assertFalse(LogEntries.all(memory.asSlice(0, LogHeader.LENGTH_BYTES + 8), LogWaits.ARRIVING_ENTRIES).next());
    }

    @Test
    void passesOverWhatIsLostAndSaysHowMuch() {
        write(10);
        format.writeGap(end, 7);
        end.nextKnown();
        final LogEntries entries = entries();

        assertTrue(entries.next());
        assertEquals(0, entries.lostBefore());
        assertFalse(entries.next(), "nothing follows what is lost");
        assertEquals(7, entries.sequence());
        assertTrue(assertThrows(IllegalStateException.class, entries::payload).getMessage()
            .contains("the entries up to 7 are lost"));

        write(20);
        assertTrue(entries.next());
        assertEquals(8, entries.sequence());
        assertEquals(6, entries.lostBefore());
        assertEquals(20, entries.payload().byteSize());
    }

    @Test
    void doesNotTakeAGapThatEndsBeforeItBeginsOrIsNotWhole() {
        write(10);
        final long first = end.endOffset();
        format.writeGap(end, 1);
        final LogEntries entries = entries();
        assertTrue(entries.next());
        assertFalse(entries.next(), "entry 1 is not lost");
        assertEquals(1, entries.sequence());

        format.writeGap(end, 7);
        records.set(ValueLayout.JAVA_BYTE, first + 8, (byte) 6);
        assertFalse(entries.next(), "its checksum is different");
        assertEquals(1, entries.sequence());
    }
}
