// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** The operation that completed ({@code enum ibv_wc_opcode}). */
public final class CompletionOpcodes {

    /** {@code IBV_WC_SEND}: a SEND of any kind. */
    public static final int SEND = 0;
    /** {@code IBV_WC_RDMA_WRITE}: an RDMA WRITE of any kind. */
    public static final int RDMA_WRITE = 1;
    /** {@code IBV_WC_RDMA_READ}: an RDMA READ. */
    public static final int RDMA_READ = 2;
    /** {@code IBV_WC_COMP_SWAP}: an atomic compare and swap. */
    public static final int COMPARE_AND_SWAP = 3;
    /** {@code IBV_WC_FETCH_ADD}: an atomic fetch and add. */
    public static final int FETCH_AND_ADD = 4;
    /** {@code IBV_WC_BIND_MW}: a memory window was bound. */
    public static final int BIND_MEMORY_WINDOW = 5;
    /** {@code IBV_WC_LOCAL_INV}: a local key was invalidated. */
    public static final int LOCAL_INVALIDATE = 6;
    /** {@code IBV_WC_TSO}: a segmented send. */
    public static final int TCP_SEGMENTATION_OFFLOAD = 7;
    /** {@code IBV_WC_FLUSH}: a FLUSH. */
    public static final int FLUSH = 8;
    /** {@code IBV_WC_ATOMIC_WRITE}: an atomic WRITE. */
    public static final int ATOMIC_WRITE = 9;
    /** {@code IBV_WC_RECV}: a receive, filled by a SEND of the peer. */
    public static final int RECEIVE = 1 << 7;
    /** {@code IBV_WC_RECV_RDMA_WITH_IMM}: a receive, consumed by an RDMA WRITE with immediate data. */
    public static final int RECEIVE_RDMA_WITH_IMMEDIATE = RECEIVE + 1;
    /** {@code IBV_WC_TM_ADD}: a tagged buffer was added. */
    public static final int TAG_ADD = RECEIVE + 2;
    /** {@code IBV_WC_TM_DEL}: a tagged buffer was removed. */
    public static final int TAG_REMOVE = RECEIVE + 3;
    /** {@code IBV_WC_TM_SYNC}: tag matching was synchronized. */
    public static final int TAG_SYNCHRONIZE = RECEIVE + 4;
    /** {@code IBV_WC_TM_RECV}: a receive into a tagged buffer. */
    public static final int TAG_RECEIVE = RECEIVE + 5;
    /** {@code IBV_WC_TM_NO_TAG}: a receive of a message without a tag. */
    public static final int TAG_RECEIVE_WITHOUT_TAG = RECEIVE + 6;
    /** {@code IBV_WC_DRIVER1}: an operation of the driver. */
    public static final int DRIVER_1 = RECEIVE + 7;
    /** {@code IBV_WC_DRIVER2}: an operation of the driver. */
    public static final int DRIVER_2 = RECEIVE + 8;
    /** {@code IBV_WC_DRIVER3}: an operation of the driver. */
    public static final int DRIVER_3 = RECEIVE + 9;

    private CompletionOpcodes() {
    }
}
