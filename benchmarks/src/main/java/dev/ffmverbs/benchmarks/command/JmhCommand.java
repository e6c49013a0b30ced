// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.jmh.JmhProgram;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code bench jmh}: JMH's own command line over this project's JMH benchmarks. */
@Command(name = "jmh",
    description = "Runs JMH with its own arguments, for example: bench jmh -p device=mlx5_0 -prof gc CallBenchmark")
final class JmhCommand implements Callable<Integer> {

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        JmhProgram.run(arguments);
        return 0;
    }
}
