// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * What completed ({@code enum ibv_wc_opcode}).
 *
 * <p>Undefined unless the status is {@link WorkCompletionStatus#SUCCESS}.
 */
public enum WorkCompletionOpcode {

    /** A SEND. */
    SEND(0),

    /** An RDMA WRITE. */
    RDMA_WRITE(1),

    /** An RDMA READ. */
    RDMA_READ(2),

    /** An atomic compare and swap. */
    COMPARE_AND_SWAP(3),

    /** An atomic fetch and add. */
    FETCH_AND_ADD(4),

    /** A memory window was bound. */
    BIND_MEMORY_WINDOW(5),

    /** A key was invalidated. */
    LOCAL_INVALIDATE(6),

    /** A segmented send. */
    TCP_SEGMENTATION_OFFLOAD(7),

    /** A FLUSH. */
    FLUSH(8),

    /** An atomic WRITE. */
    ATOMIC_WRITE(9),

    /** A message was received. */
    RECEIVE(1 << 7),

    /** An RDMA WRITE with immediate data was received. */
    RECEIVE_RDMA_WITH_IMMEDIATE((1 << 7) + 1);

    private final int value;

    WorkCompletionOpcode(final int value) {
        this.value = value;
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
     * The constant of a value.
     *
     * @param value a value of {@code enum ibv_wc_opcode}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static WorkCompletionOpcode of(final int value) {
        return switch (value) {
            case 0 -> SEND;
            case 1 -> RDMA_WRITE;
            case 2 -> RDMA_READ;
            case 3 -> COMPARE_AND_SWAP;
            case 4 -> FETCH_AND_ADD;
            case 5 -> BIND_MEMORY_WINDOW;
            case 6 -> LOCAL_INVALIDATE;
            case 7 -> TCP_SEGMENTATION_OFFLOAD;
            case 8 -> FLUSH;
            case 9 -> ATOMIC_WRITE;
            case 1 << 7 -> RECEIVE;
            case (1 << 7) + 1 -> RECEIVE_RDMA_WITH_IMMEDIATE;
            default -> throw new IllegalArgumentException("enum ibv_wc_opcode has no value " + value);
        };
    }
}
