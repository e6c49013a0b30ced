// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/** Operations of an address handle ({@code struct ibv_ah}). */
public interface AddressHandleOperations {

    /**
     * What an {@code ibv_send_wr} carries in {@code wr.ud.ah} to name this handle.
     *
     * @return the address of the {@code struct ibv_ah}, or the provider's own number for it.
     */
    long handle();

    /**
     * Destroys the handle ({@code ibv_destroy_ah(3)}).
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
