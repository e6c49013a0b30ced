// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CProgramTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void keepsWhatIsStillToBeReadWhenTheProgramHasEnded() throws Exception {
        try (CProgram program = CProgram.start(List.of("sh", "-c", "(sleep 1; echo late) & echo early"))) {
            assertEquals(new CProgram.Result(0, "early\nlate\n", ""), program.await(LIMIT));
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
