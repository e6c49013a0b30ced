// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CompilerTimeTest {

    private final CompilerTime time = new CompilerTime();

    /** Code that is worth compiling. */
    static final class Loop implements LongSupplier {

        private static final int TURNS = 1_000_000;

        @Override
        public long getAsLong() {
            long sum = 0;
            for (int i = 0; i < TURNS; i++) {
                sum += Long.rotateLeft(sum, i) ^ i;
            }
            return sum;
        }
    }

    /** Loads the code as a new class, which is compiled separately. */
    private static LongSupplier copyOfLoop() throws Exception {
        try (InputStream code = CompilerTimeTest.class.getResourceAsStream("CompilerTimeTest$Loop.class")) {
            return (LongSupplier) MethodHandles.lookup().defineHiddenClass(code.readAllBytes(), true).lookupClass()
                .getDeclaredConstructor().newInstance();
        }
    }

    private static long finishedMs() {
        return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    }

    @Test
    void growsBeforeACompilationHasEnded() throws Exception {
        boolean grewFirst = false;
        long sum = 0;
        while (!grewFirst) {
            final long finishedBefore = finishedMs();
            final long before = time.spentNs();
            sum += copyOfLoop().getAsLong();
            grewFirst = time.spentNs() > before && finishedMs() == finishedBefore;
        }
        assertTrue(time.spentNs() > 0, "sum " + sum);
    }
}
