// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs every benchmark of this package under JMH's gc profiler, and judges what it allocated. */
public final class AllocationGate {

    private static final String CONTROL = BaselineBenchmark.class.getName() + ".allocateOneObject";

    /** Code that is not yet optimized may allocate, so the warm-up must outlast the compiler. */
    private static final int WARM_UP_ITERATIONS = 5;

    /**
     * Uses only the optimizing compiler, whose code must not allocate. On emulated processors, code that is replaced by
     * another compiler's while it runs has been seen to crash the JVM.
     */
    private static final String ONE_COMPILER = "-XX:-TieredCompilation";

    private static final int MEASURED_ITERATIONS = 3;
    private static final TimeValue ITERATION = TimeValue.seconds(2);

    private final String deviceName;

    /**
     * Creates a gate.
     *
     * @param deviceName device to measure on; empty for the first one.
     */
    public AllocationGate(final String deviceName) {
        this.deviceName = deviceName;
    }

    /**
     * Measures and judges.
     *
     * @param output receives the verdicts.
     * @return whether nothing allocated except the control.
     * @throws IOException if a benchmark cannot be run.
     */
    public boolean run(final PrintStream output) throws IOException {
        final List<AllocationVerdict> verdicts =
            measure().stream().map(result -> AllocationVerdict.of(result, CONTROL)).toList();
        output.println("Allocation per operation, required below " + AllocationVerdict.NOISE_BYTES_PER_OPERATION
            + " B/op:");
        verdicts.forEach(output::println);
        return AllocationVerdict.haveAllPassed(verdicts);
    }

    private Collection<RunResult> measure() throws IOException {
        final ChainedOptionsBuilder options = new OptionsBuilder()
            .include(CONTROL).include(CallBenchmark.class.getName())
            .include(CompletionDecodingBenchmark.class.getName()).include(DataPathBenchmark.class.getName())
            .param("device", deviceName)
            .warmupIterations(WARM_UP_ITERATIONS).warmupTime(ITERATION)
            .measurementIterations(MEASURED_ITERATIONS).measurementTime(ITERATION)
            .forks(1).jvmArgsAppend(ONE_COMPILER).shouldFailOnError(true).addProfiler(GCProfiler.class);
        try {
            return new Runner(options.build()).run();
        } catch (final RunnerException e) {
            throw new IOException("JMH failed: " + e.getMessage(), e);
        }
    }
}
