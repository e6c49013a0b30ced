// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.natives;

import dev.ffmverbs.benchmarks.process.GuardedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The system's C compiler. */
public final class Compiler {

    private static final String INSTALL = "install it: apt-get install gcc libc6-dev libibverbs-dev, or dnf install gcc"
        + " rdma-core-devel";

    private final String command;

    /** Chooses the compiler that {@code CC} in the environment names, else {@code cc}. */
    public Compiler() {
        this(Optional.ofNullable(System.getenv("CC")).filter(name -> !name.isBlank()).orElse("cc"));
    }

    Compiler(final String command) {
        this.command = command;
    }

    /**
     * Runs the compiler.
     *
     * @param arguments the compiler's arguments.
     * @return why it failed and how to fix that; empty if it succeeded.
     * @throws IOException if the compiler's output cannot be read.
     */
    public Optional<String> run(final List<String> arguments) throws IOException {
        final List<String> line = new ArrayList<>(List.of(command));
        line.addAll(arguments);
        final Process process;
        try {
            process = GuardedProcess.start(new ProcessBuilder(line).redirectErrorStream(true));
        } catch (final IOException e) {
            return Optional.of("there is no C compiler named " + command + "; " + INSTALL);
        }
        final String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (await(process) == 0) {
            return Optional.empty();
        }
        return Optional.of(explain(printed));
    }

    private String explain(final String printed) {
        final String first = printed.lines().filter(text -> text.contains("error")).findFirst()
            .orElse(printed.lines().findFirst().orElse("no message"));
        if (printed.contains("infiniband/verbs.h") || printed.contains("-libverbs")) {
            return "the headers of libibverbs are missing (" + first.strip() + "); " + INSTALL;
        }
        if (printed.contains("jni.h")) {
            return "the Java runtime in " + System.getProperty("java.home") + " has no include/jni.h: run with a JDK";
        }
        return command + " failed: " + first.strip();
    }

    private static int await(final Process process) {
        try {
            return process.waitFor();
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /**
     * Returns the compiler's name and version.
     *
     * @return the first line of what {@code --version} prints; {@code none} if there is no compiler.
     */
    public String version() {
        try {
            final Process process =
                GuardedProcess.start(new ProcessBuilder(command, "--version").redirectErrorStream(true));
            final String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return await(process) == 0 ? printed.lines().findFirst().orElse(command) : "none";
        } catch (final IOException e) {
            return "none";
        }
    }
}
