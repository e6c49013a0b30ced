// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.process;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that this one starts. It ends when this object is closed. Every error includes what it printed. */
public final class ChildProcess implements AutoCloseable {

    private static final long LISTENING_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(120);
    private static final long RUN_TIMEOUT_S = 300;
    private static final long LOOK_INTERVAL_MS = 20;
    private static final String STATE_LISTENING = "0A";

    private final List<String> command;
    private final Path output;
    private final Process process;

    /**
     * Starts a program.
     *
     * @param command program and arguments.
     * @throws IOException if it cannot be started.
     */
    public ChildProcess(final List<String> command) throws IOException {
        this.command = List.copyOf(command);
        output = Files.createTempFile("bench-", ".txt");
        boolean started = false;
        try {
            process = GuardedProcess.start(
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()));
            started = true;
        } finally {
            if (!started) {
                Files.delete(output);
            }
        }
    }

    /**
     * Finds a TCP port that nobody listens on now.
     *
     * @return the port.
     * @throws IOException if there is none.
     */
    public static int findFreePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /**
     * Waits until somebody listens on a TCP port, according to the kernel's tables. The output of perftest does not
     * help, because it does not flush in time to a pipe. Nor does a test connection, because perftest would take it for
     * its client.
     *
     * @param port the port.
     * @throws IOException          if the program ends instead, or does not listen within 120 s.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public void awaitListening(final int port) throws IOException, InterruptedException {
        final long startNs = System.nanoTime();
        while (!isListening(port)) {
            if (!process.isAlive() || System.nanoTime() - startNs > LISTENING_TIMEOUT_NS) {
                throw failure("did not listen on TCP port " + port);
            }
            Thread.sleep(LOOK_INTERVAL_MS);
        }
    }

    private static boolean isListening(final int port) throws IOException {
        final String suffix = String.format(":%04X", port);
        for (final String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            final Path file = Path.of(table);
            if (!Files.exists(file)) {
                continue;
            }
            for (final String line : Files.readAllLines(file)) {
                final String[] words = line.strip().split("\\s+");
                if (words.length > 3 && words[1].endsWith(suffix) && words[3].equals(STATE_LISTENING)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Waits until the program ends.
     *
     * @return everything it printed.
     * @throws IOException          if its status is not 0, or it does not end within 300 s.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    public String awaitSuccess() throws IOException, InterruptedException {
        if (!process.waitFor(RUN_TIMEOUT_S, TimeUnit.SECONDS)) {
            throw failure("did not end within " + RUN_TIMEOUT_S + " s");
        }
        if (process.exitValue() != 0) {
            throw failure("ended with status " + process.exitValue());
        }
        return readOutput();
    }

    private String readOutput() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    private IOException failure(final String what) throws IOException {
        return new IOException("'" + String.join(" ", command) + "' " + what + "; it printed:\n" + readOutput());
    }

    /** Ends the program if it still runs. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(output);
    }

    @Override
    public String toString() {
        return "process " + process.pid() + ": " + String.join(" ", command);
    }
}
