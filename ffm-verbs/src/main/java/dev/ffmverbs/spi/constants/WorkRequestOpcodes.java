// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Operations of a send request ({@code enum ibv_wr_opcode}). */
public final class WorkRequestOpcodes {

    /** {@code IBV_WR_RDMA_WRITE}: RDMA WRITE. */
    public static final int RDMA_WRITE = 0;
    /** {@code IBV_WR_RDMA_WRITE_WITH_IMM}: RDMA WRITE that also consumes a receive of the peer. */
    public static final int RDMA_WRITE_WITH_IMMEDIATE = 1;
    /** {@code IBV_WR_SEND}: SEND. */
    public static final int SEND = 2;
    /** {@code IBV_WR_SEND_WITH_IMM}: SEND with immediate data. */
    public static final int SEND_WITH_IMMEDIATE = 3;
    /** {@code IBV_WR_RDMA_READ}: RDMA READ. */
    public static final int RDMA_READ = 4;
    /** {@code IBV_WR_ATOMIC_CMP_AND_SWP}: atomic compare and swap of eight bytes. */
    public static final int COMPARE_AND_SWAP = 5;
    /** {@code IBV_WR_ATOMIC_FETCH_AND_ADD}: atomic fetch and add on eight bytes. */
    public static final int FETCH_AND_ADD = 6;
    /** {@code IBV_WR_LOCAL_INV}: invalidation of a local key. */
    public static final int LOCAL_INVALIDATE = 7;
    /** {@code IBV_WR_BIND_MW}: binding of a memory window of type 2. */
    public static final int BIND_MEMORY_WINDOW = 8;
    /** {@code IBV_WR_SEND_WITH_INV}: SEND that invalidates a key of the peer. */
    public static final int SEND_WITH_INVALIDATE = 9;
    /** {@code IBV_WR_FLUSH}: waits until data written before is visible or persistent. Only in batches. */
    public static final int FLUSH = 14;
    /** {@code IBV_WR_ATOMIC_WRITE}: RDMA WRITE of eight bytes at once. Only in batches. */
    public static final int ATOMIC_WRITE = 15;

    private WorkRequestOpcodes() {
    }

    /**
     * Names an opcode for messages.
     *
     * @param opcode one of these opcodes, or another number.
     * @return the C constant, or the number when it has no name here.
     */
    public static String name(final int opcode) {
        return switch (opcode) {
            case RDMA_WRITE -> "IBV_WR_RDMA_WRITE";
            case RDMA_WRITE_WITH_IMMEDIATE -> "IBV_WR_RDMA_WRITE_WITH_IMM";
            case SEND -> "IBV_WR_SEND";
            case SEND_WITH_IMMEDIATE -> "IBV_WR_SEND_WITH_IMM";
            case RDMA_READ -> "IBV_WR_RDMA_READ";
            case COMPARE_AND_SWAP -> "IBV_WR_ATOMIC_CMP_AND_SWP";
            case FETCH_AND_ADD -> "IBV_WR_ATOMIC_FETCH_AND_ADD";
            case LOCAL_INVALIDATE -> "IBV_WR_LOCAL_INV";
            case BIND_MEMORY_WINDOW -> "IBV_WR_BIND_MW";
            case SEND_WITH_INVALIDATE -> "IBV_WR_SEND_WITH_INV";
            case FLUSH -> "IBV_WR_FLUSH";
            case ATOMIC_WRITE -> "IBV_WR_ATOMIC_WRITE";
            default -> "opcode " + opcode;
        };
    }
}
