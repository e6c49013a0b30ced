// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.WorkCompletions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * Polls without rest, as perftest does: no pause instruction, no yielding; but not for ever, so that a peer that died
 * ends the run with an error.
 */
final class BusyWait {

    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle().withInvokeExactBehavior();

    /** The clock is read once in so many polls: far too rarely to be felt. */
    private static final int POLLS_PER_LOOK_AT_THE_CLOCK = 1 << 20;

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(30);

    private final WorkCompletions completion = WorkCompletions.allocate(1);

    /** Polls until one completion is there and has succeeded. */
    void awaitCompletion(final CompletionQueue queue) {
        final WorkCompletions taken = completion;
        if (queue.poll(taken) == 0) {
            awaitLateCompletion(queue, taken);
        }
        if (!taken.succeeded(0)) {
            throw new IllegalStateException("an operation failed: " + taken.describe(0));
        }
    }

    private static void awaitLateCompletion(final CompletionQueue queue, final WorkCompletions taken) {
        long waitingSinceNs = 0;
        int polls = 0;
        while (queue.poll(taken) == 0) {
            if (++polls == POLLS_PER_LOOK_AT_THE_CLOCK) {
                polls = 0;
                waitingSinceNs = requireTimeLeft(waitingSinceNs, "completion on " + queue);
            }
        }
    }

    /** Polls a byte that the peer writes until it has the value. */
    static void awaitByte(final MemorySegment memory, final long offsetBytes, final byte value) {
        long waitingSinceNs = 0;
        int polls = 0;
        while ((byte) BYTE.getAcquire(memory, offsetBytes) != value) {
            if (++polls == POLLS_PER_LOOK_AT_THE_CLOCK) {
                polls = 0;
                waitingSinceNs = requireTimeLeft(waitingSinceNs, "write of " + value + " by the peer");
            }
        }
    }

    private static long requireTimeLeft(final long waitingSinceNs, final String what) {
        final long nowNs = System.nanoTime();
        if (waitingSinceNs == 0) {
            return nowNs;
        }
        if (nowNs - waitingSinceNs > LIMIT_NS) {
            throw new IllegalStateException("no " + what + " within " + TimeUnit.NANOSECONDS.toSeconds(LIMIT_NS)
                + " s: has the other end died?");
        }
        return waitingSinceNs;
    }
}
