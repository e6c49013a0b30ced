// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.command.BenchCommand;
import dev.ffmverbs.benchmarks.device.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench ratio}: the binding against perftest on one device of this machine, in turns. */
@Command(name = "ratio", sortOptions = false,
    description = "Measures READ, WRITE and SEND in turns with perftest and with this binding, two processes each on "
        + "one device of this machine, and compares the medians. Status 1 when a ratio is above the limit.")
public final class RatioCommand implements Callable<Integer> {

    private final PrintStream output = System.out;

    @Option(names = {"-d", "--device"}, defaultValue = "", paramLabel = "NAME",
        description = "RDMA device; the first one when not given.")
    private String deviceName;

    @Option(names = {"-x", "--gid-index"}, defaultValue = "" + Endpoint.ANY_GID, paramLabel = "INDEX",
        description = "Place of the address in the GID table; the first RoCE v2 IPv4 address when not given.")
    private int gidIndex;

    @Option(names = {"-s", "--size"}, defaultValue = "8", paramLabel = "BYTES",
        description = "Bytes per operation (${DEFAULT-VALUE}).")
    private int sizeBytes;

    @Option(names = {"-n", "--iters"}, defaultValue = "5000", paramLabel = "COUNT",
        description = "Operations timed per run (${DEFAULT-VALUE}).")
    private int iterations;

    @Option(names = "--runs", defaultValue = "9", paramLabel = "COUNT",
        description = "Runs of each side (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--operation", split = ",", defaultValue = "READ,WRITE,SEND", paramLabel = "NAME",
        description = "Which of ${COMPLETION-CANDIDATES}; all when not given.")
    private List<Operation> operations;

    @Option(names = "--limit", defaultValue = "1.10", paramLabel = "RATIO",
        description = "Highest ratio of the binding's median to perftest's that is well (${DEFAULT-VALUE}).")
    private double limit;

    @Option(names = "--out", paramLabel = "DIR",
        description = "Write there the percentiles of every run of the binding, in .hgrm format.")
    private Path folder;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean helpRequested;

    /** For the command line. */
    public RatioCommand() {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Endpoint probe = new Endpoint(deviceName, gidIndex, sizeBytes)) {
            deviceName = probe.deviceName();
            gidIndex = probe.gidIndex();
        }
        output.println(LatencyRow.HEADER);
        final List<PerftestComparison> comparisons = new ArrayList<>();
        for (final Operation operation : operations) {
            comparisons.add(compare(new Measurement(operation, deviceName, gidIndex, sizeBytes)));
        }
        comparisons.forEach(comparison -> output.print(comparison.report(limit)));
        return comparisons.stream().allMatch(comparison -> comparison.ratio() <= limit) ? 0 : 1;
    }

    /** The binding's two processes stay, and sleep while perftest's run: the JIT compiler has seen enough of them. */
    private PerftestComparison compare(final Measurement measurement) throws IOException, InterruptedException {
        final PerftestComparison comparison = new PerftestComparison(measurement.operation());
        final int port = ChildProcess.freePort();
        try (ChildProcess server = new ChildProcess(serverCommand(measurement, port))) {
            server.awaitListening(port);
            try (LatencyClient client = new LatencyClient(measurement, PerftestSide.LOOPBACK, port)) {
                output.println(measurement.operation() + " " + client.warmUp());
                for (int run = 1; run <= runs; run++) {
                    runBothSides(comparison, measurement, client, run);
                }
            }
            server.awaitSuccess();
        }
        return comparison;
    }

    /** Which side goes first alternates, so that a load that comes or goes is not always the same side's. */
    private void runBothSides(
        final PerftestComparison comparison, final Measurement measurement, final LatencyClient client, final int run)
        throws IOException, InterruptedException {
        final boolean perftestFirst = run % 2 == 1;
        if (perftestFirst) {
            comparison.addPerftest(runPerftest(measurement));
        }
        comparison.addBinding(runBinding(measurement.operation(), client, run));
        if (!perftestFirst) {
            comparison.addPerftest(runPerftest(measurement));
        }
    }

    private LatencyRow runPerftest(final Measurement measurement) throws IOException, InterruptedException {
        final LatencyRow row = PerftestSide.run(measurement, iterations);
        output.println(row + "  " + measurement.operation().perftestTool());
        return row;
    }

    private LatencyRow runBinding(final Operation operation, final LatencyClient client, final int run)
        throws IOException {
        final LatencyResult result = client.measure(iterations);
        output.println(result.row() + "  ffm-verbs " + operation);
        if (folder != null) {
            result.write(folder.resolve(operation.name().toLowerCase(Locale.ROOT) + "-" + run + ".hgrm"));
        }
        return result.row();
    }

    /** This program once more, with the same JVM and its options. */
    private static List<String> serverCommand(final Measurement measurement, final int port) {
        final List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BenchCommand.class.getName(), "latency",
            measurement.operation().name(), "-d", measurement.deviceName(),
            "-x", Integer.toString(measurement.gidIndex()), "-s", Integer.toString(measurement.sizeBytes()),
            "-p", Integer.toString(port)));
        return command;
    }
}
