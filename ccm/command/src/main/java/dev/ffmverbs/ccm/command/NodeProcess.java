// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A {@code ccm node} or {@code ccm witness} in a separate JVM process, on the class or module path of this one. */
final class NodeProcess implements AutoCloseable {

    private static final String MODULE = "dev.ffmverbs.ccm.command";

    /** Longer than a node takes to leave, even on an emulated processor. */
    private static final long LAST_S = 60;

    private static final String NATIVE_ACCESS_MODULE = "dev.ffmverbs";

    /** Property that the launcher sets to the options of this JVM, one per line: heap, compiler, cache of classes. */
    private static final String JVM_OPTIONS = "ccm.jvm.options";
    private static final String DEFAULT_JVM_OPTIONS = "-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1\n-Xmx256m";

    private static final String PAUSED = "paused";

    /** Its input ends when the pause is over, and when the process that paused has ended. */
    private static final String PAUSE =
        "trap '' INT TERM HUP; kill -STOP $1 && echo " + PAUSED + " && cat && kill -CONT $1";

    /** The processes that run. A signal ends this process without closing anything, and they end with it. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final Thread reader;

    /** The process that keeps this one paused; null before the first pause. */
    private Process pausing;

    private NodeProcess(final Process process, final Consumer<String> lines) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().start(() -> read(lines));
    }

    /**
     * Starts a node.
     *
     * @param jvmOptions additional options of its JVM.
     * @param arguments  arguments after {@code ccm node}.
     * @param lines      gets each line it prints, on a dedicated thread.
     */
    static NodeProcess start(
        final List<String> jvmOptions, final List<String> arguments, final Consumer<String> lines) {
        return start("node", jvmOptions, arguments, Map.of(), lines);
    }

    /**
     * Starts a node or a witness.
     *
     * @param subcommand  {@code node} or {@code witness}.
     * @param jvmOptions  additional options of its JVM.
     * @param arguments   arguments after the subcommand.
     * @param environment variables to add to the environment of this process; the node does not inherit the secret.
     * @param lines       gets each line it prints, on a dedicated thread.
     */
    static NodeProcess start(
        final String subcommand, final List<String> jvmOptions, final List<String> arguments,
        final Map<String, String> environment, final Consumer<String> lines) {
        final List<String> command = javaCommand(jvmOptions);
        command.add(subcommand);
        command.addAll(arguments);
        try {
            final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().remove(Secrets.VARIABLE);
            builder.environment().putAll(environment);
            final Process started = builder.start();
            RUNNING.add(started);
            final CompletableFuture<Boolean> ignored = started.onExit().thenApply(RUNNING::remove);
            return new NodeProcess(started, lines);
        } catch (final IOException e) {
            throw new CommandFailedException(
                "cannot start a " + subcommand + " with " + command + ": " + e.getMessage(), e);
        }
    }

    private static List<String> javaCommand(final List<String> jvmOptions) {
        final List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        System.getProperty(JVM_OPTIONS, DEFAULT_JVM_OPTIONS).lines().forEach(command::add);
        command.addAll(jvmOptions);
        if (CcmCommand.class.getModule().isNamed()) {
            command.add("--enable-native-access=" + NATIVE_ACCESS_MODULE);
            final String modulePath = System.getProperty("jdk.module.path");
            // A run-time image of jlink contains the modules, and has no module path.
            if (modulePath != null) {
                command.addAll(List.of("--module-path", modulePath));
            }
            command.addAll(List.of("--module", MODULE + "/" + CcmCommand.class.getName()));
        } else {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), CcmCommand.class.getName()));
        }
        return command;
    }

    private void read(final Consumer<String> lines) {
        try (BufferedReader output = process.inputReader()) {
            output.lines().forEach(lines);
        } catch (final IOException | UncheckedIOException e) {
            lines.accept("its output ends here: " + e.getMessage());
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Writes a line to its standard input. */
    void tell(final String line) {
        try {
            process.outputWriter().append(line).append('\n').flush();
        } catch (final IOException e) {
            throw new CommandFailedException("cannot send " + line + " to process " + pid() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Stops the process (SIGSTOP) until it is resumed. If this process is killed before, the other one runs again, and
     * can notice that its input has ended.
     */
    void pause() throws InterruptedException {
        try {
            pausing = new ProcessBuilder("sh", "-c", PAUSE, "sh", Long.toString(pid())).redirectErrorStream(true)
                .start();
            if (!PAUSED.equals(pausing.inputReader().readLine())) {
                throw new CommandFailedException(
                    "kill -STOP " + pid() + " ended with " + pausing.waitFor(), null);
            }
        } catch (final IOException e) {
            throw new CommandFailedException("cannot run kill -STOP " + pid() + ": " + e.getMessage(), e);
        }
    }

    /** Lets the process run again (SIGCONT). */
    void resume() throws InterruptedException {
        try {
            pausing.outputWriter().close();
            final int status = pausing.waitFor();
            if (status != 0) {
                throw new CommandFailedException("kill -CONT " + pid() + " ended with " + status, null);
            }
        } catch (final IOException e) {
            throw new CommandFailedException("cannot end the pause of process " + pid() + ": " + e.getMessage(), e);
        }
    }

    /** Returns whether all its output was read. */
    boolean isOutputRead() {
        return !reader.isAlive();
    }

    /** Asks the node to leave cleanly (SIGTERM). */
    void stop() {
        // Process.destroy() would also close the stream through which the last lines of the node arrive.
        process.toHandle().destroy();
    }

    /** Kills the process immediately (SIGKILL). */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /**
     * Waits until the process has ended and all its output was read.
     *
     * @return its exit status; -1 if it did not end in time and was killed.
     */
    int await() throws InterruptedException {
        final boolean ended = process.waitFor(LAST_S, TimeUnit.SECONDS);
        if (!ended) {
            kill();
            process.waitFor();
        }
        reader.join();
        return ended ? process.exitValue() : -1;
    }

    /** Kills the process if it still runs. */
    @Override
    public void close() {
        kill();
    }
}
