// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.result.Family;
import java.util.List;
import java.util.Optional;

/**
 * This project's public API with queues confined to their thread. Its downcalls let the garbage collector work while
 * they run.
 */
public class FfmBinding implements Binding {

    /** System property that tells ffm-verbs where calls may be critical. */
    static final String CRITICAL_PROPERTY = "dev.ffmverbs.critical";

    /** For {@link java.util.ServiceLoader}. */
    public FfmBinding() {
    }

    @Override
    public String name() {
        return "ffm";
    }

    @Override
    public Family family() {
        return Family.FFM;
    }

    @Override
    public String description() {
        return "ffm-verbs' public API, queues confined to their thread, plain downcalls";
    }

    @Override
    public Optional<String> whyNot(final MeasuredDevice device) {
        return Optional.empty();
    }

    @Override
    public List<String> jvmOptions(final MeasuredDevice device) {
        return List.of("-D" + CRITICAL_PROPERTY + "=false");
    }

    @Override
    public BindingSession open(final String deviceName, final long bufferBytes) {
        return new FfmSession(deviceName, bufferBytes, true);
    }
}
