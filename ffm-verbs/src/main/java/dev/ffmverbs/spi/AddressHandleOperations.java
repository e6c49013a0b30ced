// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/** Operations of an address handle ({@code struct ibv_ah}). */
public interface AddressHandleOperations extends NativeObject {

    /**
     * Returns the value of {@code wr.ud.ah} in an {@code ibv_send_wr} that names this handle.
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
