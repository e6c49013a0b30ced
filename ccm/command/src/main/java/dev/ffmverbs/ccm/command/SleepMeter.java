// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Finds out whether the machine is busy: a thread that only sleeps, and measures by how much it wakes up too late. What
 * it misses, the threads of the nodes on this machine miss as well.
 */
final class SleepMeter implements AutoCloseable {

    private static final long SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Samples lateness = new Samples();
    private final Thread thread;
    private volatile boolean closed;

    SleepMeter() {
        thread = Thread.ofPlatform().daemon().name("ccm-sleep-meter").start(this::run);
    }

    private void run() {
        while (!closed) {
            final long beforeNs = System.nanoTime();
            LockSupport.parkNanos(SLEEP_NS);
            lateness.add(Math.max(0, System.nanoTime() - beforeNs - SLEEP_NS));
        }
    }

    /** Returns by how much the thread woke up too late, since the start or the last call of {@link #restart}. */
    Samples lateness() {
        return lateness;
    }

    void restart() {
        lateness.clear();
    }

    /** Describes the lateness in a clause. */
    String describe() {
        return "a thread that only sleeps woke up " + Milliseconds.text(lateness.p99Ns()) + " late at p99, and "
            + Milliseconds.text(lateness.maxNs()) + " at most";
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
