// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;

/** Operations of a queue pair ({@code struct ibv_qp}). */
public interface QueuePairOperations extends NativeObject {

    /**
     * Returns the queue pair's number.
     *
     * @return the 24-bit number.
     */
    int number();

    /**
     * Changes attributes and state ({@code ibv_modify_qp(3)}).
     *
     * @param attributes a {@code struct ibv_qp_attr}.
     * @param mask       {@code IBV_QP_*} flags that say which attributes to change.
     * @throws ProviderException when the provider refuses; {@code EINVAL} for a transition that does not exist.
     */
    void modify(MemorySegment attributes, int mask) throws ProviderException;

    /**
     * Reads attributes and state ({@code ibv_query_qp(3)}).
     *
     * @param attributes     receives a {@code struct ibv_qp_attr}.
     * @param mask           {@code IBV_QP_*} flags that say which attributes to read at least.
     * @param initAttributes receives a {@code struct ibv_qp_init_attr}.
     * @throws ProviderException when the provider refuses.
     */
    void query(MemorySegment attributes, int mask, MemorySegment initAttributes) throws ProviderException;

    /**
     * Posts a chain of send requests ({@code ibv_post_send(3)}). Never blocks, never allocates.
     *
     * @param first the first {@code struct ibv_send_wr}; the chain is read only before this method returns. When not
     *              all requests were posted, it receives the first that was not.
     * @return 0 when all were posted, otherwise the error number: {@code ENOMEM} when the queue is full, {@code EINVAL}
     *     for a request that is not valid in this state or for this queue pair, {@code EOPNOTSUPP} for an operation
     *     that the device lacks.
     */
    int postSend(RequestMemory first);

    /**
     * Posts a chain of receive requests ({@code ibv_post_recv(3)}). Never blocks, never allocates.
     *
     * @param first the first {@code struct ibv_recv_wr}; the chain is read only before this method returns. When not
     *              all requests were posted, it receives the first that was not.
     * @return 0 when all were posted, otherwise the error number as for {@link #postSend}.
     */
    int postReceive(RequestMemory first);

    /**
     * Binds a memory window of type 1 ({@code ibv_bind_mw(3)}). On return, the window has its new key.
     *
     * @param window the window.
     * @param bind   a {@code struct ibv_mw_bind}, whose {@code mr} holds a {@link MemoryRegionOperations#handle()}.
     * @return 0, or the error number: {@code ENOMEM} when the send queue is full, {@code EOPNOTSUPP} when the device
     *     lacks the operation.
     */
    default int bindMemoryWindow(final MemoryWindowOperations window, final MemorySegment bind) {
        return Errno.EOPNOTSUPP;
    }

    /**
     * Makes this queue pair receive what is sent to a multicast group ({@code ibv_attach_mcast(3)}). Does nothing if it
     * does already.
     *
     * @param gid a {@code union ibv_gid}, the group's.
     * @param lid the group's LID on InfiniBand, 16 bits; ignored on Ethernet.
     * @throws ProviderException when the provider refuses; {@code EINVAL} when the GID is no group's, or this queue
     *     pair is not for datagrams; {@code EOPNOTSUPP} when the device has no multicast.
     */
    default void attachMulticast(final MemorySegment gid, final int lid) throws ProviderException {
        throw new ProviderException("ibv_attach_mcast", "number=" + number(), Errno.EOPNOTSUPP);
    }

    /**
     * Ends the effect of {@link #attachMulticast} ({@code ibv_detach_mcast(3)}).
     *
     * @param gid a {@code union ibv_gid}, the group's.
     * @param lid the LID that it was attached with.
     * @throws ProviderException when the provider refuses; {@code EINVAL} when it was not attached.
     */
    default void detachMulticast(final MemorySegment gid, final int lid) throws ProviderException {
        throw new ProviderException("ibv_detach_mcast", "number=" + number(), Errno.EOPNOTSUPP);
    }

    /**
     * Returns whether the data of an operation arrives in memory in the order of its addresses ({@code
     * ibv_query_qp_data_in_order(3)}).
     *
     * @param opcode one of {@link dev.ffmverbs.spi.constants.WorkRequestOpcodes}.
     * @return true when that is guaranteed, {@code false} by default.
     * @throws ProviderException when it cannot be queried.
     */
    default boolean isDataInOrder(final int opcode) throws ProviderException {
        return false;
    }

    /**
     * Announces that only the calling thread uses this queue pair from now on. A provider may then make calls on
     * it cheaper.
     */
    default void confine() {
    }

    /**
     * Destroys the queue pair ({@code ibv_destroy_qp(3)}).
     *
     * @throws ProviderException when it cannot be destroyed.
     */
    void close() throws ProviderException;
}
