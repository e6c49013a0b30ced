// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PollLimitTest {

    private static final Duration LIMIT = Duration.ofMillis(50);

    private static long pollUntilReached(final PollLimit limit) {
        final long startNs = System.nanoTime();
        while (!limit.countEmptyPoll()) {
            Thread.onSpinWait();
        }
        return System.nanoTime() - startNs;
    }

    @Test
    void endsAWaitNotBeforeItsLimit() {
        final PollLimit limit = new PollLimit(LIMIT);
        limit.begin();

        assertTrue(pollUntilReached(limit) >= LIMIT.toNanos());
    }

    @Test
    void givesTheNextWaitTheWholeLimitAgain() {
        final PollLimit limit = new PollLimit(LIMIT);
        pollUntilReached(limit);

        assertTrue(pollUntilReached(limit) >= LIMIT.toNanos());
    }

    @Test
    void aWaitForAPeerThatWritesNothingEnds() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(8);
            final BusyWait wait = new BusyWait(LIMIT);

            final OperationException failure =
                assertThrows(OperationException.class, () -> wait.awaitByte(memory, 7, (byte) 1));

            assertEquals("the peer did not write 1 at offset 7 within 50 ms: has it died?", failure.getMessage());
        }
    }

    @Test
    void aWaitForAByteThatIsThereEndsImmediately() {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(8);
            memory.set(ValueLayout.JAVA_BYTE, 7, (byte) 1);

            new BusyWait(Duration.ZERO).awaitByte(memory, 7, (byte) 1);
        }
    }
}
