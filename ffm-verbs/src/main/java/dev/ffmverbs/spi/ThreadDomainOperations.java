// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/** Operations of a thread domain ({@code struct ibv_td}). */
public interface ThreadDomainOperations extends NativeObject {

    /**
     * Frees the thread domain ({@code ibv_dealloc_td(3)}). Nothing that was created in it is left.
     *
     * @throws ProviderException when it cannot be freed.
     */
    void close() throws ProviderException;
}
