// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

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
