// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Another process of the same example, in a JVM like this one. Closing it kills it, if it still runs. It also ends with
 * this process, even if that is killed, because its standard input ends then.
 */
final class OtherProcess implements AutoCloseable {

    private static final int LIMIT_SECONDS = 60;

    private final Process process;

    private OtherProcess(final Process process) {
        this.process = process;
    }

    /**
     * Starts a process that prints where this one prints.
     *
     * @param example class of the example.
     * @param own     the arguments of this process.
     * @param number  which other process, from 1.
     * @param told    what this process tells it.
     */
    static OtherProcess start(
        final Class<?> example, final Arguments own, final int number, final String... told) throws IOException {
        return new OtherProcess(builder(example, own, number, told)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Starts a process whose lines {@link #lines} returns. */
    static OtherProcess startToRead(
        final Class<?> example, final Arguments own, final int number, final String... told) throws IOException {
        return new OtherProcess(
            builder(example, own, number, told).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    private static ProcessBuilder builder(
        final Class<?> example, final Arguments own, final int number, final String... told) {
        final String address = own.addressOfProcess(number);
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-cp",
            System.getProperty("java.class.path")));
        final String port = System.getProperty("softroce.port");
        if (port != null) {
            command.add("-Dsoftroce.port=" + port);
        }
        command.addAll(List.of("-Dsoftroce.addresses=" + address, example.getName(), own.device(), address));
        command.addAll(List.of(told));
        return new ProcessBuilder(command);
    }

    /** Lets this process, which {@link #start} has started, end when the first process of the example has ended. */
    static void endWithFirst() {
        Thread.ofPlatform().daemon().name("end with the first process").start(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (final IOException e) {
                System.err.println("the standard input of this process failed: " + e.getMessage());
            } finally {
                Runtime.getRuntime().halt(1);
            }
        });
    }

    boolean isRunning() {
        return process.isAlive();
    }

    BufferedReader lines() {
        return process.inputReader();
    }

    /** Adds the lines of the process to a queue while it runs. */
    void readInto(final Queue<String> queue) {
        Thread.ofVirtual().start(() -> {
            try {
                lines().lines().forEach(queue::add);
            } catch (final UncheckedIOException e) {
                // The process is killed, which closes what it prints to.
            }
        });
    }

    /** Waits for the end of the process, which must be one without an error. */
    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the other process still runs after " + LIMIT_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException("the other process ended with status " + process.exitValue());
        }
    }

    /** Kills the process, so that it has no time to say anything to anybody. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
