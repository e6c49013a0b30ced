// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.binding;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.result.Family;
import java.util.List;
import java.util.Optional;

/** A thin C shim, written for this comparison. */
public class JniBinding implements Binding {

    /** For {@link java.util.ServiceLoader}. */
    public JniBinding() {
    }

    @Override
    public String name() {
        return "jni";
    }

    @Override
    public final Family family() {
        return Family.JNI;
    }

    @Override
    public String description() {
        return "the thinnest possible JNI: static methods, addresses as longs, no checks, no copies";
    }

    @Override
    public final Optional<String> whyNot(final MeasuredDevice device) {
        return device.isNative() ? Optional.empty()
            : Optional.of("the software device is Java; there is no C function to call");
    }

    @Override
    public final List<String> jvmOptions(final MeasuredDevice device) {
        return List.of();
    }

    @Override
    public BindingSession open(final String deviceName, final long bufferBytes) {
        return new JniSession(deviceName, bufferBytes);
    }
}
