// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A program of the example, or of its tests, in a separate process with a separate software device. */
final class StormProcess implements AutoCloseable {

    private final Process process;
    private final Thread reader;

    /**
     * Starts a program.
     *
     * @param program   its class.
     * @param address   address of its software device.
     * @param arguments its arguments.
     * @param lines     gets each line it prints.
     */
    StormProcess(
        final Class<?> program, final String address, final List<String> arguments, final Consumer<String> lines)
        throws IOException {
        this(program, List.of("-Dsoftroce.addresses=" + address, "-Dstore.device=soft0"), arguments, lines);
    }

    /**
     * Starts a program.
     *
     * @param program    its class.
     * @param jvmOptions additional options of its JVM.
     * @param arguments  its arguments.
     * @param lines      gets each line it prints.
     */
    StormProcess(
        final Class<?> program, final List<String> jvmOptions, final List<String> arguments,
        final Consumer<String> lines) throws IOException {
        final List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m"));
        command.addAll(jvmOptions);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            program.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        reader = Thread.ofPlatform().daemon().start(() -> read(lines));
    }

    private void read(final Consumer<String> lines) {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(lines);
        } catch (final IOException | UncheckedIOException e) {
            lines.accept("its output ends here: " + e.getMessage());
        }
    }

    /** Writes a line to its standard input. */
    void tell(final String line) throws IOException {
        process.outputWriter().append(line).append('\n').flush();
    }

    /** Sends a signal, for example STOP. */
    void signal(final String name) throws IOException, InterruptedException {
        final int status =
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
        if (status != 0) {
            throw new AssertionError("kill -" + name + " ended with " + status);
        }
    }

    /** Kills it immediately (SIGKILL), and reads what it had printed. */
    void kill() throws InterruptedException {
        // Process.destroyForcibly() would also close the stream of its last lines.
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
    }

    /** Ends its standard input, and waits until it has ended. Returns its exit status. */
    int finish(final long limitS) throws IOException, InterruptedException {
        process.outputWriter().close();
        if (!process.waitFor(limitS, TimeUnit.SECONDS)) {
            throw new AssertionError("process " + process.pid() + " has not ended within " + limitS + " s");
        }
        reader.join();
        return process.exitValue();
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
