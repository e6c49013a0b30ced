// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench allocation}: the gate that no operation allocates. */
@Command(name = "allocation", sortOptions = false,
    description = "Fails unless posting, polling and every accessor of a completion allocate nothing, as JMH's gc "
        + "profiler sees it. A benchmark that does allocate proves that it would be seen.")
public final class AllocationCommand implements Callable<Integer> {

    private static final String CONTROL = BaselineBenchmark.class.getName() + ".allocateOneObject";

    /** What is interpreted, or compiled but not yet optimised, may allocate: the warm-up must outlast the compiler. */
    private static final int WARM_UP_ITERATIONS = 5;

    /**
     * The optimising compiler alone, whose code is what must not allocate: where a processor is emulated, code that
     * another compiler's replaces while it runs was seen to end the JVM.
     */
    private static final String ONE_COMPILER = "-XX:-TieredCompilation";

    private static final int MEASURED_ITERATIONS = 3;
    private static final TimeValue ITERATION = TimeValue.seconds(2);

    @Option(names = {"-d", "--device"}, defaultValue = "", paramLabel = "NAME",
        description = "RDMA device; the first one when not given.")
    private String deviceName;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean helpRequested;

    /** For the command line. */
    public AllocationCommand() {
    }

    @Override
    public Integer call() throws RunnerException {
        final ChainedOptionsBuilder options = new OptionsBuilder()
            .include(CONTROL).include(CallBenchmark.class.getName())
            .include(CompletionDecodingBenchmark.class.getName()).include(DataPathBenchmark.class.getName())
            .param("device", deviceName)
            .warmupIterations(WARM_UP_ITERATIONS).warmupTime(ITERATION)
            .measurementIterations(MEASURED_ITERATIONS).measurementTime(ITERATION)
            .forks(1).jvmArgsAppend(ONE_COMPILER).shouldFailOnError(true).addProfiler(GCProfiler.class);
        final Collection<RunResult> results = new Runner(options.build()).run();
        final List<AllocationVerdict> verdicts =
            results.stream().map(result -> AllocationVerdict.of(result, CONTROL)).toList();
        System.out.println("Allocation per operation, wanted below " + AllocationVerdict.NOISE_BYTES_PER_OPERATION
            + " B/op:");
        verdicts.forEach(System.out::println);
        return AllocationVerdict.allPassed(verdicts) ? 0 : 1;
    }
}
