// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import java.lang.reflect.Method;
import java.util.Optional;

/**
 * Counts the bytes that threads allocate.
 *
 * <p>It uses reflection, because the module under test does not and should not read {@code jdk.management}.
 */
public final class AllocatedBytes {

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
}
