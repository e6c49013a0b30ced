// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;

/** Operations of a shared receive queue ({@code struct ibv_srq}). */
public interface SharedReceiveQueueOperations extends NativeObject {

    /**
     * Posts a chain of receive requests ({@code ibv_post_srq_recv(3)}). Never blocks, never allocates.
     *
     * @param first the first {@code struct ibv_recv_wr}; the chain is read only before this method returns. When not
     *              all requests were posted, it receives the first that was not.
     * @return 0 when all were posted, otherwise the error number as for {@link QueuePairOperations#postReceive}.
     */
    int postReceive(RequestMemory first);

    /**
     * Changes the size or the limit ({@code ibv_modify_srq(3)}).
     *
     * @param attributes a {@code struct ibv_srq_attr}.
     * @param mask       {@code IBV_SRQ_*} flags that say which attributes to change.
     * @throws ProviderException when the provider refuses.
     */
    void modify(MemorySegment attributes, int mask) throws ProviderException;

    /**
     * Reads the size and the limit ({@code ibv_query_srq(3)}).
     *
     * @param attributes receives a {@code struct ibv_srq_attr}.
     * @throws ProviderException when the provider refuses.
     */
    void query(MemorySegment attributes) throws ProviderException;

    /**
     * Announces that only the calling thread uses this queue from now on. A provider may then make calls on it cheaper.
     */
    default void confine() {
    }

    /**
     * Destroys the queue ({@code ibv_destroy_srq(3)}).
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
