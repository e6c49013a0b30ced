// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.binding.BindingSession;
import dev.ffmverbs.benchmarks.device.OperationException;
import dev.ffmverbs.benchmarks.device.PollLimit;
import java.time.Duration;

/**
 * Polls continuously until completions are there, for a limited time, because a lost operation must end the run.
 *
 * <p>A completion that arrives after its operation was abandoned still belongs to that operation. It is never counted
 * for a later one. Not thread-safe.
 */
final class Completions {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final BindingSession session;

    private final PollLimit limit = new PollLimit(LIMIT);

    /** Completions that were abandoned and may still arrive before those of later operations. */
    private int lateSends;
    private int lateReceives;

    Completions(final BindingSession session) {
        this.session = session;
    }

    /**
     * Takes completions of the near end's sends.
     *
     * @return as many as wanted, or fewer if none arrived for a second.
     * @throws OperationException if one failed.
     */
    int take(final int wanted) {
        final BindingSession session = this.session;
        int taken = 0;
        while (taken < wanted) {
            final int polled = session.poll();
            if (polled != 0) {
                requireSuccess();
                taken += polled;
                if (lateSends != 0) {
                    final int late = Math.min(lateSends, taken);
                    lateSends -= late;
                    taken -= late;
                }
            } else if (limit.countEmptyPoll()) {
                lateSends += wanted - taken;
                return taken;
            }
        }
        return taken;
    }

    /**
     * Takes completions of the far end's receives.
     *
     * @return as many as wanted, or fewer if none arrived for a second.
     * @throws OperationException if one failed.
     */
    int takeReceives(final int wanted) {
        final BindingSession session = this.session;
        int taken = 0;
        while (taken < wanted) {
            final int polled = session.pollReceives();
            if (polled != 0) {
                requireSuccess();
                taken += polled;
                if (lateReceives != 0) {
                    final int late = Math.min(lateReceives, taken);
                    lateReceives -= late;
                    taken -= late;
                }
            } else if (limit.countEmptyPoll()) {
                lateReceives += wanted - taken;
                return taken;
            }
        }
        return taken;
    }

    private void requireSuccess() {
        if (!session.hasLastPollSucceeded()) {
            throw new OperationException("an operation completed with an error");
        }
        limit.begin();
    }
}
