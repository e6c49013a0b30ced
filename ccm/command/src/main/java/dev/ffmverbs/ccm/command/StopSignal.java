// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ExitCode;

/**
 * Lets a command that runs until it is stopped end cleanly on a signal, and the process with the status of the command
 * rather than that of the signal. Thread-safe.
 */
final class StopSignal {

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int status = ExitCode.SOFTWARE;

    /**
     * Begins to wait for a signal.
     *
     * @param onHalt called before the process halts, which writes nothing that is still buffered.
     */
    void install(final Runnable onHalt) {
        Signals.handle(stop::countDown);
        // For other signals, such as SIGHUP, and if those cannot be handled.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (done.getCount() > 0) {
                stop.countDown();
                try {
                    done.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                onHalt.run();
                Runtime.getRuntime().halt(status);
            }
        }));
    }

    /** Stops the command as a signal does. */
    void stop() {
        stop.countDown();
    }

    /** Waits until the command is to stop; returns false if the time has passed first. */
    boolean await(final long timeoutNs) throws InterruptedException {
        return stop.await(timeoutNs, TimeUnit.NANOSECONDS);
    }

    /** Sets the status of the process. */
    void status(final int newStatus) {
        status = newStatus;
    }

    /** Lets a process that a signal has stopped end. The command calls this when it has done everything else. */
    void finish() {
        done.countDown();
    }
}
