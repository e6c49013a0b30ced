// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ScaleFigures;
import dev.ffmverbs.benchmarks.rigs.scale.ScaleRig;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench scale}: processor time and memory that a node needs for each partner. */
@Command(name = "scale", sortOptions = false,
    description = {"Forms clusters of one node and many partners on software devices, and shows what each partner costs"
        + " the node: processor time, memory, and how long READs of heartbeats take.",
        "Status 1 if sessions or heartbeats are missing."})
final class ScaleCommand implements Callable<Integer> {

    private final PrintStream output = System.out;

    @Spec
    private CommandSpec specification;

    @Option(names = "--partners", split = ",", defaultValue = "1,10,100", paramLabel = "COUNT",
        description = "Sizes to measure, each 1 to " + ScaleRig.MOST_PARTNERS + " (${DEFAULT-VALUE}).")
    private List<Integer> sizes;

    @Option(names = "--interval-ms", defaultValue = "100", paramLabel = "MILLISECONDS",
        description = "Time between two heartbeats of a node (${DEFAULT-VALUE}).")
    private long intervalMs;

    @Option(names = "--seconds", defaultValue = "10", paramLabel = "SECONDS",
        description = "How long each size is measured once all sessions are up (${DEFAULT-VALUE}).")
    private long seconds;

    @Mixin
    private ReportOption out;

    @Override
    public Integer call() throws IOException {
        requireNumbersInRange();
        final Report former = out.open();
        output.println("heartbeats every " + intervalMs + " ms, measured for " + seconds + " s");
        output.println(ScaleFigures.HEADER);
        final ScaleRig rig = new ScaleRig(intervalMs, seconds);
        final List<ScaleFigures> all = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            final ScaleFigures figures = rig.measure(ProcessHandle.current().pid() * sizes.size() + i, sizes.get(i));
            output.println(figures.row());
            all.add(figures);
        }
        out.write(former.withScale(all));
        out.printFolder(output);
        return all.stream().allMatch(figures -> figures.problem().isEmpty()) ? 0 : 1;
    }

    private void requireNumbersInRange() {
        final Optional<Integer> wrong =
            sizes.stream().filter(size -> size < 1 || size > ScaleRig.MOST_PARTNERS).findFirst();
        if (wrong.isPresent()) {
            throw new ParameterException(specification.commandLine(), "--partners takes numbers from 1 to "
                + ScaleRig.MOST_PARTNERS + ", not " + wrong.get());
        }
        final NumberRange range = new NumberRange(specification);
        range.require("--interval-ms", intervalMs, 1, TimeUnit.DAYS.toMillis(1));
        range.require("--seconds", seconds, 1, TimeUnit.DAYS.toSeconds(1));
    }
}
