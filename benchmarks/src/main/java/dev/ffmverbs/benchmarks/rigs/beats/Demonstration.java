// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.beats;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.benchmarks.process.GuardedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A running {@code ccm demo}, and what it reports at its end. */
final class Demonstration implements AutoCloseable {

    private static final long LIMIT_S = 120;

    private final Path results;
    private final Process process;

    /**
     * What a demonstration reported about both nodes. Each figure is the worse of the two nodes'.
     *
     * @param hasSucceeded whether it ended with status 0 in time; otherwise all figures are 0.
     * @param unanswered   READs that were not answered.
     * @param late         beats that began late.
     * @param p50Us        median time of a READ, in microseconds.
     * @param p99Us        99th percentile, in microseconds.
     */
    record Beats(boolean hasSucceeded, long unanswered, long late, double p50Us, double p99Us) {
    }

    /** Starts the demonstration, whose nodes exchange heartbeats for a number of seconds. */
    Demonstration(final Path ccm, final int durationS) throws IOException {
        results = Files.createTempFile("beats", ".json");
        boolean started = false;
        try {
            process = GuardedProcess.start(new ProcessBuilder(ccm.toString(), "demo", "--duration",
                Integer.toString(durationS), "--json", results.toString()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
            started = true;
        } finally {
            if (!started) {
                Files.delete(results);
            }
        }
    }

    /** Waits for the end, and reads the report. */
    Beats await() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
            return new Beats(false, 0, 0, 0, 0);
        }
        final List<Map<?, ?>> heartbeats = ((List<?>) JSON.std.mapFrom(results.toFile()).get("nodes")).stream()
            .<Map<?, ?>>map(node -> (Map<?, ?>) ((Map<?, ?>) node).get("heartbeat")).toList();
        return new Beats(true, (long) worst(heartbeats, "unanswered"), (long) worst(heartbeats, "late"),
            worst(heartbeats, "p50Us"), worst(heartbeats, "p99Us"));
    }

    private static double worst(final List<Map<?, ?>> heartbeats, final String figure) {
        return heartbeats.stream().mapToDouble(fields -> ((Number) fields.get(figure)).doubleValue()).max().orElse(0);
    }

    /** Ends the demonstration and its nodes if they still run. */
    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Files.deleteIfExists(results);
    }
}
