// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Prints what is running, and how long the rest is likely to take, judging by past tasks. Not thread-safe. */
final class Progress {

    private static final long S_PER_MINUTE = 60;

    private final PrintStream output;
    private final LongSupplier clockNs;
    private final int tasks;
    private final long startNs;
    private int tasksBegun;

    Progress(final PrintStream output, final int tasks, final LongSupplier clockNs) {
        this.output = output;
        this.clockNs = clockNs;
        this.tasks = tasks;
        this.startNs = clockNs.getAsLong();
    }

    /** Prints that the next task begins. */
    void begin(final Task task) {
        final int done = tasksBegun++;
        output.printf("[%" + Integer.toString(tasks).length() + "d/%d] %s%s%n", tasksBegun, tasks, task,
            describeRest(done));
    }

    /** Returns whether another round, as long as those done so far, would end within a time since the start. */
    boolean hasTimeForAnotherRound(final int roundsDone, final Duration limit) {
        final long pastNs = clockNs.getAsLong() - startNs;
        return pastNs + pastNs / roundsDone <= limit.toNanos();
    }

    private String describeRest(final int done) {
        if (done == 0) {
            return "";
        }
        final long pastNs = clockNs.getAsLong() - startNs;
        final long leftS = TimeUnit.NANOSECONDS.toSeconds(pastNs / done * (tasks - done));
        return "; about " + (leftS >= 2 * S_PER_MINUTE ? leftS / S_PER_MINUTE + " min" : leftS + " s") + " left";
    }
}
