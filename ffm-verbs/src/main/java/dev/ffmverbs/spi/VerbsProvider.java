// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.util.List;
import java.util.Optional;

/**
 * A source of RDMA devices, found by {@link java.util.ServiceLoader}.
 *
 * <p>Loading a provider must succeed on every machine; what it needs and does not find it reports by
 * {@link #unavailability()}. All methods may be called from any thread.
 */
public interface VerbsProvider {

    /**
     * The provider's name, as {@code Device.provider()} shows it.
     *
     * @return a short lower-case word, unique among providers.
     */
    String name();

    /**
     * This provider's place among all: the first device of the lowest is the default device.
     *
     * @return lower for providers of hardware, higher for software fall-backs.
     */
    int order();

    /**
     * Why this provider can offer no device on this machine.
     *
     * @return one sentence that says what was searched and what to install or do; empty when devices can be listed.
     */
    Optional<String> unavailability();

    /**
     * Where devices are looked for, for the message that none was found.
     *
     * @return a phrase that says what was searched and how a device can be had.
     */
    String whereSearched();

    /**
     * The devices present now ({@code ibv_get_device_list(3)}).
     *
     * @return the devices in the provider's order; empty when there are none.
     * @throws ProviderException when the list cannot be read.
     */
    List<DeviceOperations> devices() throws ProviderException;

    /**
     * Whether this provider is likely to have a device of this name, as far as that can be told without loading a
     * library. A lookup by name asks the likely providers first, and the others only when those do not have it.
     *
     * @param deviceName name of a device.
     * @return {@code true} unless the provider knows better.
     */
    default boolean isLikelyToHave(final String deviceName) {
        return true;
    }

    /**
     * Opens a connection manager with a new event channel ({@code rdma_create_event_channel(3)}).
     *
     * @param deviceName name of the device whose addresses it may bind to.
     * @return the connection manager.
     * @throws ProviderException when it cannot be opened; {@code ENODEV} when the device is not this provider's.
     */
    ConnectionManagerOperations openConnectionManager(String deviceName) throws ProviderException;
}
