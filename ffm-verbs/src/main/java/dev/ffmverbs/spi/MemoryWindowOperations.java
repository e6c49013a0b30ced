// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/** Operations of a memory window ({@code struct ibv_mw}). */
public interface MemoryWindowOperations {

    /**
     * The window's present remote key.
     *
     * @return the 32-bit key; for a window of type 2 the low 8 bits change with every bind.
     */
    int rkey();

    /**
     * Sets the window's remote key, because a request was posted that binds the window to it. C programs store it in
     * {@code ibv_mw.rkey}.
     *
     * @param rkey the key that the request carried.
     */
    default void setRkey(final int rkey) {
    }

    /**
     * What an {@code ibv_send_wr} carries in {@code bind_mw.mw} to name this window.
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
