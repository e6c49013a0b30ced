// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Determines what a thread has allocated. Uses reflection, because the module under test does not read {@code
 * jdk.management}.
 */
public final class AllocatedBytes {

    private static final String ONE_COMPILER = "-XX:TieredStopAtLevel=1";

    private AllocatedBytes() {
    }

    /** Returns the bytes allocated by the live thread of this name. Skips the test if this JVM does not count them. */
    public static long of(final String threadName) throws ReflectiveOperationException {
        final Object threads = Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean").invoke(null);
        final Class<?> type;
        try {
            type = Class.forName("com.sun.management.ThreadMXBean");
        } catch (final ClassNotFoundException e) {
            Assumptions.abort("this JVM does not count allocated bytes: " + e);
            throw e;
        }
        final Method count = type.getMethod("getThreadAllocatedBytes", long.class);
        final long id = Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals(threadName)).findFirst().orElseThrow().threadId();
        return (long) count.invoke(threads, id);
    }

    /** Returns the bytes of native memory that this JVM's arenas and direct buffers hold. */
    public static long outsideOfTheHeap() throws ReflectiveOperationException {
        final Class<?> type = Class.forName("java.lang.management.BufferPoolMXBean");
        final List<?> pools = (List<?>) Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getPlatformMXBeans", Class.class).invoke(null, type);
        for (final Object pool : pools) {
            if ("direct".equals(type.getMethod("getName").invoke(pool))) {
                return (long) type.getMethod("getMemoryUsed").invoke(pool);
            }
        }
        throw new IllegalStateException("this JVM does not report the memory of direct buffers, only of " + pools);
    }

    /** Skips the test in a JVM that compiles without escape analysis, where every downcall allocates an object. */
    public static void requireOptimizingCompiler() throws ReflectiveOperationException {
        final Object machine = Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getRuntimeMXBean").invoke(null);
        final List<?> options = (List<?>) Class.forName("java.lang.management.RuntimeMXBean")
            .getMethod("getInputArguments").invoke(machine);
        Assumptions.assumeFalse(options.contains(ONE_COMPILER),
            "this JVM runs with " + ONE_COMPILER + ", and only the other compiler removes the objects of a downcall");
    }
}
