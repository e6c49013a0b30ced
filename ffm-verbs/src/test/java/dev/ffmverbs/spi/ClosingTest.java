// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every part is closed, whatever others throw. */
class ClosingTest {

    private static final List<String> PARTS = List.of("a", "b", "c", "d");

    private final List<String> closed = new ArrayList<>();

    private void close(final String part, final Map<String, Throwable> failures) {
        closed.add(part);
        switch (failures.get(part)) {
            case final Error error -> throw error;
            case final RuntimeException failure -> throw failure;
            case null, default -> { }
        }
    }

    @Test
    void closesInOrder() {
        Closing.closeAll(PARTS, part -> close(part, Map.of()));
        assertEquals(PARTS, closed);
    }

    @Test
    void throwsTheFirstFailureOnceAllPartsWereClosedAndSuppressesTheOthers() {
        final Throwable first = new StackOverflowError("injected");
        final Throwable second = new IllegalStateException("injected");
        final Throwable thrown = assertThrows(StackOverflowError.class,
            () -> Closing.closeAll(PARTS, part -> close(part, Map.of("b", first, "c", second))));
        assertEquals(PARTS, closed);
        assertSame(first, thrown);
        assertArrayEquals(new Throwable[] {second}, thrown.getSuppressed());
    }

    @Test
    void toleratesThatPartsThrowTheSameError() {
        final Throwable same = new OutOfMemoryError("injected");
        assertSame(same, assertThrows(OutOfMemoryError.class,
            () -> Closing.closeAll(PARTS, part -> close(part, Map.of("a", same, "d", same)))));
        assertEquals(PARTS, closed);
    }
}
