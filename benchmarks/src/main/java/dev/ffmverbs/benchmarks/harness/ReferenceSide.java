// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.result.Family;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The same loops in C. */
record ReferenceSide() implements Side {

    @Override
    public String name() {
        return "c";
    }

    @Override
    public Family family() {
        return Family.C;
    }

    @Override
    public String description() {
        return "the same loops in C, compiled with -O2";
    }

    @Override
    public Optional<String> whyNot(final MeasuredDevice device, final NativeCode natives) {
        if (!device.isNative()) {
            return Optional.of("the software device is Java; C cannot use it");
        }
        return natives.reference().failure().or(() -> Side.whyNoDevice(device, natives));
    }

    @Override
    public List<String> command(final MeasuredDevice device, final NativeCode natives, final Path safepointLog) {
        return List.of(natives.reference().file().toString());
    }
}
