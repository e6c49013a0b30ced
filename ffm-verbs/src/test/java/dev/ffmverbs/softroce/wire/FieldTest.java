// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(20)
class FieldTest {

    private static final int START = 4;

    @ParameterizedTest
    @CsvSource({
        "0, 0, 8, ff000000", "1, 0, 1, 800000", "1, 2, 2, 300000", "1, 4, 4, f0000", "2, 0, 16, ffff",
        "5, 0, 24, ffffff", "7, 5, 3, 7", "8, 0, 20, fffff000", "11, 2, 6, 3f", "12, 0, 32, ffffffff"})
    void readsAndWritesItsBitsAndNoOthers(
        final int byteOffset, final int bitOffset, final int bits, final String bitsInRow) {
        final IntField field = IntField.bits(byteOffset, bitOffset, bits);
        final int mask = Integer.parseUnsignedInt(bitsInRow, 16);
        final int ones = -1 >>> Integer.SIZE - bits;
        final int row = START + byteOffset / 4 * 4;

        final ByteBuffer zeros = ByteBuffer.allocate(24);
        field.set(zeros, START, ones);
        assertEquals(mask, zeros.getInt(row));
        assertEquals(ones, field.get(zeros, START));
        assertEquals(mask, field.inRow(-1), "what does not fit is ignored");
        zeros.putInt(row, 0);
        assertEquals(ByteBuffer.allocate(24), zeros, "no other row is written");

        final ByteBuffer others = ByteBuffer.allocate(24);
        others.putInt(row, ~0);
        field.set(others, START, 0);
        assertEquals(~mask, others.getInt(row));
        assertEquals(0, field.get(others, START));
    }

    @Test
    void refusesAValueThatDoesNotFitAndWritesNothing() {
        final IntField field = IntField.bytes(5, 3);
        final ByteBuffer bytes = ByteBuffer.allocate(8);

        final String message =
            assertThrows(IllegalArgumentException.class, () -> field.set(bytes, 0, 0x100_0000)).getMessage();
        assertTrue(message.startsWith("value 0x1000000 does not fit in IntField["), message);
        assertEquals(ByteBuffer.allocate(8), bytes);
    }

    @Test
    void liesWithinOneRow() {
        assertThrows(IllegalArgumentException.class, () -> IntField.bytes(3, 2));
        assertThrows(IllegalArgumentException.class, () -> IntField.bits(0, 0, 33));
        assertThrows(IllegalArgumentException.class, () -> IntField.bits(0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> IntField.bytes(-4, 4));
    }

    @Test
    void longFieldsAreBigEndianAtAnyOffset() {
        final ByteBuffer bytes = ByteBuffer.allocate(24);
        new LongField(5).set(bytes, START, 0x0102_0304_0506_0708L);

        assertEquals(1, bytes.get(9));
        assertEquals(8, bytes.get(16));
        assertEquals(0x0102_0304_0506_0708L, new LongField(5).get(bytes, START));
    }
}
