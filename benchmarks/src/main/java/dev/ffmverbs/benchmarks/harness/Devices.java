// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;

/** The devices of this machine, including the two that every machine has. */
final class Devices {

    private final Path root;

    Devices() {
        this(Path.of("/sys/class/infiniband"));
    }

    Devices(final Path root) {
        this.root = root;
    }

    /** Lists the stub, the software device, and the devices that the kernel knows, in the order of their names. */
    List<MeasuredDevice> all() {
        final List<MeasuredDevice> all = new ArrayList<>(List.of(MeasuredDevice.STUB, MeasuredDevice.SOFT));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            final List<MeasuredDevice> system = new ArrayList<>();
            entries.forEach(entry -> system.add(describe(entry)));
            system.sort(Comparator.comparing(MeasuredDevice::label));
            all.addAll(system);
        } catch (final IOException noRdma) {
            return all;
        }
        return all;
    }

    private static MeasuredDevice describe(final Path entry) {
        final String name = entry.getFileName().toString();
        final boolean hardware = Files.exists(entry.resolve("device/driver"));
        return new MeasuredDevice(name, name, hardware ? MeasuredDevice.Kind.HARDWARE : MeasuredDevice.Kind.KERNEL);
    }

    /**
     * Finds the device of a name.
     *
     * @throws NoSuchElementException if there is none; the message lists those that exist.
     */
    MeasuredDevice find(final String label) {
        return all().stream().filter(device -> device.label().equals(label)).findFirst()
            .orElseThrow(() -> new NoSuchElementException("no device named " + label + "; these exist: "
                + all().stream().map(MeasuredDevice::label).collect(Collectors.joining(", "))));
    }

    /** Returns the devices that are measured by default: stub, software device, and the first that the kernel knows. */
    List<MeasuredDevice> defaults() {
        return all().stream().limit(3).toList();
    }
}
