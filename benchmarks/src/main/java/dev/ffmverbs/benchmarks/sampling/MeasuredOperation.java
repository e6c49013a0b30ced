// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

/**
 * Something to take samples of.
 *
 * @param name               what it is, as results name it: {@code empty-poll}.
 * @param callsPerSample     how often it is done between two reads of the clock.
 * @param completionsPerCall completions every call must take; fewer means that operations were lost.
 * @param loop               does it.
 */
public record MeasuredOperation(String name, int callsPerSample, int completionsPerCall, Loop loop) {

    /** The loop around the operation; its code is what is measured. */
    public interface Loop {

        /**
         * Does the operation so often.
         *
         * @param calls how often.
         * @return completions taken.
         */
        long run(int calls);
    }
}
