// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import dev.ffmverbs.spi.constants.NodeTypes;
import dev.ffmverbs.spi.constants.TransportTypes;

/** Operations of an RDMA device ({@code struct ibv_device}). The object stays valid for the life of the process. */
public interface DeviceOperations {

    /**
     * Returns the device's name ({@code ibv_get_device_name(3)}).
     *
     * @return the name, for example {@code mlx5_0}, {@code rxe0} or {@code soft0}.
     */
    String name();

    /**
     * Returns the device's globally unique identifier ({@code ibv_get_device_guid(3)}).
     *
     * @return the identifier in host byte order.
     */
    long guid();

    /**
     * Returns what kind of node the device is ({@code ibv_device.node_type}).
     *
     * @return one of {@link NodeTypes}, a channel adapter by default.
     */
    default int nodeType() {
        return NodeTypes.CHANNEL_ADAPTER;
    }

    /**
     * Returns the protocol that the device speaks ({@code ibv_device.transport_type}).
     *
     * @return one of {@link TransportTypes}, InfiniBand by default, which includes RoCE.
     */
    default int transportType() {
        return TransportTypes.INFINIBAND;
    }

    /**
     * Whether a retry count of 7 means no limit, so that a dead peer is never detected.
     *
     * @return true for Linux rxe ({@code rxe_comp.c} does not count such retries down).
     */
    boolean retriesForEverAtSeven();

    /**
     * Opens the device ({@code ibv_open_device(3)}).
     *
     * @return a new context for each call.
     * @throws ProviderException when the device cannot be opened.
     */
    ContextOperations open() throws ProviderException;
}
