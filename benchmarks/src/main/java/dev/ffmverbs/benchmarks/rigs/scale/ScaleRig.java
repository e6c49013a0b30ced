// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.scale;

import dev.ffmverbs.benchmarks.process.GuardedProcess;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import dev.ffmverbs.benchmarks.result.ScaleFigures;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts the measured node and the processes of its partners, and reads the node's figures. */
public final class ScaleRig {

    /** Highest number of partners. */
    public static final int MOST_PARTNERS = 1000;

    /**
     * As the ccm command starts nodes. With the optimizing compiler, several processes on a few cores spend more time
     * compiling than connecting.
     */
    private static final List<String> NODE_OPTIONS = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms64m",
        "-Xmx512m", "--enable-native-access=ALL-UNNAMED");

    private final long intervalMs;
    private final long seconds;

    /**
     * Creates a rig.
     *
     * @param intervalMs time between two heartbeats of a node, in milliseconds, at least 1.
     * @param seconds    how long each size is measured once all sessions are up, at least 1.
     */
    public ScaleRig(final long intervalMs, final long seconds) {
        this.intervalMs = intervalMs;
        this.seconds = seconds;
    }

    /**
     * Measures one size of cluster.
     *
     * @param run      number that no other run on this machine has; addresses are derived from it.
     * @param partners number of partners, 1 to {@link #MOST_PARTNERS}.
     * @return the figures.
     * @throws IOException if a process ends early.
     */
    public ScaleFigures measure(final long run, final int partners) throws IOException {
        final List<Process> processes = new ArrayList<>();
        try {
            for (int first = 0; first < partners; first += NodePlaces.PARTNERS_PER_PROCESS) {
                final int count = Math.min(NodePlaces.PARTNERS_PER_PROCESS, partners - first);
                processes.add(start(run, 1 + first / NodePlaces.PARTNERS_PER_PROCESS, ScalePartners.class,
                    Long.toString(run), Integer.toString(first), Integer.toString(count), Long.toString(intervalMs)));
            }
            for (final Process process : processes) {
                if (process.inputReader().readLine() == null) {
                    throw new IOException("process " + process.pid() + " ended before its partners had started");
                }
            }
            final Process node = start(run, 0, ScaleNode.class, Long.toString(run), Integer.toString(partners),
                Long.toString(intervalMs), Long.toString(seconds));
            processes.add(node);
            return readFigures(node);
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static ScaleFigures readFigures(final Process node) throws IOException {
        try (BufferedReader said = node.inputReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                final Optional<ScaleFigures> figures = ScaleFigures.parse(line);
                if (figures.isPresent()) {
                    return figures.get();
                }
            }
        }
        throw new IOException("the measured node, process " + node.pid() + ", ended without figures");
    }

    private static Process start(
        final long run, final int number, final Class<?> program, final String... arguments) throws IOException {
        final List<String> options = new ArrayList<>(NODE_OPTIONS);
        options.add("-Dsoftroce.addresses=" + NodePlaces.host(run, number));
        return GuardedProcess.start(new ProcessBuilder(JavaProgram.command(options, program, arguments))
            .redirectError(ProcessBuilder.Redirect.INHERIT));
    }
}
