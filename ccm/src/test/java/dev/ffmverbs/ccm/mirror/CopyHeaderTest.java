// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class CopyHeaderTest {

    private final MemorySegment header = Arena.ofAuto().allocate(CopyHeader.LENGTH_BYTES, Long.BYTES);

    @Test
    void zerosMeanThatTheCopyIsComplete() {
        assertEquals(0, CopyHeader.readLackedUpTo(header));
    }

    @Test
    void statesTheLastEntryThatTheCopyMayLackUntilItIsComplete() {
        CopyHeader.write(header, 4711);
        assertEquals(4711, CopyHeader.readLackedUpTo(header));
        CopyHeader.write(header, 0);
        assertEquals(0, CopyHeader.readLackedUpTo(header));
    }

    @Test
    void aDamagedHeaderSaysNothing() {
        for (int bit = 0; bit < Byte.SIZE * 16; bit++) {
            CopyHeader.write(header, 4711);
            final byte old = header.get(ValueLayout.JAVA_BYTE, bit / Byte.SIZE);
            header.set(ValueLayout.JAVA_BYTE, bit / Byte.SIZE, (byte) (old ^ 1 << bit % Byte.SIZE));
            assertEquals(0, CopyHeader.readLackedUpTo(header), "bit " + bit);
        }
    }
}
