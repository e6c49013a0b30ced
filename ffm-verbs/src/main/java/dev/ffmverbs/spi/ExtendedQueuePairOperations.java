// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.lang.foreign.MemorySegment;

/**
 * Operations of a queue pair with the extended post interface ({@code struct ibv_qp_ex}, {@code ibv_wr_post(3)}).
 *
 * <p>The provider may hold a lock between {@link #start} and {@link #complete} or {@link #abort}. One thread makes the
 * whole sequence of calls, and none of them may block.
 */
public interface ExtendedQueuePairOperations extends QueuePairOperations {

    /** Opens a batch ({@code ibv_wr_start}). */
    void start();

    /**
     * Posts the batch ({@code ibv_wr_complete}).
     *
     * @return 0, or the error number when no request of the batch was posted.
     */
    int complete();

    /** Drops the batch ({@code ibv_wr_abort}). */
    void abort();

    /**
     * Sets the identifier and flags of the next request ({@code wr_id} and {@code wr_flags} of {@code ibv_qp_ex}).
     *
     * @param workRequestId number that the completion carries.
     * @param flags         {@code IBV_SEND_*} flags.
     */
    void prepare(long workRequestId, int flags);

    /** Begins a SEND ({@code ibv_wr_send}). */
    void send();

    /**
     * Begins a SEND with immediate data ({@code ibv_wr_send_imm}).
     *
     * @param immediateData the data in network byte order.
     */
    void sendWithImmediate(int immediateData);

    /**
     * Begins a SEND that invalidates a key ({@code ibv_wr_send_inv}).
     *
     * @param rkey the peer's key to invalidate.
     */
    void sendWithInvalidate(int rkey);

    /**
     * Begins an RDMA WRITE ({@code ibv_wr_rdma_write}).
     *
     * @param rkey          key of the peer's memory.
     * @param remoteAddress address in that memory.
     */
    void write(int rkey, long remoteAddress);

    /**
     * Begins an RDMA WRITE with immediate data ({@code ibv_wr_rdma_write_imm}).
     *
     * @param rkey          key of the peer's memory.
     * @param remoteAddress address in that memory.
     * @param immediateData the data in network byte order.
     */
    void writeWithImmediate(int rkey, long remoteAddress, int immediateData);

    /**
     * Begins an RDMA READ ({@code ibv_wr_rdma_read}).
     *
     * @param rkey          key of the peer's memory.
     * @param remoteAddress address in that memory.
     */
    void read(int rkey, long remoteAddress);

    /**
     * Begins an atomic compare and swap ({@code ibv_wr_atomic_cmp_swp}).
     *
     * @param rkey          key of the peer's memory.
     * @param remoteAddress address in that memory, a multiple of 8.
     * @param compare       value expected.
     * @param swap          value to store.
     */
    void compareAndSwap(int rkey, long remoteAddress, long compare, long swap);

    /**
     * Begins an atomic fetch and add ({@code ibv_wr_atomic_fetch_add}).
     *
     * @param rkey          key of the peer's memory.
     * @param remoteAddress address in that memory, a multiple of 8.
     * @param add           value to add.
     */
    void fetchAndAdd(int rkey, long remoteAddress, long add);

    /**
     * Sets the only scatter / gather element of the request begun last ({@code ibv_wr_set_sge}).
     *
     * @param lkey        key of the local memory.
     * @param address     address in that memory.
     * @param lengthBytes length in bytes.
     */
    void scatterGather(int lkey, long address, int lengthBytes);

    /**
     * Sets the elements of the request begun last ({@code ibv_wr_set_sge_list}).
     *
     * @param count    number of elements.
     * @param elements native memory that begins with an array of that many {@code struct ibv_sge}.
     */
    void scatterGatherList(int count, MemorySegment elements);

    /**
     * Copies data into the request begun last ({@code ibv_wr_set_inline_data}).
     *
     * @param data        native memory that begins with the data.
     * @param lengthBytes length in bytes.
     */
    void inlineData(MemorySegment data, int lengthBytes);

    /**
     * Adds an invalidation of a local key ({@code ibv_wr_local_inv}).
     *
     * @param rkey the key.
     */
    default void localInvalidate(final int rkey) {
        throw new UnsupportedOperationException("ibv_wr_local_inv");
    }

    /**
     * Adds a FLUSH ({@code ibv_wr_flush}).
     *
     * @param rkey          key of the peer's memory.
     * @param remoteAddress address in that memory.
     * @param lengthBytes   length in bytes.
     * @param placement     flags of {@link dev.ffmverbs.spi.constants.FlushPlacements}, at least one.
     * @param selection     one of {@link dev.ffmverbs.spi.constants.FlushSelections}.
     */
    default void flush(
        final int rkey, final long remoteAddress, final long lengthBytes, final int placement, final int selection) {
        throw new UnsupportedOperationException("ibv_wr_flush");
    }

    /**
     * Adds a WRITE of eight bytes at once ({@code ibv_wr_atomic_write}).
     *
     * @param rkey          key of the peer's memory.
     * @param remoteAddress address in that memory, a multiple of 8.
     * @param value         the eight bytes, in native byte order.
     */
    default void atomicWrite(final int rkey, final long remoteAddress, final long value) {
        throw new UnsupportedOperationException("ibv_wr_atomic_write");
    }

    /**
     * Adds a bind of a memory window ({@code ibv_wr_bind_mw}).
     *
     * @param window   {@link MemoryWindowOperations#handle()} of a window of type 2.
     * @param rkey     the window's new key.
     * @param bindInfo native memory that holds a {@code struct ibv_mw_bind_info}, whose {@code mr} is a {@link
     *                 MemoryRegionOperations#handle()}.
     */
    default void bindMemoryWindow(final long window, final int rkey, final MemorySegment bindInfo) {
        throw new UnsupportedOperationException("ibv_wr_bind_mw");
    }

    /**
     * Sets the destination of the datagram begun last ({@code ibv_wr_set_ud_addr}).
     *
     * @param addressHandle   {@link AddressHandleOperations#handle()}.
     * @param remoteQueuePair number of the peer's queue pair.
     * @param queueKey        key of the peer's queue pair.
     */
    default void datagramAddress(final long addressHandle, final int remoteQueuePair, final int queueKey) {
        throw new UnsupportedOperationException("ibv_wr_set_ud_addr");
    }
}
