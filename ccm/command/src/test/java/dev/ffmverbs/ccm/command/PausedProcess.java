// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A process that does not run for a while, as on a busy machine. */
final class PausedProcess {

    private final Future<?> resumed;

    /** Stops a process, and lets it run again after this time. */
    PausedProcess(final NodeProcess process, final Duration pause) throws InterruptedException {
        process.pause();
        final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
        resumed = later.schedule(() -> {
            process.resume();
            return null;
        }, pause.toMillis(), TimeUnit.MILLISECONDS);
        // Does what was scheduled, and ends.
        later.shutdown();
    }

    /** Waits until the process runs again. */
    void awaitResumed() throws InterruptedException, ExecutionException {
        resumed.get();
    }
}
