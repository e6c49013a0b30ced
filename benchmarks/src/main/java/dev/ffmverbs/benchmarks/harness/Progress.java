// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says what runs and how long the rest will take, as the past tasks make it likely. */
final class Progress {

    private static final long S_PER_MINUTE = 60;

    private final PrintStream output;
    private final LongSupplier clockNs;
    private final int tasks;
    private final long startNs;
    private int begun;

    Progress(final PrintStream output, final int tasks, final LongSupplier clockNs) {
        this.output = output;
        this.clockNs = clockNs;
        this.tasks = tasks;
        this.startNs = clockNs.getAsLong();
    }

    /** Says that the next task begins. */
    void begin(final Task task) {
        final int done = begun++;
        output.printf("[%" + Integer.toString(tasks).length() + "d/%d] %s%s%n", begun, tasks, task, left(done));
    }

    /** Whether one round more, as long as those done so far, would end within a time since the start. */
    boolean hasTimeForARoundMore(final int roundsDone, final Duration limit) {
        final long pastNs = clockNs.getAsLong() - startNs;
        return pastNs + pastNs / roundsDone <= limit.toNanos();
    }

    private String left(final int done) {
        if (done == 0) {
            return "";
        }
        final long pastNs = clockNs.getAsLong() - startNs;
        final long leftS = TimeUnit.NANOSECONDS.toSeconds(pastNs / done * (tasks - done));
        return "; about " + (leftS >= 2 * S_PER_MINUTE ? leftS / S_PER_MINUTE + " min" : leftS + " s") + " left";
    }
}
