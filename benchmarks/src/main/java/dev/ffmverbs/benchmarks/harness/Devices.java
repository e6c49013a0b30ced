// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import dev.ffmverbs.benchmarks.binding.Device;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;

/** The devices of this machine, among them the two that every machine has. */
final class Devices {

    private final Path root;

    Devices() {
        this(Path.of("/sys/class/infiniband"));
    }

    Devices(final Path root) {
        this.root = root;
    }

    /** Stub, software device, and those that the kernel knows in the order of their names. */
    List<Device> all() {
        final List<Device> all = new ArrayList<>(List.of(Device.STUB, Device.SOFT));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            final List<Device> system = new ArrayList<>();
            entries.forEach(entry -> system.add(describe(entry)));
            system.sort(Comparator.comparing(Device::label));
            all.addAll(system);
        } catch (final IOException noRdma) {
            return all;
        }
        return all;
    }

    private static Device describe(final Path entry) {
        final String name = entry.getFileName().toString();
        final boolean hardware = Files.exists(entry.resolve("device/driver"));
        return new Device(name, name, hardware ? Device.Kind.HARDWARE : Device.Kind.KERNEL);
    }

    /**
     * The device of a name.
     *
     * @throws NoSuchElementException when there is none; the message lists those that exist.
     */
    Device named(final String label) {
        return all().stream().filter(device -> device.label().equals(label)).findFirst()
            .orElseThrow(() -> new NoSuchElementException("no device named " + label + "; these exist: "
                + all().stream().map(Device::label).collect(Collectors.joining(", "))));
    }

    /** What is measured when nobody says: the two that every machine has, and the first that the kernel knows. */
    List<Device> usual() {
        return all().stream().limit(3).toList();
    }
}
