// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.ProviderException;

/** An RDMA device that can be opened ({@code struct ibv_device}). Thread-safe; needs no closing. */
public final class Device {

    private final DeviceOperations operations;
    private final String provider;

    Device(final DeviceOperations operations, final String provider) {
        this.operations = operations;
        this.provider = provider;
    }

    /**
     * The device's name ({@code ibv_get_device_name(3)}).
     *
     * @return for example {@code mlx5_0}, {@code rxe0}.
     */
    public String name() {
        return operations.name();
    }

    /**
     * The provider that drives it.
     *
     * @return {@code ibverbs} for devices of the kernel, {@code softroce} for the software device.
     */
    public String provider() {
        return provider;
    }

    /**
     * The device's globally unique identifier ({@code ibv_get_device_guid(3)}).
     *
     * @return the identifier.
     */
    public long guid() {
        return operations.guid();
    }

    /**
     * Whether {@code retryCount} 7 means no limit on this device, so that a dead peer is never noticed.
     *
     * @return true for Linux rxe.
     */
    public boolean retriesForEverAtSeven() {
        return operations.retriesForEverAtSeven();
    }

    /**
     * Opens the device ({@code ibv_open_device(3)}).
     *
     * @return a new context for every call; close it after everything that was made from it.
     * @throws VerbsException when it cannot be opened.
     */
    public Context open() {
        try {
            return new Context(this, operations.open());
        } catch (final ProviderException e) {
            throw VerbsException.of(e, this);
        }
    }

    @Override
    public String toString() {
        return "Device " + name() + " (" + provider + ")";
    }
}
