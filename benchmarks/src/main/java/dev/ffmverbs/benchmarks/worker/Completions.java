// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.binding.BindingSession;
import java.util.concurrent.TimeUnit;

/**
 * Polls until completions are there, without rest but for a limited time: an operation that was lost must end the run.
 *
 * <p>A completion that comes after its operation was given up is still that operation's: it is never counted for a
 * later one.
 */
final class Completions {

    /** The clock is read once in so many polls. */
    private static final int POLLS_PER_LOOK_AT_THE_CLOCK = 1 << 14;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(1);

    private final BindingSession session;

    /** Completions that were given up, and may still come before those of later operations. */
    private int lateSends;
    private int lateReceives;
    private int idlePolls;
    private long waitingSinceNs;

    Completions(final BindingSession session) {
        this.session = session;
    }

    /**
     * Takes completions of the near end's sends.
     *
     * @return as many as wanted, or fewer when nothing more came for a second.
     * @throws IllegalStateException when one failed.
     */
    int take(final int wanted) {
        final BindingSession session = this.session;
        int taken = 0;
        while (taken < wanted) {
            final int polled = session.poll();
            if (polled != 0) {
                taken += succeeded(polled);
                if (lateSends != 0) {
                    final int late = Math.min(lateSends, taken);
                    lateSends -= late;
                    taken -= late;
                }
            } else if (isTooLate()) {
                lateSends += wanted - taken;
                return taken;
            }
        }
        return taken;
    }

    /**
     * Takes completions of the far end's receives.
     *
     * @return as many as wanted, or fewer when nothing more came for a second.
     * @throws IllegalStateException when one failed.
     */
    int takeReceives(final int wanted) {
        final BindingSession session = this.session;
        int taken = 0;
        while (taken < wanted) {
            final int polled = session.pollReceives();
            if (polled != 0) {
                taken += succeeded(polled);
                if (lateReceives != 0) {
                    final int late = Math.min(lateReceives, taken);
                    lateReceives -= late;
                    taken -= late;
                }
            } else if (isTooLate()) {
                lateReceives += wanted - taken;
                return taken;
            }
        }
        return taken;
    }

    private int succeeded(final int polled) {
        if (!session.succeeded()) {
            throw new IllegalStateException("an operation completed with an error");
        }
        waitingSinceNs = 0;
        return polled;
    }

    private boolean isTooLate() {
        if (++idlePolls < POLLS_PER_LOOK_AT_THE_CLOCK) {
            return false;
        }
        idlePolls = 0;
        final long nowNs = System.nanoTime();
        if (waitingSinceNs == 0) {
            waitingSinceNs = nowNs;
        }
        final boolean late = nowNs - waitingSinceNs > LIMIT_NS;
        if (late) {
            waitingSinceNs = 0;
        }
        return late;
    }
}
