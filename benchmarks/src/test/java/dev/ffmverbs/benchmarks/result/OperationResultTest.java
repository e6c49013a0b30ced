// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.sampling.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OperationResultTest {

    private static final int SAMPLES = 300;

    private static Samples samples(final long expected, final long completed, final long allocatedBytes) {
        final long[] times = new long[SAMPLES];
        Arrays.fill(times, 1000);
        return new Samples("post", 10, List.of(), expected, completed, allocatedBytes, times);
    }

    private static Samples slowDown(final long lastThirdNs) {
        final long[] times = new long[SAMPLES];
        Arrays.fill(times, 0, 2 * SAMPLES / 3, 1000);
        Arrays.fill(times, 2 * SAMPLES / 3, SAMPLES, lastThirdNs);
        return new Samples("post", 10, List.of(), 0, 0, 0, times);
    }

    private static OperationResult result(final boolean mayAllocate, final Samples... runs) {
        return OperationResult.of("calls", "stub", "post", "ffm", "FFM", List.of(),
            IntStream.range(0, runs.length).mapToObj(i -> RunResult.of(i + 1, runs[i], mayAllocate)).toList(),
            List.of());
    }

    @Test
    void isTheMedianTimeOfACall() {
        final OperationResult result = result(false, samples(7, 7, 0), samples(7, 7, 0));

        assertEquals(Status.OK, result.status(), () -> result.problems().toString());
        assertEquals(100, result.medianNs());
    }

    @Test
    void failsWhenAnOperationWasLost() {
        final OperationResult result = result(false, samples(3000, 3000, 0), samples(3000, 2999, 0));

        assertEquals(Status.FAILED, result.status());
        assertEquals(List.of("run 2 lost operations: 2999 of 3000 completed"), result.problems());
    }

    @Test
    void failsWhenCallsAllocate() {
        final OperationResult result = result(false, samples(0, 0, 16L * 10 * SAMPLES));

        assertEquals(Status.FAILED, result.status());
        assertEquals(List.of("run 1 allocated 16.00 bytes per call"), result.problems());
    }

    @Test
    void letsTheControlPathAllocate() {
        assertEquals(Status.OK, result(true, samples(0, 0, 16L * 10 * SAMPLES)).status());
    }

    @Test
    void failsWhenMostRunsDrift() {
        final OperationResult result = result(false, slowDown(2000), slowDown(1000), slowDown(2000));

        assertEquals(Status.FAILED, result.status());
        assertTrue(result.problems().getFirst().contains("not steady"), () -> result.problems().toString());
        assertTrue(result.problems().getFirst().contains("2.00 times"), () -> result.problems().toString());
    }

    @Test
    void forgivesOneRunThatDrifts() {
        assertEquals(Status.OK, result(false, slowDown(1000), slowDown(5000), slowDown(1000)).status());
    }
}
