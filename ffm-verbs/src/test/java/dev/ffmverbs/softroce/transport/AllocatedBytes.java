// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.lang.reflect.Method;
import java.util.Optional;

/**
 * Counts what the current thread allocates.
 *
 * <p>By reflection, because the module under test does not, and should not, read {@code jdk.management}.
 */
final class AllocatedBytes {

    private final Object threads;
    private final Method count;

    private AllocatedBytes(final Object threads, final Method count) {
        this.threads = threads;
        this.count = count;
    }

    /** The counter, where this JVM has one. */
    static Optional<AllocatedBytes> counter() {
        try {
            final Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean").invoke(null);
            final Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
            final boolean supported = (boolean) type.getMethod("isThreadAllocatedMemorySupported").invoke(threads);
            return supported
                ? Optional.of(new AllocatedBytes(threads, type.getMethod("getCurrentThreadAllocatedBytes")))
                : Optional.empty();
        } catch (final ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    long count() {
        try {
            return (long) count.invoke(threads);
        } catch (final ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
