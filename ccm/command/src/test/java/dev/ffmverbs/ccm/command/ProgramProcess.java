// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.HandshakeProcess;
import dev.ffmverbs.ccm.value.HandshakeStep;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A program of the tests in a separate process, and the lines it has printed. */
final class ProgramProcess implements AutoCloseable {

    final List<String> lines = new CopyOnWriteArrayList<>();

    private static final long DUMP_MS = 1_000;

    private final Process process;
    private final Thread reader;

    ProgramProcess(final Class<?> program, final List<String> jvmOptions, final List<String> arguments)
        throws IOException {
        final List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx256m"));
        command.addAll(jvmOptions);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath(), program.getName()));
        command.addAll(arguments);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        reader = Thread.ofPlatform().daemon().start(this::read);
    }

    /** Returns the class path of this process. The programs need no module. */
    private static String classPath() {
        final String tests = HandshakeProcess.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        final String classes = HandshakeStep.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return String.join(":", Stream.of(System.getProperty("java.class.path"),
            System.getProperty("jdk.module.path"), tests, classes).filter(path -> path != null && !path.isEmpty())
            .toList());
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(lines::add);
        } catch (final IOException | UncheckedIOException e) {
            lines.add("its output ends here: " + e.getMessage());
        }
    }

    /** Waits for a line, among all past and future ones. */
    String await(final Predicate<String> wanted, final String what, final long limitS) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitS);
        int next = 0;
        boolean ended = false;
        while (!ended && System.nanoTime() - deadlineNs < 0) {
            ended = !reader.isAlive();
            for (; next < lines.size(); next++) {
                if (wanted.test(lines.get(next))) {
                    return lines.get(next);
                }
            }
            Thread.sleep(2);
        }
        final String until = ended ? " before the output of the program ended" : " within " + limitS + " s";
        throw new AssertionError("no " + what + until + ", only " + lines);
    }

    /** Writes a line to its standard input. */
    void tell(final String line) throws IOException {
        process.outputWriter().append(line).append('\n').flush();
    }

    /** Sends a signal, for example STOP. */
    void signal(final String name) throws IOException, InterruptedException {
        final int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start()
            .waitFor();
        if (status != 0) {
            throw new AssertionError("kill -" + name + " ended with " + status);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Lets it print what its threads do, if it has not ended. */
    void dumpThreads() throws IOException, InterruptedException {
        if (isAlive()) {
            signal("QUIT");
            Thread.sleep(DUMP_MS);
        }
    }

    /** Kills it immediately (SIGKILL), and reads what it had printed. */
    void kill() throws InterruptedException {
        // Process.destroyForcibly() would also close the stream of its last lines.
        process.toHandle().destroyForcibly();
        process.waitFor();
        reader.join();
    }

    /** Returns the processes that it has started and that run, and those that they have started. */
    List<ProcessHandle> descendants() {
        return process.toHandle().descendants().toList();
    }

    /** Waits until it has ended, and returns its exit status. */
    int awaitExit() throws InterruptedException {
        return process.waitFor();
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
