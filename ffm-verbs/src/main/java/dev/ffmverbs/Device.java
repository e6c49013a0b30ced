// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.ProviderException;

/** An RDMA device that can be opened ({@code struct ibv_device}). Thread-safe. Need not be closed. */
public final class Device {

    private final DeviceOperations operations;
    private final String provider;

    Device(final DeviceOperations operations, final String provider) {
        this.operations = operations;
        this.provider = provider;
    }

    /**
     * Returns the device's name ({@code ibv_get_device_name(3)}).
     *
     * @return the name, for example {@code mlx5_0} or {@code rxe0}.
     */
    public String name() {
        return operations.name();
    }

    /**
     * Returns the name of the provider that drives this device.
     *
     * @return {@code ibverbs} for kernel devices, {@code softroce} for software devices.
     */
    public String provider() {
        return provider;
    }

    /**
     * Returns the device's globally unique identifier ({@code ibv_get_device_guid(3)}).
     *
     * @return the 64-bit identifier.
     */
    public long guid() {
        return operations.guid();
    }

    /**
     * Returns what kind of node the device is ({@code ibv_device.node_type}).
     *
     * @return {@link NodeType#CHANNEL_ADAPTER} for InfiniBand, RoCE and software devices, {@link NodeType#RDMA_NIC} for
     *     iWARP.
     */
    public NodeType nodeType() {
        return NodeType.of(operations.nodeType());
    }

    /**
     * Returns the protocol that the device speaks ({@code ibv_device.transport_type}). RoCE is told from InfiniBand by
     * {@link PortAttributes#linkLayer}.
     *
     * @return {@link TransportType#INFINIBAND} for InfiniBand, RoCE and software devices, {@link TransportType#IWARP}
     *     for iWARP.
     */
    public TransportType transportType() {
        return TransportType.of(operations.transportType());
    }

    /**
     * Whether {@code retryCount} 7 means no limit on this device, so that a dead peer is never detected.
     *
     * @return true for Linux rxe.
     */
    public boolean retriesForEverAtSeven() {
        return operations.retriesForEverAtSeven();
    }

    /**
     * Opens the device ({@code ibv_open_device(3)}).
     *
     * @return a new context for each call; close it after every object created from it.
     * @throws VerbsException when the device cannot be opened.
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
