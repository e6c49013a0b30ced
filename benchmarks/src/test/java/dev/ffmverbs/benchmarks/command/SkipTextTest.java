// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.benchmarks.result.Skip;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SkipTextTest {

    @Test
    void oneLineCountsAndOneStatesEachReason() {
        assertEquals(List.of("skipped: 3 combinations of suite, device and binding, for 2 reasons",
            "  2 x no compiler (calls on stub, c; calls on stub, jni)", "  1 x no device (handshake on rxe0)"),
            SkipText.lines(List.of(new Skip("calls", "stub", "c", "no compiler"),
                new Skip("handshake", "rxe0", "", "no device"), new Skip("calls", "stub", "jni", "no compiler"))));
    }

    @Test
    void nothingIsSaidWhenNothingWasSkipped() {
        assertEquals(List.of(), SkipText.lines(List.of()));
    }

    @Test
    void anExceptionWithoutAMessageIsNamed() {
        assertEquals("java.io.EOFException", BenchCommand.text(new EOFException()));
        assertEquals("gone", BenchCommand.text(new IOException("gone")));
    }
}
