// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Operations that an extended queue pair can send ({@code enum ibv_qp_create_send_ops_flags}). */
public final class SendOperationFlags {

    /** {@code IBV_QP_EX_WITH_RDMA_WRITE}: RDMA WRITE. */
    public static final int RDMA_WRITE = 1;
    /** {@code IBV_QP_EX_WITH_RDMA_WRITE_WITH_IMM}: RDMA WRITE with immediate data. */
    public static final int RDMA_WRITE_WITH_IMMEDIATE = 1 << 1;
    /** {@code IBV_QP_EX_WITH_SEND}: SEND. */
    public static final int SEND = 1 << 2;
    /** {@code IBV_QP_EX_WITH_SEND_WITH_IMM}: SEND with immediate data. */
    public static final int SEND_WITH_IMMEDIATE = 1 << 3;
    /** {@code IBV_QP_EX_WITH_RDMA_READ}: RDMA READ. */
    public static final int RDMA_READ = 1 << 4;
    /** {@code IBV_QP_EX_WITH_ATOMIC_CMP_AND_SWP}: atomic compare and swap. */
    public static final int COMPARE_AND_SWAP = 1 << 5;
    /** {@code IBV_QP_EX_WITH_ATOMIC_FETCH_AND_ADD}: atomic fetch and add. */
    public static final int FETCH_AND_ADD = 1 << 6;
    /** {@code IBV_QP_EX_WITH_LOCAL_INV}: invalidation of a local key. */
    public static final int LOCAL_INVALIDATE = 1 << 7;
    /** {@code IBV_QP_EX_WITH_BIND_MW}: binding of a memory window. */
    public static final int BIND_MEMORY_WINDOW = 1 << 8;
    /** {@code IBV_QP_EX_WITH_SEND_WITH_INV}: SEND that invalidates a key of the peer. */
    public static final int SEND_WITH_INVALIDATE = 1 << 9;
    /** {@code IBV_QP_EX_WITH_FLUSH}: FLUSH. */
    public static final int FLUSH = 1 << 11;
    /** {@code IBV_QP_EX_WITH_ATOMIC_WRITE}: atomic WRITE of eight bytes. */
    public static final int ATOMIC_WRITE = 1 << 12;

    private SendOperationFlags() {
    }
}
