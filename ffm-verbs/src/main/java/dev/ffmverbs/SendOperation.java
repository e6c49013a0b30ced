// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;

/** What an extended queue pair can be asked to send ({@code enum ibv_qp_create_send_ops_flags}). */
public enum SendOperation {

    /** RDMA WRITE. */
    WRITE(ffm_verbs_h.IBV_QP_EX_WITH_RDMA_WRITE(), "ibv_wr_rdma_write"),

    /** RDMA WRITE with immediate data. */
    WRITE_WITH_IMMEDIATE(ffm_verbs_h.IBV_QP_EX_WITH_RDMA_WRITE_WITH_IMM(), "ibv_wr_rdma_write_imm"),

    /** SEND. */
    SEND(ffm_verbs_h.IBV_QP_EX_WITH_SEND(), "ibv_wr_send"),

    /** SEND with immediate data. */
    SEND_WITH_IMMEDIATE(ffm_verbs_h.IBV_QP_EX_WITH_SEND_WITH_IMM(), "ibv_wr_send_imm"),

    /** RDMA READ. */
    READ(ffm_verbs_h.IBV_QP_EX_WITH_RDMA_READ(), "ibv_wr_rdma_read"),

    /** Atomic compare and swap. */
    COMPARE_AND_SWAP(ffm_verbs_h.IBV_QP_EX_WITH_ATOMIC_CMP_AND_SWP(), "ibv_wr_atomic_cmp_swp"),

    /** Atomic fetch and add. */
    FETCH_AND_ADD(ffm_verbs_h.IBV_QP_EX_WITH_ATOMIC_FETCH_AND_ADD(), "ibv_wr_atomic_fetch_add"),

    /** Invalidation of an own key. */
    LOCAL_INVALIDATE(ffm_verbs_h.IBV_QP_EX_WITH_LOCAL_INV(), "ibv_wr_local_inv"),

    /** Binding of a memory window. */
    BIND_MEMORY_WINDOW(ffm_verbs_h.IBV_QP_EX_WITH_BIND_MW(), "ibv_wr_bind_mw"),

    /** SEND that invalidates a key of the peer. */
    SEND_WITH_INVALIDATE(ffm_verbs_h.IBV_QP_EX_WITH_SEND_WITH_INV(), "ibv_wr_send_inv");

    private final int value;
    private final String verb;

    SendOperation(final int value, final String verb) {
        this.value = value;
        this.verb = verb;
    }

    /**
     * The C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /**
     * The verb that begins such a request.
     *
     * @return the C function's name.
     */
    public String verb() {
        return verb;
    }

    static int bits(final SendOperation... operations) {
        int bits = 0;
        for (final SendOperation operation : operations) {
            bits |= operation.value;
        }
        return bits;
    }
}
