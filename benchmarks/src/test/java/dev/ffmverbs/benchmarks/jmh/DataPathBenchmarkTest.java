// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.device.SoftwareDevice;
import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs every benchmark of a device's operations as JMH does, because the requests of one state must fit the ends of
 * another.
 */
@Timeout(120)
class DataPathBenchmarkTest {

    @BeforeAll
    static void giveThisProcessADevice() {
        SoftwareDevice.use();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "DataPathBenchmark.read", "DataPathBenchmark.fetchAndAdd", "DataPathBenchmark.write",
        "DataPathBenchmark.send", "CallBenchmark.postAndPoll", "CallBenchmark.patchRequest",
        "CallBenchmark.emptyPoll"})
    void completesEveryOperation(final String benchmark) throws RunnerException {
        final Collection<RunResult> results = new Runner(new OptionsBuilder()
            .include(".*\\." + benchmark.replace(".", "\\.") + "$").param("device", "soft0").forks(0)
            .warmupIterations(0).measurementIterations(1).measurementTime(TimeValue.milliseconds(100))
            .shouldFailOnError(true).verbosity(VerboseMode.SILENT).build()).run();
        assertEquals(1, results.size());
        assertTrue(results.iterator().next().getPrimaryResult().getScore() > 0);
    }
}
