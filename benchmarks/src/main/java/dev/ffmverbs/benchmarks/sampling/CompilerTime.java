// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long the JIT compiler of this JVM has worked.
 *
 * <p>{@link CompilationMXBean} counts a compilation when it ends. One may take a second, and until then the compiler
 * looks idle, although it takes a processor and the code that it compiles is still slow. The processor time of the
 * compiler's threads shows that it works. Thread-safe.
 */
public final class CompilerTime {

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final List<String> NAMES = List.of("C1 Compiler", "C2 Compiler");

    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();

    /** Creates a view of this JVM's compiler. */
    public CompilerTime() {
        // Nothing to prepare; the threads are looked up each time, because they come and go.
    }

    /**
     * Returns a number that changes while the compiler works.
     *
     * @return nanoseconds of finished compilations, and of processor time of the compiler's threads.
     */
    public long spentNs() {
        final long finishedNs =
            compiler == null ? 0 : TimeUnit.MILLISECONDS.toNanos(compiler.getTotalCompilationTime());
        try (Stream<Path> threads = Files.list(THREADS)) {
            return finishedNs + threads.mapToLong(CompilerTime::processorNs).sum();
        } catch (final IOException | UncheckedIOException e) {
            return finishedNs;
        }
    }

    /** Returns the processor time of a thread; 0 if it is no compiler thread, or has ended. */
    private static long processorNs(final Path thread) {
        try {
            final String name = Files.readString(thread.resolve("comm"));
            if (NAMES.stream().noneMatch(name::startsWith)) {
                return 0;
            }
            final String times = Files.readString(thread.resolve("schedstat"));
            return Long.parseLong(times.substring(0, times.indexOf(' ')));
        } catch (final IOException e) {
            return 0;
        }
    }
}
