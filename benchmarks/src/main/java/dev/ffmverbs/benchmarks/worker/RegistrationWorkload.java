// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.benchmarks.binding.BindingSession;
import dev.ffmverbs.benchmarks.sampling.MeasuredOperation;
import java.util.List;

/**
 * Registering and deregistering memory of various lengths: memory that exists and has been touched before, and, with
 * bindings that can allocate it, memory that is allocated, zeroed and freed again.
 */
final class RegistrationWorkload implements Workload {

    private final BindingSession session;
    private final List<Long> lengthsBytes;

    RegistrationWorkload(final BindingSession session, final List<Long> lengthsBytes) {
        this.session = session;
        this.lengthsBytes = lengthsBytes;
    }

    @Override
    public void measure(final Measure measure) {
        for (final long lengthBytes : lengthsBytes) {
            if (lengthBytes > session.longestRegionBytes()) {
                continue;
            }
            session.borrow(lengthBytes);
            measure.accept(new MeasuredOperation(
                "register-" + lengthBytes, MeasuredOperation.CodePath.REGISTRATION, 1, 0, this::register));
            if (session.canAllocate()) {
                measure.accept(new MeasuredOperation("allocate-" + lengthBytes, MeasuredOperation.CodePath.ALLOCATION,
                    1, 0, calls -> allocate(calls, lengthBytes)));
            }
        }
    }

    private long allocate(final int calls, final long lengthBytes) {
        for (int i = 0; i < calls; i++) {
            session.allocateAndRegister(lengthBytes);
        }
        return 0;
    }

    private long register(final int calls) {
        for (int i = 0; i < calls; i++) {
            session.register();
        }
        return 0;
    }
}
