// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.process.GuardedProcess;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A process that receives instructions and reports what it measured, line by line. It ends when this object is closed.
 * Not thread-safe.
 */
final class Conversation implements AutoCloseable {

    private static final int LINES_KEPT = 12;
    private static final long START_LIMIT_MS = 120_000;

    private final List<String> command;
    private final Process process;
    private final BufferedReader said;
    private final BufferedWriter input;
    private final Deque<String> last = new ArrayDeque<>();
    private final long limitMs;

    /** Starts a process. It is killed if it takes two minutes longer than the load. */
    Conversation(final List<String> command, final Load load) throws IOException {
        this.command = command;
        limitMs = START_LIMIT_MS + load.duration().warmUpMs() + load.duration().measureMs();
        process = GuardedProcess.start(new ProcessBuilder(command).redirectErrorStream(true));
        said = process.inputReader();
        input = process.outputWriter();
        CompletableFuture.delayedExecutor(limitMs, TimeUnit.MILLISECONDS).execute(process::destroyForcibly);
    }

    /** Reads lines until one is a word, and returns those before it. */
    List<String> readUntil(final String word) throws IOException {
        final List<String> lines = new ArrayList<>();
        for (String line = readLine(word); !line.equals(word); line = readLine(word)) {
            lines.add(line);
        }
        return lines;
    }

    private String readLine(final String wanted) throws IOException {
        final String line = said.readLine();
        if (line == null) {
            throw new IOException("'" + String.join(" ", command) + "' ended, or did not end within " + limitMs
                + " ms, before it printed '" + wanted + "'; it printed:\n" + String.join("\n", last));
        }
        if (last.size() == LINES_KEPT) {
            last.removeFirst();
        }
        last.addLast(line);
        return line;
    }

    /** Writes lines for it to read. */
    void write(final List<String> lines) throws IOException {
        for (final String line : lines) {
            input.write(line);
            input.newLine();
        }
        input.flush();
    }

    private long processorNs() throws IOException {
        return process.toHandle().info().totalCpuDuration().map(Duration::toNanos).orElseThrow(() -> new IOException(
            "'" + String.join(" ", command) + "' has ended, and its processor time is unknown; it printed:\n"
                + String.join("\n", last)));
    }

    /** Reads the figures of this process, and the processor time that both processes took while it measured. */
    Figures readFigures(final Conversation peer) throws IOException {
        readUntil("begin");
        final long beforeNs = processorNs() + peer.processorNs();
        readUntil("end");
        final long processorNs = processorNs() + peer.processorNs() - beforeNs;
        write(List.of("processor time was read"));
        Optional<Figures> figures = Optional.empty();
        while (figures.isEmpty()) {
            figures = Figures.parse(readLine("figures"));
        }
        if (figures.get().operations() == 0) {
            throw new IOException("'" + String.join(" ", command) + "' completed nothing while it was measured");
        }
        return figures.get().withProcessorNs(processorNs);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try (said) {
            process.waitFor();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
