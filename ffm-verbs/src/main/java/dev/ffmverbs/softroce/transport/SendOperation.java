// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Opcode;

/** What a send request does: values of {@code enum ibv_wr_opcode}, and the packets each becomes. */
public final class SendOperation {

    /** RDMA WRITE. */
    public static final int RDMA_WRITE = 0;
    /** RDMA WRITE that also consumes a receive at the peer. */
    public static final int RDMA_WRITE_WITH_IMMEDIATE = 1;
    /** SEND. */
    public static final int SEND = 2;
    /** SEND with immediate data. */
    public static final int SEND_WITH_IMMEDIATE = 3;
    /** RDMA READ. */
    public static final int RDMA_READ = 4;
    /** Compare and swap of eight bytes. */
    public static final int ATOMIC_COMPARE_SWAP = 5;
    /** Fetch and add of eight bytes. */
    public static final int ATOMIC_FETCH_ADD = 6;
    /** SEND that invalidates a key at the peer. */
    public static final int SEND_WITH_INVALIDATE = 9;

    private static final int OPERATIONS = 10;
    private static final int NOT_SUPPORTED = -1;

    /** Opcodes of the middle, last, first and only packet, per operation. */
    private static final int[][] OPCODES = new int[OPERATIONS][];
    private static final int[] COMPLETIONS = new int[OPERATIONS];

    static {
        define(RDMA_WRITE, CompletionOperation.RDMA_WRITE,
            Opcode.WRITE_MIDDLE, Opcode.WRITE_LAST, Opcode.WRITE_FIRST, Opcode.WRITE_ONLY);
        define(RDMA_WRITE_WITH_IMMEDIATE, CompletionOperation.RDMA_WRITE, Opcode.WRITE_MIDDLE,
            Opcode.WRITE_LAST_WITH_IMMEDIATE, Opcode.WRITE_FIRST, Opcode.WRITE_ONLY_WITH_IMMEDIATE);
        define(SEND, CompletionOperation.SEND,
            Opcode.SEND_MIDDLE, Opcode.SEND_LAST, Opcode.SEND_FIRST, Opcode.SEND_ONLY);
        define(SEND_WITH_IMMEDIATE, CompletionOperation.SEND, Opcode.SEND_MIDDLE,
            Opcode.SEND_LAST_WITH_IMMEDIATE, Opcode.SEND_FIRST, Opcode.SEND_ONLY_WITH_IMMEDIATE);
        define(SEND_WITH_INVALIDATE, CompletionOperation.SEND, Opcode.SEND_MIDDLE,
            Opcode.SEND_LAST_WITH_INVALIDATE, Opcode.SEND_FIRST, Opcode.SEND_ONLY_WITH_INVALIDATE);
        define(RDMA_READ, CompletionOperation.RDMA_READ, Opcode.READ_REQUEST);
        define(ATOMIC_COMPARE_SWAP, CompletionOperation.COMPARE_SWAP, Opcode.COMPARE_SWAP);
        define(ATOMIC_FETCH_ADD, CompletionOperation.FETCH_ADD, Opcode.FETCH_ADD);
    }

    private SendOperation() {
    }

    private static void define(final int operation, final int completion, final int... opcodes) {
        OPCODES[operation] = opcodes;
        COMPLETIONS[operation] = completion;
    }

    /**
     * Whether this device can do it.
     *
     * @param operation any value.
     * @return true for the operations named here.
     */
    public static boolean isSupported(final int operation) {
        return operation >= 0 && operation < OPERATIONS && OPCODES[operation] != null;
    }

    /** READ and atomics: the peer answers with data, which only {@code max_rd_atomic} of them may be waiting for. */
    static boolean isAnswered(final int operation) {
        return operation >= RDMA_READ && operation <= ATOMIC_FETCH_ADD;
    }

    static boolean isAtomic(final int operation) {
        return operation == ATOMIC_COMPARE_SWAP || operation == ATOMIC_FETCH_ADD;
    }

    static boolean isWrite(final int operation) {
        return operation <= RDMA_WRITE_WITH_IMMEDIATE;
    }

    /** BTH opcode of a packet of a SEND or WRITE. */
    static int opcode(final int operation, final boolean first, final boolean last) {
        return OPCODES[operation][(first ? 2 : 0) + (last ? 1 : 0)];
    }

    /** BTH opcode of a READ or atomic request. */
    static int requestOpcode(final int operation) {
        return OPCODES[operation][0];
    }

    static int completion(final int operation) {
        return isSupported(operation) ? COMPLETIONS[operation] : NOT_SUPPORTED;
    }
}
