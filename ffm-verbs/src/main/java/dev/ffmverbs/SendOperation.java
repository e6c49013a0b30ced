// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.SendOperationFlags;

/** An operation that an extended queue pair can send ({@code enum ibv_qp_create_send_ops_flags}). */
public enum SendOperation {

    /** RDMA WRITE. */
    WRITE(SendOperationFlags.RDMA_WRITE, "ibv_wr_rdma_write"),

    /** RDMA WRITE with immediate data. */
    WRITE_WITH_IMMEDIATE(SendOperationFlags.RDMA_WRITE_WITH_IMMEDIATE, "ibv_wr_rdma_write_imm"),

    /** SEND. */
    SEND(SendOperationFlags.SEND, "ibv_wr_send"),

    /** SEND with immediate data. */
    SEND_WITH_IMMEDIATE(SendOperationFlags.SEND_WITH_IMMEDIATE, "ibv_wr_send_imm"),

    /** RDMA READ. */
    READ(SendOperationFlags.RDMA_READ, "ibv_wr_rdma_read"),

    /** Atomic compare and swap. */
    COMPARE_AND_SWAP(SendOperationFlags.COMPARE_AND_SWAP, "ibv_wr_atomic_cmp_swp"),

    /** Atomic fetch and add. */
    FETCH_AND_ADD(SendOperationFlags.FETCH_AND_ADD, "ibv_wr_atomic_fetch_add"),

    /** Invalidation of a local key. */
    LOCAL_INVALIDATE(SendOperationFlags.LOCAL_INVALIDATE, "ibv_wr_local_inv"),

    /** Binding of a memory window. */
    BIND_MEMORY_WINDOW(SendOperationFlags.BIND_MEMORY_WINDOW, "ibv_wr_bind_mw"),

    /** SEND that invalidates a key of the peer. */
    SEND_WITH_INVALIDATE(SendOperationFlags.SEND_WITH_INVALIDATE, "ibv_wr_send_inv"),

    /** FLUSH of what was written before. */
    FLUSH(SendOperationFlags.FLUSH, "ibv_wr_flush"),

    /** WRITE of eight bytes at once. */
    ATOMIC_WRITE(SendOperationFlags.ATOMIC_WRITE, "ibv_wr_atomic_write");

    private final int value;
    private final String verb;

    SendOperation(final int value, final String verb) {
        this.value = value;
        this.verb = verb;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /**
     * Returns the verb that begins a request of this operation.
     *
     * @return the C function's name.
     */
    public String verb() {
        return verb;
    }

    /** Refuses operations that the peer must answer for a queue pair whose peer answers nothing. */
    static void requireAnswers(final QueuePairType type, final SendOperation... operations) throws ProviderException {
        for (final SendOperation operation : operations) {
            if (type == QueuePairType.UNRELIABLE_CONNECTION && operation.isAnswered()) {
                throw new ProviderException("ibv_create_qp_ex", "type=" + type + ", operation=" + operation,
                    Errno.EOPNOTSUPP, "an unreliable connection (IBV_QPT_UC) has no " + operation.verb
                        + ", a reliable one (IBV_QPT_RC) has");
            }
        }
    }

    /** Returns whether a request of this operation completes with the answer of the peer only. */
    private boolean isAnswered() {
        return switch (this) {
            case READ, COMPARE_AND_SWAP, FETCH_AND_ADD, FLUSH, ATOMIC_WRITE -> true;
            case WRITE, WRITE_WITH_IMMEDIATE, SEND, SEND_WITH_IMMEDIATE, LOCAL_INVALIDATE, BIND_MEMORY_WINDOW,
                 SEND_WITH_INVALIDATE -> false;
        };
    }

    static int bits(final SendOperation... operations) {
        int bits = 0;
        for (final SendOperation operation : operations) {
            bits |= operation.value;
        }
        return bits;
    }
}
