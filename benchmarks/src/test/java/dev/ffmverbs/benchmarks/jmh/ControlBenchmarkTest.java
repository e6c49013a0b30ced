// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Tests the gate's instrument itself, on the JMH of the build, because a benchmark with the wrong name would be checked
 * by nothing.
 */
@Timeout(120)
class ControlBenchmarkTest {

    private static AllocationVerdict run(final String method, final String control) throws RunnerException {
        final String name = BaselineBenchmark.class.getName() + "." + method;
        final Collection<RunResult> results = new Runner(new OptionsBuilder().include(name).forks(0)
            .warmupIterations(1).warmupTime(TimeValue.milliseconds(200))
            .measurementIterations(1).measurementTime(TimeValue.milliseconds(200))
            .addProfiler(GCProfiler.class).verbosity(VerboseMode.SILENT).build()).run();
        assertEquals(1, results.size());
        return AllocationVerdict.of(results.iterator().next(),
            BaselineBenchmark.class.getName() + "." + control);
    }

    @Test
    void seesTheControlAllocate() throws RunnerException {
        assertTrue(run("allocateOneObject", "allocateOneObject").hasPassed());
    }

    @Test
    void failsABenchmarkThatAllocates() throws RunnerException {
        assertFalse(run("allocateOneObject", "another").hasPassed());
    }

    @Test
    void passesABenchmarkThatDoesNot() throws RunnerException {
        assertTrue(run("nothing", "another").hasPassed());
    }
}
