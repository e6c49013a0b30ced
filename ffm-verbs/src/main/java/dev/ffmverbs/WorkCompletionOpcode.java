// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.CompletionOpcodes;

/**
 * The operation that completed ({@code enum ibv_wc_opcode}).
 *
 * <p>Undefined unless the status is {@link WorkCompletionStatus#SUCCESS}.
 */
public enum WorkCompletionOpcode {

    /** A SEND. */
    SEND(CompletionOpcodes.SEND),

    /** An RDMA WRITE. */
    RDMA_WRITE(CompletionOpcodes.RDMA_WRITE),

    /** An RDMA READ. */
    RDMA_READ(CompletionOpcodes.RDMA_READ),

    /** An atomic compare and swap. */
    COMPARE_AND_SWAP(CompletionOpcodes.COMPARE_AND_SWAP),

    /** An atomic fetch and add. */
    FETCH_AND_ADD(CompletionOpcodes.FETCH_AND_ADD),

    /** A bind of a memory window. */
    BIND_MEMORY_WINDOW(CompletionOpcodes.BIND_MEMORY_WINDOW),

    /** An invalidation of a local key. */
    LOCAL_INVALIDATE(CompletionOpcodes.LOCAL_INVALIDATE),

    /** A segmented send. */
    TCP_SEGMENTATION_OFFLOAD(CompletionOpcodes.TCP_SEGMENTATION_OFFLOAD),

    /** A FLUSH. */
    FLUSH(CompletionOpcodes.FLUSH),

    /** An atomic WRITE. */
    ATOMIC_WRITE(CompletionOpcodes.ATOMIC_WRITE),

    /** A receive of a message. */
    RECEIVE(CompletionOpcodes.RECEIVE),

    /** A receive of an RDMA WRITE with immediate data. */
    RECEIVE_RDMA_WITH_IMMEDIATE(CompletionOpcodes.RECEIVE_RDMA_WITH_IMMEDIATE),

    /** An addition of a tagged buffer. */
    TAG_ADD(CompletionOpcodes.TAG_ADD),

    /** A removal of a tagged buffer. */
    TAG_REMOVE(CompletionOpcodes.TAG_REMOVE),

    /** A synchronization of tag matching. */
    TAG_SYNCHRONIZE(CompletionOpcodes.TAG_SYNCHRONIZE),

    /** A receive into a tagged buffer. */
    TAG_RECEIVE(CompletionOpcodes.TAG_RECEIVE),

    /** A receive of a message without a tag. */
    TAG_RECEIVE_WITHOUT_TAG(CompletionOpcodes.TAG_RECEIVE_WITHOUT_TAG),

    /** First operation of the driver. */
    DRIVER_1(CompletionOpcodes.DRIVER_1),

    /** Second operation of the driver. */
    DRIVER_2(CompletionOpcodes.DRIVER_2),

    /** Third operation of the driver. */
    DRIVER_3(CompletionOpcodes.DRIVER_3);

    private final int value;

    WorkCompletionOpcode(final int value) {
        this.value = value;
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
     * Returns the constant of a value.
     *
     * @param value a value of {@code enum ibv_wc_opcode}.
     * @return the constant.
     * @throws IllegalArgumentException when there is no such value.
     */
    static WorkCompletionOpcode of(final int value) {
        return switch (value) {
            case CompletionOpcodes.SEND -> SEND;
            case CompletionOpcodes.RDMA_WRITE -> RDMA_WRITE;
            case CompletionOpcodes.RDMA_READ -> RDMA_READ;
            case CompletionOpcodes.COMPARE_AND_SWAP -> COMPARE_AND_SWAP;
            case CompletionOpcodes.FETCH_AND_ADD -> FETCH_AND_ADD;
            case CompletionOpcodes.BIND_MEMORY_WINDOW -> BIND_MEMORY_WINDOW;
            case CompletionOpcodes.LOCAL_INVALIDATE -> LOCAL_INVALIDATE;
            case CompletionOpcodes.TCP_SEGMENTATION_OFFLOAD -> TCP_SEGMENTATION_OFFLOAD;
            case CompletionOpcodes.FLUSH -> FLUSH;
            case CompletionOpcodes.ATOMIC_WRITE -> ATOMIC_WRITE;
            case CompletionOpcodes.RECEIVE -> RECEIVE;
            case CompletionOpcodes.RECEIVE_RDMA_WITH_IMMEDIATE -> RECEIVE_RDMA_WITH_IMMEDIATE;
            case CompletionOpcodes.TAG_ADD -> TAG_ADD;
            case CompletionOpcodes.TAG_REMOVE -> TAG_REMOVE;
            case CompletionOpcodes.TAG_SYNCHRONIZE -> TAG_SYNCHRONIZE;
            case CompletionOpcodes.TAG_RECEIVE -> TAG_RECEIVE;
            case CompletionOpcodes.TAG_RECEIVE_WITHOUT_TAG -> TAG_RECEIVE_WITHOUT_TAG;
            case CompletionOpcodes.DRIVER_1 -> DRIVER_1;
            case CompletionOpcodes.DRIVER_2 -> DRIVER_2;
            case CompletionOpcodes.DRIVER_3 -> DRIVER_3;
            default -> throw new IllegalArgumentException("enum ibv_wc_opcode has no value " + value);
        };
    }

    /**
     * Returns the constant of a value that the driver has not set, as after a failure, and which may be anything.
     *
     * @param value what the memory holds.
     * @return the constant; SEND, the first one, when there is no such value.
     */
    static WorkCompletionOpcode ofUnset(final int value) {
        try {
            return of(value);
        } catch (final IllegalArgumentException notAValue) {
            return SEND;
        }
    }
}
