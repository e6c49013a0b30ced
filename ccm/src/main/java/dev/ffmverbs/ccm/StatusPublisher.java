// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import dev.ffmverbs.ccm.memory.BootPhase;
import dev.ffmverbs.ccm.memory.StatusBlock;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that keeps this node's boot-status variable: it bumps the heartbeat counter every interval, and publishes
 * a new boot phase at once. It does nothing else, so that its counter stands still only when the process does.
 */
final class StatusPublisher {

    private final StatusBlock status;
    private final long intervalNs;
    private final Thread thread;
    private long heartbeat;
    private volatile BootPhase phase = BootPhase.INITIALIZING;
    private volatile BootPhase published;
    private volatile boolean stopped;

    StatusPublisher(final StatusBlock status, final long intervalNs, final String threadName) {
        this.status = status;
        this.intervalNs = intervalNs;
        this.thread = Thread.ofPlatform().daemon().name(threadName).unstarted(this::run);
    }

    /** Publishes for the first time, and goes on doing so. */
    void start() {
        publish();
        thread.start();
    }

    private void publish() {
        final BootPhase present = phase;
        heartbeat++;
        status.publish(present, heartbeat);
        published = present;
    }

    private void run() {
        long nextNs = System.nanoTime() + intervalNs;
        while (!stopped) {
            final long waitNs = nextNs - System.nanoTime();
            if (waitNs > 0 && published == phase) {
                LockSupport.parkNanos(this, waitNs);
                continue;
            }
            publish();
            if (waitNs <= 0) {
                nextNs = Math.max(nextNs + intervalNs, System.nanoTime());
            }
        }
    }

    BootPhase phase() {
        return phase;
    }

    /** Changes the phase, and returns when partners can read it. */
    void phase(final BootPhase newPhase) {
        phase = newPhase;
        LockSupport.unpark(thread);
        while (published != newPhase && phase == newPhase && thread.isAlive()) {
            Thread.onSpinWait();
        }
    }

    /** Stops beating; the variable keeps what was published last. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        Threads.join(thread);
    }
}
