// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.benchmarks.result.Family;

/**
 * This project's public API with queues that any thread may use. Each call is counted, so that no queue is closed
 * during a call.
 */
public final class FfmSharedBinding extends FfmBinding {

    /** For {@link java.util.ServiceLoader}. */
    public FfmSharedBinding() {
    }

    @Override
    public String name() {
        return "ffm-shared";
    }

    @Override
    public Family family() {
        return Family.FFM_SHARED;
    }

    @Override
    public String description() {
        return "ffm-verbs' public API, queues that any thread may use and close, plain downcalls";
    }

    @Override
    public BindingSession open(final String deviceName, final long bufferBytes) {
        return new FfmSession(deviceName, bufferBytes, false);
    }
}
