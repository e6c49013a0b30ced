// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.binding.BindingSession;
import dev.ffmverbs.benchmarks.binding.Transfer;
import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;
import java.lang.invoke.VarHandle;

/**
 * Single calls, and reading their results.
 *
 * <p>The operations are those of {@code reference.c}, loop for loop.
 */
final class CallWorkload implements Workload {

    private static final int CALLS_PER_SAMPLE = 1000;
    private static final int SIZE_BYTES = 8;
    private static final int[] BATCHES = {1, 4, 16};
    private static final int ATTEMPTS = 50;

    /** A whole batch has to wait in the queue before it is polled. A slow device gets more time with each attempt. */
    private static final long LONGEST_PAUSE_MS = 500;

    private final BindingSession session;
    private final Completions completions;
    private final boolean postsAlone;
    private long sink;

    /**
     * Creates the workload.
     *
     * @param session    session to call.
     * @param postsAlone whether any number of requests can be posted without polling, which only the stub allows. Other
     *                   devices take so long to complete one that a sample of one call is long enough.
     */
    CallWorkload(final BindingSession session, final boolean postsAlone) {
        this.session = session;
        this.completions = new Completions(session);
        this.postsAlone = postsAlone;
    }

    @Override
    public void measure(final Measure measure) {
        measure.accept(operation("nothing", 0, this::doNothing));
        measure.accept(operation("empty-poll", 0, this::pollEmptyQueue));
        if (postsAlone) {
            for (final int batch : BATCHES) {
                session.prepare(Transfer.WRITE, batch, SIZE_BYTES, false);
                measure.accept(operation("post-" + batch, 0, this::post));
            }
        }
        for (final int batch : BATCHES) {
            session.prepare(Transfer.WRITE, batch, SIZE_BYTES, true);
            measure.accept(new MeasuredOperation("post-and-poll-" + batch, postsAlone ? CALLS_PER_SAMPLE : 1, batch,
                calls -> postAndPoll(calls, batch)));
        }
        takeBatch();
        measure.accept(operation("decode-" + BindingSession.BATCH, BindingSession.BATCH, this::decode));
        measure.keep(sink);
    }

    private static MeasuredOperation operation(
        final String name, final int completionsPerCall, final MeasuredOperation.Loop loop) {
        return new MeasuredOperation(name, CALLS_PER_SAMPLE, completionsPerCall, loop);
    }

    /** Runs the loop, which reads and writes a number. */
    private long doNothing(final int calls) {
        for (int i = 0; i < calls; i++) {
            VarHandle.loadLoadFence();
            sink++;
        }
        return 0;
    }

    private long pollEmptyQueue(final int calls) {
        final BindingSession session = this.session;
        long taken = 0;
        for (int i = 0; i < calls; i++) {
            taken += session.poll();
        }
        return taken;
    }

    private long post(final int calls) {
        final BindingSession session = this.session;
        for (int i = 0; i < calls; i++) {
            session.post();
        }
        return 0;
    }

    private long postAndPoll(final int calls, final int batch) {
        final BindingSession session = this.session;
        final Completions completions = this.completions;
        long taken = 0;
        for (int i = 0; i < calls; i++) {
            session.post();
            final int completed = completions.take(batch);
            taken += completed;
            if (completed != batch) {
                return taken;
            }
        }
        return taken;
    }

    /** The fence makes the loop read memory every time, as in the C reference. It costs no instruction on x86. */
    private long decode(final int calls) {
        final BindingSession session = this.session;
        long sum = 0;
        for (int i = 0; i < calls; i++) {
            VarHandle.loadLoadFence();
            sum += session.decode();
        }
        sink += sum;
        return (long) calls * BindingSession.BATCH;
    }

    /** Leaves a whole batch of completions in the session for decoding. */
    private void takeBatch() {
        session.prepare(Transfer.WRITE, BindingSession.BATCH, SIZE_BYTES, true);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            session.post();
            pause(Math.min(LONGEST_PAUSE_MS, 1L << attempt));
            int taken = session.poll();
            if (taken == BindingSession.BATCH) {
                return;
            }
            taken += completions.take(BindingSession.BATCH - taken);
            if (taken != BindingSession.BATCH) {
                break;
            }
        }
        throw new IllegalStateException("no poll took " + BindingSession.BATCH + " completions at once in " + ATTEMPTS
            + " attempts");
    }

    private static void pause(final long durationMs) {
        try {
            Thread.sleep(durationMs);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
