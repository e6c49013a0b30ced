// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.PrimitiveIterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SamplerTest {

    private static final int CALLS = 100;
    private final Sampler sampler = new Sampler(20);
    private byte[] kept;

    @Test
    void countsTheBytesThatCallsAllocate() {
        final Samples samples = sampler.take(new MeasuredOperation("allocate", CALLS, 0, calls -> {
            for (int i = 0; i < calls; i++) {
                kept = new byte[84];
            }
            return 0;
        }));

        assertEquals(100, (double) samples.allocatedBytes() / samples.calls(), 10,
            "an array of 84 bytes has a header of 16");
        assertEquals(84, kept.length);
    }

    @Test
    void countsNothingWhereNothingIsAllocated() {
        final Samples samples = sampler.take(new MeasuredOperation("nothing", CALLS, 0, calls -> 0));

        assertTrue(samples.timesNs().length > 1);
        assertEquals(0, (double) samples.allocatedBytes() / samples.calls(), 0.5);
    }

    @Test
    void doesNotBlameCallsForBytesThatAreNotAllocatedAgain() {
        assertEquals(0, takeWithCounterAt(0, 168, 168, 168).allocatedBytes());
        assertEquals(72, takeWithCounterAt(0, 168, 168, 240).allocatedBytes());
        assertEquals(168, takeWithCounterAt(0, 168, 168, 968).allocatedBytes());
    }

    private static Samples takeWithCounterAt(final long... allocatedBytes) {
        final PrimitiveIterator.OfLong counter = LongStream.of(allocatedBytes).iterator();
        return new Sampler(20, counter::nextLong).take(new MeasuredOperation("nothing", CALLS, 0, calls -> 0));
    }

    @Test
    void countsOfRepeatedSamplesTheSmallerAllocationPerCall() {
        final Samples samples = samples(10, 400, 1_000);

        assertEquals(500, samples.withAllocationOf(samples(20, 800, 1_000)).allocatedBytes());
        assertEquals(1_000, samples.withAllocationOf(samples(10, 400, 2_000)).allocatedBytes());
        assertEquals(1_000, samples.withAllocationOf(samples(10, 399, 0)).allocatedBytes(), "a completion was lost");
        assertEquals(1_000, samples.withAllocationOf(samples(0, 0, 0)).allocatedBytes(), "nothing was called again");
    }

    private static Samples samples(final int count, final long completed, final long allocatedBytes) {
        return new Samples("nothing", 40, List.of(), 40L * count, completed, allocatedBytes, new long[count]);
    }

    @Test
    void stopsAtTheFirstLostOperation() {
        final Samples samples = sampler.take(new MeasuredOperation("lossy", CALLS, 2, calls -> 2 * calls - 1));

        assertEquals(1, samples.timesNs().length);
        assertEquals(2 * CALLS, samples.expected());
        assertEquals(2 * CALLS - 1, samples.completed());
    }

    @Test
    void warmsRegistrationsUpUntilTheCompilerHasSeenEnoughOfThem() {
        final long[] calls = new long[1];

        sampler.take(new MeasuredOperation("register", MeasuredOperation.CodePath.REGISTRATION, 1, 0, number -> {
            calls[0] += number;
            LockSupport.parkNanos(1);
            return 0;
        }));
        final long ofTheFirst = calls[0];
        sampler.take(new MeasuredOperation("register-more", MeasuredOperation.CodePath.REGISTRATION, 1, 0, number -> {
            calls[0] += number;
            LockSupport.parkNanos(1);
            return 0;
        }));

        final long wanted = MeasuredOperation.CodePath.REGISTRATION.leastRuns();
        assertTrue(ofTheFirst >= wanted, () -> "only " + ofTheFirst + " registrations");
        assertTrue(calls[0] - ofTheFirst < wanted, () -> "warmed up again: " + (calls[0] - ofTheFirst));
    }

    @Test
    void showsTheMediansOfTheWarmUp() {
        final Samples samples = sampler.take(new MeasuredOperation("park", 1, 0, calls -> {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
            return 0;
        }));

        assertFalse(samples.warmUpMediansNs().isEmpty());
        assertTrue(samples.warmUpMediansNs().stream().allMatch(median -> median >= 50_000),
            () -> samples.warmUpMediansNs().toString());
        assertTrue(samples.medianNs() >= 50_000, () -> Double.toString(samples.medianNs()));
    }
}
