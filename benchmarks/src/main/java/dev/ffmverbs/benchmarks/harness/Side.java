// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.binding.Binding;
import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.result.Family;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;

/** Something that is compared: a Java binding, or the C reference. */
interface Side {

    /** Name on the command line and in results. */
    String name();

    /** By which means it calls. */
    Family family();

    /** What it is, in one sentence. */
    String description();

    /** Why it cannot be measured on a device; nothing when it can. */
    Optional<String> whyNot(MeasuredDevice device, NativeCode natives);

    /** The command that measures; the arguments of the task come behind it. A JVM writes its safepoints to the log. */
    List<String> command(MeasuredDevice device, NativeCode natives, Path safepointLog);

    /** All there are, in the order in which reports show them. */
    static List<Side> all() {
        final List<Side> all = new ArrayList<>(List.of(new ReferenceSide()));
        Binding.all().forEach(binding -> all.add(new JavaSide(binding)));
        return all;
    }

    /**
     * Those of some names.
     *
     * @throws NoSuchElementException when one is unknown; the message lists those that exist.
     */
    static List<Side> named(final List<String> names) {
        final List<Side> all = all();
        final List<String> known = all.stream().map(Side::name).toList();
        names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(unknown -> {
            throw new NoSuchElementException("no binding named " + unknown + "; these exist: "
                + all.stream().map(Side::name).collect(Collectors.joining(", ")));
        });
        return all.stream().filter(side -> names.contains(side.name())).toList();
    }

    /** What all native devices need: nothing but the stub has to be built. */
    static Optional<String> whyNoDevice(final MeasuredDevice device, final NativeCode natives) {
        return device.kind() == MeasuredDevice.Kind.STUB ? natives.stub().failure() : Optional.empty();
    }

    /** Where the dynamic linker is to look first; nothing where the system's library is wanted. */
    static Optional<Path> libraryFolder(final MeasuredDevice device, final NativeCode natives) {
        return device.kind() == MeasuredDevice.Kind.STUB
            ? Optional.of(natives.stub().file().getParent()) : Optional.empty();
    }
}
