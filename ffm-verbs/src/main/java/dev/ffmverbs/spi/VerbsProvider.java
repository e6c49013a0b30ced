// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import dev.ffmverbs.spi.constants.ForkStatuses;
import java.util.List;
import java.util.Optional;

/**
 * A source of RDMA devices, found by {@link java.util.ServiceLoader}.
 *
 * <p>Loading a provider must succeed on every machine. {@link #unavailability()} reports what a provider needs and
 * cannot find. All methods may be called from any thread.
 */
public interface VerbsProvider {

    /**
     * Returns the provider's name, as in {@code Device.provider()}.
     *
     * @return a short lower-case word, unique among providers.
     */
    String name();

    /**
     * Returns this provider's rank among all. The first device of the provider with the lowest rank is the default
     * device.
     *
     * @return a lower number for providers of hardware, a higher number for software devices.
     */
    int order();

    /**
     * Returns why this provider can offer no device on this machine.
     *
     * @return one sentence that states what was searched and what to install or do; empty when devices can be listed.
     */
    Optional<String> unavailability();

    /**
     * Returns where this provider searches for devices, for the message that none was found.
     *
     * @return a phrase that states what was searched and how to get a device.
     */
    String whereSearched();

    /**
     * Lists the devices that are present now ({@code ibv_get_device_list(3)}).
     *
     * @return the devices in the provider's order; empty when there are none.
     * @throws ProviderException when the list cannot be read.
     */
    List<DeviceOperations> devices() throws ProviderException;

    /**
     * Whether this provider is likely to have a device of this name, determined without loading a library. A lookup by
     * name asks the likely providers first, and the others only when the likely ones lack the device.
     *
     * @param deviceName name of a device.
     * @return {@code true} by default.
     */
    default boolean isLikelyToHave(final String deviceName) {
        return true;
    }

    /**
     * Makes memory that is registered later survive {@code fork(2)} ({@code ibv_fork_init(3)}).
     *
     * @throws ProviderException when it cannot; {@code EINVAL} when memory is registered already.
     */
    default void prepareForFork() throws ProviderException {
    }

    /**
     * Returns whether registered memory survives {@code fork(2)} ({@code ibv_is_fork_initialized(3)}).
     *
     * @return one of {@link ForkStatuses}, by default that it needs nothing.
     * @throws ProviderException when it is not known.
     */
    default int forkStatus() throws ProviderException {
        return ForkStatuses.UNNEEDED;
    }

    /**
     * Opens a connection manager with a new event channel ({@code rdma_create_event_channel(3)}).
     *
     * @param deviceNames names of the devices whose addresses it may bind to, at least one.
     * @return the connection manager.
     * @throws ProviderException when it cannot be opened; {@code ENODEV} when a device belongs to another provider.
     */
    ConnectionManagerOperations openConnectionManager(List<String> deviceNames) throws ProviderException;
}
