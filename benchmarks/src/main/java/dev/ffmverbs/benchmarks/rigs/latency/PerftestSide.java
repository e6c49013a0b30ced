// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.process.ChildProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs perftest's program for an operation. Every run has two new processes, because perftest exits after one
 * measurement.
 */
final class PerftestSide {

    static final String LOOPBACK = "127.0.0.1";

    private PerftestSide() {
    }

    /**
     * Runs once. The measurement names device and GID index, because perftest's defaults differ from this project's.
     */
    static LatencyRow run(final Measurement measurement, final int iterations)
        throws IOException, InterruptedException {
        final int port = ChildProcess.findFreePort();
        final List<String> server = List.of(measurement.operation().perftestTool(), "-F",
            "-d", measurement.deviceName(), "-x", Integer.toString(measurement.gidIndex()),
            "-s", Integer.toString(measurement.sizeBytes()), "-n", Integer.toString(iterations),
            "-p", Integer.toString(port));
        final List<String> client = new ArrayList<>(server);
        client.add(LOOPBACK);
        try (ChildProcess serving = new ChildProcess(server)) {
            serving.awaitListening(port);
            try (ChildProcess measuring = new ChildProcess(client)) {
                final String printed = measuring.awaitSuccess();
                serving.awaitSuccess();
                return LatencyRow.find(printed).orElseThrow(
                    () -> new IOException("no line of results in the output of " + client + ":\n" + printed));
            }
        }
    }
}
