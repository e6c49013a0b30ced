// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProgressTest {

    @Test
    void beginsNoRoundThatWouldEndTooLate() {
        final AtomicLong clockNs = new AtomicLong();
        final Progress progress = new Progress(System.out, 20, clockNs::get);
        clockNs.set(TimeUnit.MINUTES.toNanos(3));

        assertTrue(progress.hasTimeForAnotherRound(2, Duration.ofMinutes(5)));
        assertFalse(progress.hasTimeForAnotherRound(1, Duration.ofMinutes(5)));
    }

    @Test
    void estimatesTheTimeLeftFromTheTasksDone() {
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        final AtomicLong clockNs = new AtomicLong();
        final Progress progress =
            new Progress(new PrintStream(printed, true, StandardCharsets.UTF_8), 11, clockNs::get);
        final Task task = new Task(Suite.CALLS, MeasuredDevice.STUB, new ReferenceSide(), 1);

        progress.begin(task);
        clockNs.set(TimeUnit.SECONDS.toNanos(30));
        progress.begin(task);
        clockNs.set(TimeUnit.SECONDS.toNanos(40));
        progress.begin(task);

        assertEquals(List.of("[ 1/11] calls on stub, c, run 1", "[ 2/11] calls on stub, c, run 1; about 5 min left",
            "[ 3/11] calls on stub, c, run 1; about 3 min left"),
            printed.toString(StandardCharsets.UTF_8).lines().toList());
    }
}
