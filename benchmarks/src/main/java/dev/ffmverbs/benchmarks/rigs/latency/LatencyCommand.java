// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench latency}: one end of the latency rig, with perftest's flags. */
@Command(name = "latency", sortOptions = false,
    description = {
        "Measures the latency of an operation between two processes, as perftest's ib_read_lat, ib_write_lat and "
            + "ib_send_lat do: READ is the round trip, WRITE and SEND half of it.",
        "Start it without HOST first; then, with the same options, with HOST."})
public final class LatencyCommand implements Callable<Integer> {

    private static final int MAXIMUM_ITERATIONS = 100_000_000;

    @Spec
    private CommandSpec specification;

    @Parameters(index = "0", paramLabel = "OPERATION", description = "One of ${COMPLETION-CANDIDATES}.")
    private Operation operation;

    @Parameters(index = "1", arity = "0..1", paramLabel = "HOST",
        description = "Where the other end waits; without it this end is the one that waits.")
    private String host;

    @Option(names = {"-d", "--device"}, defaultValue = "", paramLabel = "NAME",
        description = "RDMA device; the first one when not given.")
    private String deviceName;

    @Option(names = {"-x", "--gid-index"}, defaultValue = "" + Endpoint.ANY_GID, paramLabel = "INDEX",
        description = "Place of the address in the GID table; the first RoCE v2 IPv4 address when not given.")
    private int gidIndex;

    @Option(names = {"-s", "--size"}, defaultValue = "8", paramLabel = "BYTES",
        description = "Bytes per operation (${DEFAULT-VALUE}).")
    private int sizeBytes;

    @Option(names = {"-n", "--iters"}, defaultValue = "10000", paramLabel = "COUNT",
        description = "Operations timed, after the warm-up (${DEFAULT-VALUE}).")
    private int iterations;

    @Option(names = {"-p", "--port"}, defaultValue = "18515", paramLabel = "PORT",
        description = "TCP port by which the ends find each other (${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--hgrm", paramLabel = "FILE", description = "Write the percentiles there, in .hgrm format.")
    private Path file;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean helpRequested;

    /** For the command line. */
    public LatencyCommand() {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireBetween("-s", sizeBytes, 1, Measurement.MAXIMUM_SIZE_BYTES);
        requireBetween("-n", iterations, 2, MAXIMUM_ITERATIONS);
        requireBetween("-p", port, 1, 0xFFFF);
        requireBetween("-x", gidIndex, Endpoint.ANY_GID, 0xFFFF);
        final Measurement measurement = new Measurement(operation, deviceName, gidIndex, sizeBytes);
        if (host == null) {
            LatencyServer.serve(measurement, port, System.out);
        } else {
            measure(measurement, System.out);
        }
        return 0;
    }

    private void measure(final Measurement measurement, final PrintStream output)
        throws IOException, InterruptedException {
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

    private void requireBetween(final String option, final int value, final int least, final int most) {
        if (value < least || value > most) {
            throw new ParameterException(specification.commandLine(),
                option + " takes a number from " + least + " to " + most + ", not " + value);
        }
    }
}
