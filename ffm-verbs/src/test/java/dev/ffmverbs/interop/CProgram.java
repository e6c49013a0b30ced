// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.Device;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Assumptions;

/** An installed C program that runs alongside a test. Closing it kills it if it still runs. */
final class CProgram implements AutoCloseable {

    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

    /**
     * The result of a program that has ended.
     *
     * @param exitStatus its exit status.
     * @param output     what it wrote to its standard output.
     * @param errors     what it wrote to its standard error.
     */
    record Result(int exitStatus, String output, String errors) {
    }

    /** Serves a C client, and returns when the client has what it wants. */
    interface Serving {
        void serve(ServerSocket listening) throws Exception;
    }

    /** A program that is started when its server listens. Closing it kills it if it was started and still runs. */
    static final class Later implements AutoCloseable {

        private volatile CProgram started;

        void launch(final List<String> command) {
            try {
                started = start(command);
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Result requireSuccess(final Duration limit) throws InterruptedException {
            return started.requireSuccess(limit);
        }

        @Override
        public void close() {
            if (started != null) {
                started.close();
            }
        }
    }

    private final List<String> command;
    private final Process process;
    private final CompletableFuture<String> output;
    private final CompletableFuture<String> errors;
    private boolean known;

    private CProgram(final List<String> command) throws IOException {
        this.command = command;
        this.process = new ProcessBuilder(command).start();
        this.output = read(process.getInputStream());
        this.errors = read(process.getErrorStream());
    }

    /** Skips the test with the reason if the program is not installed or does not support the device. */
    static void require(final String name, final String debianPackage, final Device device) {
        final boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        Assumptions.assumeTrue(installed,
            () -> name + " is not installed (Debian and Ubuntu: " + debianPackage + ")");
        Assumptions.assumeTrue("ibverbs".equals(device.provider()),
            () -> name + " drives devices of the kernel only, and " + device + " is not one");
    }

    static CProgram start(final List<String> command) throws IOException {
        return new CProgram(command);
    }

    /**
     * Runs a C client with a server on the loopback interface, and requires that it succeeds.
     *
     * @param command returns the command for a port. The name of the host follows it.
     * @param server  serves the client.
     * @param limit   time for the client to end once it was served.
     */
    static Result runClient(final IntFunction<List<String>> command, final Serving server, final Duration limit)
        throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final List<String> complete = new ArrayList<>(command.apply(listening.getLocalPort()));
            complete.add(listening.getInetAddress().getHostAddress());
            try (CProgram client = start(complete)) {
                server.serve(listening);
                return client.requireSuccess(limit);
            }
        }
    }

    boolean isRunning() {
        return process.isAlive();
    }

    private static CompletableFuture<String> read(final InputStream stream) {
        final CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("output-of-c-program").start(() -> {
            try {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1));
            } catch (final IOException e) {
                text.completeExceptionally(e);
            }
        });
        return text;
    }

    /** Waits for the end of the program. */
    Result await(final Duration limit) throws InterruptedException {
        final boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        final Result result = kill();
        if (!ended) {
            throw new AssertionError(this + " did not end within " + limit + "; until it was killed: " + result);
        }
        return result;
    }

    /** Waits for the end of the program, whose exit status must be 0. */
    Result requireSuccess(final Duration limit) throws InterruptedException {
        final Result result = await(limit);
        assertEquals(0, result.exitStatus(), result::toString);
        return result;
    }

    /** Kills the program unless it has ended. */
    private Result kill() {
        // Process.destroyForcibly() would also close the streams while they are read, even of a program that has ended.
        process.toHandle().destroyForcibly();
        process.onExit().orTimeout(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS).join();
        known = true;
        return new Result(process.exitValue(), output.join(), errors.join());
    }

    /** Kills the program unless it has ended. Prints its result if the test has not requested it. */
    @Override
    public void close() {
        if (!known) {
            System.err.println(this + ": " + kill());
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command) + " (process " + process.pid() + ")";
    }
}
