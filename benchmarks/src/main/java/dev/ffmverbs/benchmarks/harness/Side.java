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

    /** Returns its name on the command line and in results. */
    String name();

    /** Returns the means by which it calls. */
    Family family();

    /** Returns whether a name means it. {@code jucx} means all sides of jucx, whatever carries its operations. */
    default boolean answersTo(final String wanted) {
        return name().equals(wanted) || family() == Family.PEER && name().startsWith(wanted + "-");
    }

    /** Describes it in one sentence. */
    String description();

    /** Returns why it cannot be measured on a device; empty if it can. */
    Optional<String> whyNot(MeasuredDevice device, NativeCode natives);

    /** Returns the command that measures; the task's arguments follow it. A JVM writes its safepoints to the log. */
    List<String> command(MeasuredDevice device, NativeCode natives, Path safepointLog);

    /** Returns all sides, in the order in which reports show them. */
    static List<Side> all() {
        final List<Side> all = new ArrayList<>(List.of(new ReferenceSide()));
        Binding.all().forEach(binding -> all.add(new JavaSide(binding)));
        return all;
    }

    /**
     * Finds the sides of some names.
     *
     * @throws NoSuchElementException if one is unknown; the message lists those that exist.
     */
    static List<Side> find(final List<String> names) {
        final List<Side> all = all();
        names.stream().filter(name -> all.stream().noneMatch(side -> side.answersTo(name))).findFirst()
            .ifPresent(unknown -> {
                throw new NoSuchElementException("no binding named " + unknown + "; these exist: "
                    + all.stream().map(Side::name).collect(Collectors.joining(", ")));
            });
        return all.stream().filter(side -> names.stream().anyMatch(side::answersTo)).toList();
    }

    /** Returns why a device is missing; empty if it exists. Only the stub has to be built. */
    static Optional<String> whyNoDevice(final MeasuredDevice device, final NativeCode natives) {
        return device.kind() == MeasuredDevice.Kind.STUB ? natives.stub().failure() : Optional.empty();
    }

    /** Returns the folder where the dynamic linker looks first; empty if the system's library is wanted. */
    static Optional<Path> libraryFolder(final MeasuredDevice device, final NativeCode natives) {
        return device.kind() == MeasuredDevice.Kind.STUB
            ? Optional.of(natives.stub().file().getParent()) : Optional.empty();
    }
}
