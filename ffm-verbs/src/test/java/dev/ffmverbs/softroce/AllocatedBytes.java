// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Counts the bytes that threads allocate.
 *
 * <p>It uses reflection, because the module under test does not and should not read {@code jdk.management}.
 */
public final class AllocatedBytes {

    private static final String FIRST_COMPILER_ONLY = "-XX:TieredStopAtLevel=1";

    private final Object threads;
    private final Method count;

    private AllocatedBytes(final Object threads, final Method count) {
        this.threads = threads;
        this.count = count;
    }

    /** Returns the counter if this JVM has one. */
    public static Optional<AllocatedBytes> counter() {
        try {
            final Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean").invoke(null);
            final Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
            final boolean supported = (boolean) type.getMethod("isThreadAllocatedMemorySupported").invoke(threads);
            return supported
                ? Optional.of(new AllocatedBytes(threads, type.getMethod("getThreadAllocatedBytes", long.class)))
                : Optional.empty();
        } catch (final ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    /** Returns the bytes that the current thread has allocated. The call itself allocates a few bytes. */
    public long count() {
        return count(Thread.currentThread());
    }

    /** Returns the bytes that a live thread has allocated. The call allocates a few bytes in the calling thread. */
    public long count(final Thread thread) {
        try {
            return (long) count.invoke(threads, thread.threadId());
        } catch (final ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Skips a test in a JVM that has been told to compile without escape analysis, as the lab does to start sooner.
     * What a downcall to a library boxes for a moment is allocated there.
     */
    public static void requireEscapeAnalysis() {
        final boolean has = Stream.of(ProcessHandle.current().info().arguments().orElseThrow())
            .noneMatch(FIRST_COMPILER_ONLY::equals);
        Assumptions.assumeTrue(has, FIRST_COMPILER_ONLY + ": compiled code allocates what it boxes");
    }
}
