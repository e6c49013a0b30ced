// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.rigs.latency.Measurement;
import picocli.CommandLine.Option;

/** Options of the commands that measure as perftest does, with perftest's names. */
final class PerftestOptions {

    private static final int HIGHEST_INDEX = 0xFFFF;
    private static final int MOST_ITERATIONS = 5_000_000;

    @Option(names = {"-d", "--device"}, defaultValue = "", paramLabel = "NAME",
        description = "RDMA device; the first one by default.")
    private String deviceName;

    @Option(names = {"-x", "--gid-index"}, defaultValue = "" + Endpoint.ANY_GID, paramLabel = "INDEX",
        description = "Index of the address in the GID table; the first RoCE v2 IPv4 address by default.")
    private int gidIndex;

    @Option(names = {"-s", "--size"}, defaultValue = "8", paramLabel = "BYTES",
        description = "Bytes per operation (${DEFAULT-VALUE}).")
    private int sizeBytes;

    /** Refuses numbers that are out of range. */
    void require(final NumberRange range) {
        range.require("-s", sizeBytes, 1, Measurement.MAXIMUM_SIZE_BYTES);
        range.require("-x", gidIndex, Endpoint.ANY_GID, HIGHEST_INDEX);
    }

    /** Refuses a number of operations whose times do not fit into the heap of this process. */
    static void requireIterations(final NumberRange range, final long iterations) {
        range.require("-n", iterations, 2, MOST_ITERATIONS);
    }

    String deviceName() {
        return deviceName;
    }

    int gidIndex() {
        return gidIndex;
    }

    int sizeBytes() {
        return sizeBytes;
    }
}
