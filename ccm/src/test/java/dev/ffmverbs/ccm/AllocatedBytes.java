// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** What a thread has allocated. By reflection: the module under test does not read {@code jdk.management}. */
public final class AllocatedBytes {

    private static final String ONE_COMPILER = "-XX:TieredStopAtLevel=1";

    private AllocatedBytes() {
    }

    /** Bytes allocated by the live thread of this name; skips the test where this JVM cannot tell. */
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

    /** Skips the test in a JVM that compiles without escape analysis: there every downcall makes an object. */
    public static void requireOptimizingCompiler() {
        final String[] arguments = ProcessHandle.current().info().arguments().orElse(new String[0]);
        Assumptions.assumeFalse(Arrays.asList(arguments).contains(ONE_COMPILER),
            "this JVM runs with " + ONE_COMPILER + ", and only the other compiler removes the objects of a downcall");
    }
}
