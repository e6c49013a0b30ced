// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.binding.Session;
import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;
import java.util.List;

/** Registering memory of various lengths and deregistering it; the memory itself has been touched before. */
final class RegistrationWorkload implements Workload {

    private final Session session;
    private final List<Long> lengthsBytes;

    RegistrationWorkload(final Session session, final List<Long> lengthsBytes) {
        this.session = session;
        this.lengthsBytes = lengthsBytes;
    }

    @Override
    public void measure(final Measure measure) {
        for (final long lengthBytes : lengthsBytes) {
            session.borrow(lengthBytes);
            measure.accept(new MeasuredOperation("register-" + lengthBytes, 1, 0, this::register));
        }
    }

    private long register(final int calls) {
        for (int i = 0; i < calls; i++) {
            session.register();
        }
        return 0;
    }
}
