// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.process;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines that run a class of this program in a new JVM. */
public final class JavaProgram {

    private JavaProgram() {
    }

    /**
     * Returns the command line of a class, with this JVM's executable and class path.
     *
     * @param jvmOptions options of the JVM.
     * @param program    class with a {@code main} method.
     * @param arguments  its arguments.
     * @return a command line that may be appended to.
     */
    public static List<String> command(
        final List<String> jvmOptions, final Class<?> program, final String... arguments) {
        return command(jvmOptions, System.getProperty("java.class.path"), program, arguments);
    }

    /**
     * Returns the command line of a class, with this JVM's executable.
     *
     * @param jvmOptions options of the JVM.
     * @param classPath  its class path.
     * @param program    class with a {@code main} method.
     * @param arguments  its arguments.
     * @return a command line that may be appended to.
     */
    public static List<String> command(
        final List<String> jvmOptions, final String classPath, final Class<?> program, final String... arguments) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Returns the options of this JVM, for a process that must run under the same conditions.
     *
     * @return options that may be appended to.
     */
    public static List<String> ownOptions() {
        return new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    /**
     * Ends this JVM with status 1 if the calling thread dies of an exception, which is printed. Otherwise other threads
     * could keep the JVM alive, and the process that reads its output would wait for the end of that output.
     */
    public static void exitOnFailure() {
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            System.exit(1);
        });
    }
}
