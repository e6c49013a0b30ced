// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.VerbsProviders;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;

/** The entry to RDMA: lists the devices of all providers and opens one. All methods may be called from any thread. */
public final class Verbs {

    private Verbs() {
    }

    /**
     * Lists the devices of all providers ({@code ibv_get_device_list(3)}).
     *
     * @return hardware before software devices; empty when there are none.
     * @throws VerbsException when a provider cannot list its devices.
     */
    public static List<Device> devices() {
        final List<Device> devices = new ArrayList<>();
        for (final VerbsProvider provider : VerbsProviders.all()) {
            if (provider.unavailability().isEmpty()) {
                try {
                    for (final DeviceOperations operations : provider.devices()) {
                        devices.add(new Device(operations, provider.name()));
                    }
                } catch (final ProviderException e) {
                    throw new VerbsException(e);
                }
            }
        }
        return List.copyOf(devices);
    }

    /**
     * Finds a device by name.
     *
     * @param name for example {@code mlx5_0}, {@code rxe0}.
     * @return the device.
     * @throws NoSuchElementException when there is none of that name; the message lists those that exist, and why
     *                                a provider has none.
     * @throws VerbsException         when a provider cannot list its devices.
     */
    public static Device device(final String name) {
        final List<Device> devices = devices();
        for (final Device device : devices) {
            if (device.name().equals(name)) {
                return device;
            }
        }
        throw new NoSuchElementException("no RDMA device named " + name + "; " + whatExists(devices));
    }

    /**
     * The device used when none is named: the first of {@link #devices()}.
     *
     * @return the device.
     * @throws NoSuchElementException when there is no device at all; the message says what was searched.
     * @throws VerbsException         when a provider cannot list its devices.
     */
    public static Device defaultDevice() {
        final List<Device> devices = devices();
        if (devices.isEmpty()) {
            throw new NoSuchElementException(whatExists(devices));
        }
        return devices.getFirst();
    }

    /**
     * Opens a device by name ({@code ibv_open_device(3)}).
     *
     * @param deviceName for example {@code mlx5_0}, {@code rxe0}.
     * @return a context of its own for every call; close it after all that was made from it.
     * @throws NoSuchElementException when there is none of that name; the message lists those that exist, and why
     *                                a provider has none.
     * @throws VerbsException         when it cannot be opened.
     */
    public static Context open(final String deviceName) {
        return device(deviceName).open();
    }

    private static String whatExists(final List<Device> devices) {
        final String present = devices.isEmpty() ? "there are no RDMA devices"
            : "these exist: " + devices.stream().map(Device::name).collect(Collectors.joining(", "));
        final String reasons = VerbsProviders.all().stream()
            .map(Verbs::searched).collect(Collectors.joining("; "));
        return present + " (" + reasons + ")";
    }

    private static String searched(final VerbsProvider provider) {
        return provider.name() + ": " + provider.unavailability().orElse(provider.whereSearched());
    }
}
