// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.jmh.AllocationGate;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench allocation}: the gate that fails if an operation allocates. */
@Command(name = "allocation", sortOptions = false,
    description = "Fails unless posting, polling and every accessor of a completion allocate nothing, as JMH's gc "
        + "profiler measures it. A benchmark that does allocate proves that the profiler notices it.")
final class AllocationCommand implements Callable<Integer> {

    @Option(names = {"-d", "--device"}, defaultValue = "", paramLabel = "NAME",
        description = "RDMA device; the first one by default.")
    private String deviceName;

    @Override
    public Integer call() throws IOException {
        return new AllocationGate(deviceName).run(System.out) ? 0 : 1;
    }
}
