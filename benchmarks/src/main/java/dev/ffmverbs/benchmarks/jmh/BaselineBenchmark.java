// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the instruments themselves: time and allocation of nothing, and of one object. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class BaselineBenchmark {

    /** For JMH. */
    public BaselineBenchmark() {
    }

    /** Does nothing. Subtract its time from other results. */
    @Benchmark
    public void nothing() {
        // The rest is the cost of JMH's loop.
    }

    /**
     * Allocates one object, which the allocation gate must notice.
     *
     * @return the object.
     */
    @Benchmark
    public Object allocateOneObject() {
        return new Object();
    }

    /**
     * Reads the clock that latencies are measured with.
     *
     * @return the time.
     */
    @Benchmark
    public long readClock() {
        return System.nanoTime();
    }
}
