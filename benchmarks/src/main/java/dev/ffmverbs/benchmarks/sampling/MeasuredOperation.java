// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

/**
 * An operation to take samples of.
 *
 * @param name               name of the operation in results: {@code empty-poll}.
 * @param path               code that the operation runs, and how often it must have run before samples count.
 * @param callsPerSample     number of calls between two reads of the clock.
 * @param completionsPerCall completions that every call must take; fewer means that operations were lost.
 * @param loop               calls the operation.
 */
public record MeasuredOperation(
    String name, CodePath path, int callsPerSample, int completionsPerCall, Loop loop) {

    /**
     * Creates an operation that either takes completions or has enough calls in each sample for any warm-up.
     *
     * @param name               name of the operation in results.
     * @param callsPerSample     number of calls between two reads of the clock.
     * @param completionsPerCall completions that every call must take.
     * @param loop               calls the operation.
     */
    public MeasuredOperation(
        final String name, final int callsPerSample, final int completionsPerCall, final Loop loop) {
        this(name, completionsPerCall == 0 ? CodePath.ITS_OWN : CodePath.TRANSFER, callsPerSample, completionsPerCall,
            loop);
    }

    /** The loop around the operation; its code is what is measured. */
    @FunctionalInterface
    public interface Loop {

        /**
         * Calls the operation.
         *
         * @param calls number of calls.
         * @return number of completions taken.
         */
        long run(int calls);
    }

    /**
     * Code that several operations of a process share. A run by one of them warms it up for all.
     *
     * <p>The JIT compiler optimizes code that has run some ten thousand times, and slow operations look steady long
     * before: a registration takes 5 microseconds for thousands of calls before it takes half a microsecond.
     */
    public enum CodePath {
        /** Nothing is shared. */
        ITS_OWN(0),
        /** Posting a request and taking its completion. */
        TRANSFER(100_000),
        /** Registering and deregistering memory. */
        REGISTRATION(20_000),
        /** Allocating, registering, deregistering and freeing memory. */
        ALLOCATION(20_000);

        private final long leastRuns;

        CodePath(final long leastRuns) {
            this.leastRuns = leastRuns;
        }

        /**
         * Returns how often the code must have run before samples count.
         *
         * @return number of runs; 0 if it does not matter.
         */
        public long leastRuns() {
            return leastRuns;
        }
    }
}
