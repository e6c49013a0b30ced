// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.binding.BindingSession;
import dev.ffmverbs.benchmarks.binding.Transfer;
import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;
import java.lang.invoke.VarHandle;

/**
 * Single calls and what is done with their results.
 *
 * <p>The operations are those of {@code reference.c}, loop for loop.
 */
final class CallWorkload implements Workload {

    private static final int CALLS_PER_SAMPLE = 1000;
    private static final int SIZE_BYTES = 8;
    private static final int[] BATCHES = {1, 4, 16};
    private static final int ATTEMPTS = 50;

    /** All of a batch have to wait in the queue before they are polled; a slow device is given longer and longer. */
    private static final long LONGEST_PAUSE_MS = 500;

    private final BindingSession session;
    private final Completions completions;
    private final boolean postsAlone;
    private long sink;

    /**
     * Prepares to measure calls.
     *
     * @param session    what is called.
     * @param postsAlone whether requests can be posted without end and without polling, which only the stub allows.
     *                   Others take so long to complete one that a sample of it is long enough.
     */
    CallWorkload(final BindingSession session, final boolean postsAlone) {
        this.session = session;
        this.completions = new Completions(session);
        this.postsAlone = postsAlone;
    }

    @Override
    public void measure(final Measure measure) {
        measure.accept(operation("nothing", 0, this::nothing));
        measure.accept(operation("empty-poll", 0, this::emptyPoll));
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

    /** The loop, and a number that is read and written. */
    private long nothing(final int calls) {
        for (int i = 0; i < calls; i++) {
            VarHandle.loadLoadFence();
            sink++;
        }
        return 0;
    }

    private long emptyPoll(final int calls) {
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

    /** The fence makes the loop read memory anew every time, as C's reference does; it costs no instruction on x86. */
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

    /** Leaves a whole batch of completions in the session, to decode. */
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
