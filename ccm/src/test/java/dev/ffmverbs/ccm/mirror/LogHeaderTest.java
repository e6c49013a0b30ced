// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class LogHeaderTest {

    private final MemorySegment memory = Arena.ofAuto().allocate(LogHeader.LENGTH_BYTES, Long.BYTES);
    private final LogHeader header = new LogHeader();

    private LogHeader read() {
        final LogHeader read = new LogHeader();
        read.read(memory);
        return read;
    }

    @Test
    void zerosMeanANewLogOfWhichNothingIsLacking() {
        assertEquals(0, read().life());
        assertEquals(0, read().identity());
        assertEquals(0, read().sequence());
        assertEquals(0, read().lackedUpTo());
        assertEquals(0, read().unmetTerm());
    }

    @Test
    void statesTheTermInWhichTheLogBeganWithoutThePartner() {
        header.beginWithoutPartner(5);
        header.write(memory);
        header.write(memory);
        assertEquals(5, read().unmetTerm());
        final LogHeader copy = new LogHeader();
        copy.follow(read());
        copy.write(memory);
        assertEquals(5, read().unmetTerm(), "in the header of the copy");
    }

    @Test
    void statesTheLastEntryThatTheCopyMayLackUntilItIsComplete() {
        header.lackUpTo(3, 4711);
        header.write(memory);
        assertEquals(4711, read().lackedUpTo());
        assertEquals(3, read().lackedTerm());
        assertFalse(read().isWhole());
        header.lackNothing();
        header.write(memory);
        assertEquals(0, read().lackedUpTo());
        assertTrue(read().isWhole());
    }

    @Test
    void continuesWithTheUpdateAfterTheOneItHasRead() {
        for (int life = 1; life < 10; life++) {
            header.live(life, 99);
            header.write(memory);
            header.read(memory);
            assertEquals(life, read().life());
            assertEquals(99, read().identity());
        }
    }

    @Test
    void anUpdateOfWhichOneBitIsWrongCountsAsNotWritten() {
        requireThatAWrongBitIsFound(88);
    }

    @Test
    void anUpdateOfALogThatBeganWithoutThePartnerOfWhichOneBitIsWrongCountsAsNotWritten() {
        header.beginWithoutPartner(5);
        requireThatAWrongBitIsFound(96);
    }

    private void requireThatAWrongBitIsFound(final int usedBytes) {
        header.lackUpTo(3, 4711);
        header.write(memory);
        header.lackUpTo(3, 4712);
        final MemorySegment slot = MemorySegment.ofArray(new byte[LogHeader.SLOT_BYTES]);
        final long offset = header.writeSlot(slot, 0);
        for (int bit = 0; bit < Byte.SIZE * usedBytes; bit++) {
            MemorySegment.copy(slot, 0, memory, offset, LogHeader.SLOT_BYTES);
            final long at = offset + bit / Byte.SIZE;
            final byte right = memory.get(ValueLayout.JAVA_BYTE, at);
            memory.set(ValueLayout.JAVA_BYTE, at, (byte) (right ^ 1 << bit % Byte.SIZE));
            assertEquals(4711, read().lackedUpTo(), "bit " + bit);
        }
    }
}
