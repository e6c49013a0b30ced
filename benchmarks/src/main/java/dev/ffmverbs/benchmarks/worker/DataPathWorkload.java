// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.binding.BindingSession;
import dev.ffmverbs.benchmarks.binding.Transfer;
import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;
import java.util.List;

/**
 * Whole transfers from the post to the completion, one at a time and sixteen posted by one call. A SEND ends with the
 * completions of both ends.
 *
 * <p>One thread drives both ends. {@code bench latency} measures what a transfer takes between two processes.
 */
final class DataPathWorkload implements Workload {

    private final BindingSession session;
    private final Completions completions;
    private final List<Long> sizesBytes;

    DataPathWorkload(final BindingSession session, final List<Long> sizesBytes) {
        this.session = session;
        this.completions = new Completions(session);
        this.sizesBytes = sizesBytes;
    }

    @Override
    public void measure(final Measure measure) {
        for (final long sizeBytes : sizesBytes) {
            for (final Transfer transfer : Transfer.values()) {
                if (!session.supports(transfer) || transfer.isAtomic() && sizeBytes != Long.BYTES) {
                    continue;
                }
                session.prepare(transfer, 1, Math.toIntExact(sizeBytes), true);
                measure.accept(new MeasuredOperation(transfer.label() + "-" + sizeBytes, 1, transfer.completions(),
                    transfer == Transfer.SEND ? this::send : this::transfer));
                if (!transfer.isAtomic()) {
                    session.prepare(transfer, BindingSession.BATCH, Math.toIntExact(sizeBytes), true);
                    measure.accept(new MeasuredOperation(transfer.label() + "-batch-" + sizeBytes, 1,
                        BindingSession.BATCH * transfer.completions(),
                        transfer == Transfer.SEND ? this::sendBatch : this::transferBatch));
                }
            }
        }
    }

    private long transfer(final int calls) {
        final BindingSession session = this.session;
        long taken = 0;
        for (int i = 0; i < calls; i++) {
            session.post();
            taken += completions.take(1);
        }
        return taken;
    }

    private long transferBatch(final int calls) {
        final BindingSession session = this.session;
        long taken = 0;
        for (int i = 0; i < calls; i++) {
            session.post();
            taken += completions.take(BindingSession.BATCH);
        }
        return taken;
    }

    private long sendBatch(final int calls) {
        final BindingSession session = this.session;
        long taken = 0;
        for (int i = 0; i < calls; i++) {
            for (int receive = 0; receive < BindingSession.BATCH; receive++) {
                session.postReceive();
            }
            session.post();
            taken += completions.take(BindingSession.BATCH) + completions.takeReceives(BindingSession.BATCH);
        }
        return taken;
    }

    private long send(final int calls) {
        final BindingSession session = this.session;
        long taken = 0;
        for (int i = 0; i < calls; i++) {
            session.postReceive();
            session.post();
            taken += completions.take(1) + completions.takeReceives(1);
        }
        return taken;
    }
}
