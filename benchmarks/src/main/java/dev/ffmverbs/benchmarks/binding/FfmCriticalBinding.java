// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import java.util.List;
import java.util.Optional;

/**
 * This project's public API with queues confined to their thread and critical downcalls. The API chooses such calls
 * itself on devices whose drivers stay in user space.
 */
public final class FfmCriticalBinding extends FfmBinding {

    /** For {@link java.util.ServiceLoader}. */
    public FfmCriticalBinding() {
    }

    @Override
    public String name() {
        return "ffm-critical";
    }

    @Override
    public String description() {
        return "ffm-verbs' public API, queues confined to their thread, critical downcalls";
    }

    @Override
    public Optional<String> whyNot(final MeasuredDevice device) {
        return switch (device.kind()) {
            case STUB, HARDWARE -> Optional.empty();
            case SOFT -> Optional.of("the software device is Java; there is no downcall to make critical");
            case KERNEL -> Optional.of("posting enters the kernel on this device, and a critical call there would keep"
                + " the garbage collector waiting");
        };
    }

    @Override
    public List<String> jvmOptions(final MeasuredDevice device) {
        return List.of("-D" + CRITICAL_PROPERTY + "=true");
    }
}
