// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.rigs.latency.LatencyClient;
import dev.ffmverbs.benchmarks.rigs.latency.LatencyResult;
import dev.ffmverbs.benchmarks.rigs.latency.LatencyRow;
import dev.ffmverbs.benchmarks.rigs.latency.LatencyServer;
import dev.ffmverbs.benchmarks.rigs.latency.Measurement;
import dev.ffmverbs.benchmarks.rigs.latency.Operation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench latency}: one end of the latency rig, with perftest's options. */
@Command(name = "latency", sortOptions = false,
    description = {
        "Measures the latency of an operation between two processes, as perftest's ib_read_lat, ib_write_lat and "
            + "ib_send_lat do: the round trip of a READ, half the round trip of a WRITE or SEND.",
        "Start it without HOST first, then with the same options and HOST."})
final class LatencyCommand implements Callable<Integer> {

    private static final int HIGHEST_PORT = 0xFFFF;

    private final PrintStream output = System.out;

    @Spec
    private CommandSpec specification;

    @Parameters(index = "0", paramLabel = "OPERATION", description = "One of ${COMPLETION-CANDIDATES}.")
    private Operation operation;

    @Parameters(index = "1", arity = "0..1", paramLabel = "HOST",
        description = "Host on which the other end waits; without it, this end waits.")
    private String host;

    @Mixin
    private PerftestOptions perftestOptions;

    @Option(names = {"-n", "--iters"}, defaultValue = "10000", paramLabel = "COUNT",
        description = "Operations timed after the warm-up (${DEFAULT-VALUE}).")
    private int iterations;

    @Option(names = {"-p", "--port"}, defaultValue = "18515", paramLabel = "PORT",
        description = "TCP port by which the ends find each other (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--hgrm", paramLabel = "FILE",
        description = "Write the percentiles to this file, in .hgrm format.")
    private Path file;

    @Override
    public Integer call() throws IOException, InterruptedException {
        final NumberRange range = new NumberRange(specification);
        perftestOptions.require(range);
        PerftestOptions.requireIterations(range, iterations);
        range.require("-p", port, 1, HIGHEST_PORT);
        if (file != null) {
            LatencyResult.requireWritable(file);
        }
        final Measurement measurement = new Measurement(
            operation, perftestOptions.deviceName(), perftestOptions.gidIndex(), perftestOptions.sizeBytes());
        if (host == null) {
            LatencyServer.serve(measurement, port, output);
        } else {
            measure(measurement);
        }
        return 0;
    }

    private void measure(final Measurement measurement) throws IOException, InterruptedException {
        try (LatencyClient client = new LatencyClient(measurement, host, port)) {
            output.println("device " + client.deviceName() + ": RDMA " + operation + ", server " + host + ":" + port);
            output.println(client.warmUp());
            final LatencyResult result = client.measure(iterations);
            output.println(LatencyRow.HEADER);
            output.println(result.row());
            if (file != null) {
                result.write(file);
            }
        }
    }
}
