// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/** Operations of a memory window ({@code struct ibv_mw}). */
public interface MemoryWindowOperations extends NativeObject {

    /**
     * Returns the window's current remote key.
     *
     * @return the 32-bit key; every bind of a window of type 2 changes the low 8 bits.
     */
    int rkey();

    /**
     * Sets the window's remote key after a request that binds the window to it was posted. C programs store the key in
     * {@code ibv_mw.rkey}.
     *
     * @param rkey the key that the request carried.
     */
    default void setRkey(final int rkey) {
    }

    /**
     * Returns the value of {@code bind_mw.mw} in an {@code ibv_send_wr} that names this window.
     *
     * @return the address of the {@code struct ibv_mw}, or the provider's own number for it.
     */
    long handle();

    /**
     * Frees the window ({@code ibv_dealloc_mw(3)}).
     *
     * @throws ProviderException when it cannot be freed.
     */
    void close() throws ProviderException;
}
