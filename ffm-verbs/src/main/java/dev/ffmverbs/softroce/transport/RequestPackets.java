// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.spi.constants.CompletionOpcodes;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;

/**
 * The send requests that this device can process, by opcode, with the packets and completions of each.
 *
 * <p>The kind of a request follows from the traits of its packets in {@link Opcode}.
 */
public final class RequestPackets {

    /** Services list their operations as bits of an int. {@code enum ibv_wr_opcode} ends at 15. */
    private static final int OPERATIONS = Integer.SIZE;

    /**
     * Opcodes of the middle, last, first and only packet of each operation, or of the only packet if there is just one
     * kind. Empty for an operation that sends nothing.
     */
    private static final int[][] OPCODES = new int[OPERATIONS][];
    private static final int[] COMPLETIONS = new int[OPERATIONS];
    private static final boolean[] ANSWERED = new boolean[OPERATIONS];
    private static final boolean[] ATOMIC = new boolean[OPERATIONS];
    private static final boolean[] LOCAL = new boolean[OPERATIONS];

    /** The operations of unreliable datagrams, one bit for each opcode. */
    public static final int OF_DATAGRAMS =
        1 << WorkRequestOpcodes.SEND | 1 << WorkRequestOpcodes.SEND_WITH_IMMEDIATE;
    /** The operations of unreliable connections, one bit for each opcode. */
    public static final int OF_UNRELIABLE_CONNECTIONS = OF_DATAGRAMS
        | 1 << WorkRequestOpcodes.RDMA_WRITE | 1 << WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE
        | 1 << WorkRequestOpcodes.BIND_MEMORY_WINDOW;
    /** The operations of reliable connections, one bit for each opcode: all that this device can process. */
    public static final int OF_RELIABLE_CONNECTIONS;

    private static final int ANSWERED_TRAITS =
        Opcode.READ | Opcode.ATOMIC | Opcode.FLUSHES | Opcode.WRITES_WORD;

    static {
        define(WorkRequestOpcodes.RDMA_WRITE, CompletionOpcodes.RDMA_WRITE,
            Opcode.WRITE_MIDDLE, Opcode.WRITE_LAST, Opcode.WRITE_FIRST, Opcode.WRITE_ONLY);
        define(WorkRequestOpcodes.RDMA_WRITE_WITH_IMMEDIATE, CompletionOpcodes.RDMA_WRITE, Opcode.WRITE_MIDDLE,
            Opcode.WRITE_LAST_WITH_IMMEDIATE, Opcode.WRITE_FIRST, Opcode.WRITE_ONLY_WITH_IMMEDIATE);
        define(WorkRequestOpcodes.SEND, CompletionOpcodes.SEND,
            Opcode.SEND_MIDDLE, Opcode.SEND_LAST, Opcode.SEND_FIRST, Opcode.SEND_ONLY);
        define(WorkRequestOpcodes.SEND_WITH_IMMEDIATE, CompletionOpcodes.SEND, Opcode.SEND_MIDDLE,
            Opcode.SEND_LAST_WITH_IMMEDIATE, Opcode.SEND_FIRST, Opcode.SEND_ONLY_WITH_IMMEDIATE);
        define(WorkRequestOpcodes.SEND_WITH_INVALIDATE, CompletionOpcodes.SEND, Opcode.SEND_MIDDLE,
            Opcode.SEND_LAST_WITH_INVALIDATE, Opcode.SEND_FIRST, Opcode.SEND_ONLY_WITH_INVALIDATE);
        define(WorkRequestOpcodes.RDMA_READ, CompletionOpcodes.RDMA_READ, Opcode.READ_REQUEST);
        define(WorkRequestOpcodes.COMPARE_AND_SWAP, CompletionOpcodes.COMPARE_AND_SWAP, Opcode.COMPARE_SWAP);
        define(WorkRequestOpcodes.FETCH_AND_ADD, CompletionOpcodes.FETCH_AND_ADD, Opcode.FETCH_ADD);
        define(WorkRequestOpcodes.FLUSH, CompletionOpcodes.FLUSH, Opcode.FLUSH);
        define(WorkRequestOpcodes.ATOMIC_WRITE, CompletionOpcodes.ATOMIC_WRITE, Opcode.ATOMIC_WRITE);
        define(WorkRequestOpcodes.LOCAL_INVALIDATE, CompletionOpcodes.LOCAL_INVALIDATE);
        define(WorkRequestOpcodes.BIND_MEMORY_WINDOW, CompletionOpcodes.BIND_MEMORY_WINDOW);
        int defined = 0;
        for (int operation = 0; operation < OPERATIONS; operation++) {
            defined |= OPCODES[operation] == null ? 0 : 1 << operation;
        }
        OF_RELIABLE_CONNECTIONS = defined;
    }

    private RequestPackets() {
    }

    private static void define(final int operation, final int completion, final int... opcodes) {
        OPCODES[operation] = opcodes;
        COMPLETIONS[operation] = completion;
        LOCAL[operation] = opcodes.length == 0;
        ANSWERED[operation] = !LOCAL[operation] && Opcode.is(opcodes[0], ANSWERED_TRAITS);
        ATOMIC[operation] = !LOCAL[operation] && Opcode.is(opcodes[0], Opcode.ATOMIC);
    }

    /**
     * Returns whether a request is a READ, an atomic, a FLUSH or an ATOMIC WRITE. The peer answers each separately. The
     * data of the answer goes into the local buffers; the last two have none, and are answered like a READ of no bytes.
     * Only {@code max_rd_atomic} of them may be outstanding, and no acknowledgement of a later request answers
     * them.
     */
    static boolean isAnswered(final int operation) {
        return ANSWERED[operation];
    }

    /**
     * Returns whether a request is a compare and swap or a fetch and add. Its fields are then those of an atomic.
     *
     * @param operation an operation of one of the services.
     * @return true for atomics.
     */
    public static boolean isAtomic(final int operation) {
        return ATOMIC[operation];
    }

    /**
     * Returns whether a request can be part of a batch only, because {@code struct ibv_send_wr} has no fields for it.
     *
     * @param operation any value.
     * @return true for FLUSH and ATOMIC WRITE.
     */
    public static boolean needsBatch(final int operation) {
        return operation == WorkRequestOpcodes.FLUSH || operation == WorkRequestOpcodes.ATOMIC_WRITE;
    }

    /**
     * Returns whether the device executes a request itself, without the peer: an invalidation of a local key, or a bind
     * of a memory window.
     */
    static boolean isLocal(final int operation) {
        return LOCAL[operation];
    }

    /** Returns the BTH opcode of a packet of a SEND or WRITE of a reliable connection. */
    static int opcode(final int operation, final boolean first, final boolean last) {
        return OPCODES[operation][(first ? 2 : 0) + (last ? 1 : 0)];
    }

    /** Returns the BTH opcode of a request that has one packet. */
    static int requestOpcode(final int operation) {
        return OPCODES[operation][0];
    }

    static int completion(final int operation) {
        return COMPLETIONS[operation];
    }
}
