// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CProgramTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String LINES = "20000";

    /** Repeats the test, because the end of the program and the end of its output are seen in random order. */
    @RepeatedTest(50)
    void hasAllThatAProgramPrintedWhoseEndIsSeenBeforeThatIsRead() throws Exception {
        try (CProgram program = CProgram.start(List.of("seq", LINES))) {
            final CProgram.Result result = program.await(LIMIT);

            assertTrue(result.output().endsWith("\n" + LINES + "\n"), result::toString);
        }
    }

    @Test
    void killsWhatDoesNotEndAndSaysWhatItPrinted() throws Exception {
        try (CProgram program = CProgram.start(List.of("sh", "-c", "echo begun; exec sleep 60"))) {
            final AssertionError late = assertThrows(AssertionError.class,
                () -> program.await(Duration.ofSeconds(2)));

            assertTrue(late.getMessage().contains("begun"), late.getMessage());
        }
    }
}
