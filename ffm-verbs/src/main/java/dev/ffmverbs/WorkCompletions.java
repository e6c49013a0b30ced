// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_wc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A reusable array of completions that {@link CompletionQueue#poll} fills ({@code struct ibv_wc[]}).
 *
 * <p>Allocate it once. Accessors read the native memory in place and allocate nothing. When the status is not
 * {@link WorkCompletionStatus#SUCCESS}, only status, work request identifier, queue pair number and vendor error are
 * valid ({@code ibv_poll_cq(3)}). Not thread-safe: one thread at a time.
 */
public final class WorkCompletions {

    private static final long STRUCT_BYTES = ibv_wc.sizeof();
    private static final int MAXIMUM_CAPACITY = 1 << 20;
    private static final int FLAG_GLOBAL_ROUTING_HEADER = ffm_verbs_h.IBV_WC_GRH();
    private static final int FLAG_WITH_IMMEDIATE = ffm_verbs_h.IBV_WC_WITH_IMM();
    private static final int FLAG_WITH_INVALIDATE = ffm_verbs_h.IBV_WC_WITH_INV();

    private static final VarHandle WORK_REQUEST_ID = field("wr_id");
    private static final VarHandle STATUS = field("status");
    private static final VarHandle OPCODE = field("opcode");
    private static final VarHandle VENDOR_ERROR = field("vendor_err");
    private static final VarHandle BYTE_LENGTH = field("byte_len");
    private static final VarHandle QUEUE_PAIR_NUMBER = field("qp_num");
    private static final VarHandle SOURCE_QUEUE_PAIR = field("src_qp");
    private static final VarHandle FLAGS = field("wc_flags");
    private static final long IMMEDIATE_DATA = ibv_wc.imm_data$offset();
    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment memory;
    private final long address;
    private final int capacity;
    private int count;

    private WorkCompletions(final int capacity) {
        this.capacity = capacity;
        this.memory = Arena.ofAuto().allocate(capacity * STRUCT_BYTES, 64);
        this.address = memory.address();
    }

    private static VarHandle field(final String name) {
        return ibv_wc.layout().varHandle(PathElement.groupElement(name)).withInvokeExactBehavior();
    }

    /**
     * Allocates room for completions.
     *
     * @param capacity most completions one poll can take, 1 to 2^20.
     * @return the array, empty.
     * @throws IllegalArgumentException when the capacity is out of range.
     */
    public static WorkCompletions allocate(final int capacity) {
        Ranges.check("capacity", capacity, 1, MAXIMUM_CAPACITY);
        return new WorkCompletions(capacity);
    }

    /**
     * Most completions one poll can take.
     *
     * @return the number it was allocated with.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Completions the last poll took.
     *
     * @return 0 to {@link #capacity()}.
     */
    public int count() {
        return count;
    }

    private long base(final int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("completion " + index + " of " + count);
        }
        return index * STRUCT_BYTES;
    }

    /**
     * The number given when the request was posted.
     *
     * @param index which completion, from 0.
     * @return the work request identifier.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public long workRequestId(final int index) {
        return (long) WORK_REQUEST_ID.get(memory, base(index));
    }

    /**
     * How the request ended.
     *
     * @param index which completion, from 0.
     * @return the status.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public WorkCompletionStatus status(final int index) {
        return WorkCompletionStatus.of((int) STATUS.get(memory, base(index)));
    }

    /**
     * Whether the request succeeded.
     *
     * @param index which completion, from 0.
     * @return whether the status is {@link WorkCompletionStatus#SUCCESS}.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public boolean succeeded(final int index) {
        return 0 == (int) STATUS.get(memory, base(index));
    }

    /**
     * What completed.
     *
     * @param index which completion, from 0.
     * @return the opcode; valid on success only.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public WorkCompletionOpcode opcode(final int index) {
        return WorkCompletionOpcode.of((int) OPCODE.get(memory, base(index)));
    }

    /**
     * The device's own error code.
     *
     * @param index which completion, from 0.
     * @return a number for the device's maker, 0 when there is none.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int vendorError(final int index) {
        return (int) VENDOR_ERROR.get(memory, base(index));
    }

    /**
     * Bytes received or read.
     *
     * @param index which completion, from 0.
     * @return the length as an unsigned 32-bit number; valid for receives, READs and atomics that succeeded.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int byteLength(final int index) {
        return (int) BYTE_LENGTH.get(memory, base(index));
    }

    /**
     * Whether the peer sent immediate data along.
     *
     * @param index which completion, from 0.
     * @return whether {@link #immediateData} is valid.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public boolean hasImmediateData(final int index) {
        return 0 != ((int) FLAGS.get(memory, base(index)) & FLAG_WITH_IMMEDIATE);
    }

    /**
     * The number the peer sent along.
     *
     * @param index which completion, from 0.
     * @return the number as the peer gave it.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int immediateData(final int index) {
        return memory.get(NETWORK_INT, base(index) + IMMEDIATE_DATA);
    }

    /**
     * Whether the peer invalidated one of our keys.
     *
     * @param index which completion, from 0.
     * @return whether {@link #invalidatedRkey} is valid.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public boolean hasInvalidatedRkey(final int index) {
        return 0 != ((int) FLAGS.get(memory, base(index)) & FLAG_WITH_INVALIDATE);
    }

    /**
     * The key the peer invalidated.
     *
     * @param index which completion, from 0.
     * @return the remote key.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int invalidatedRkey(final int index) {
        return memory.get(ValueLayout.JAVA_INT, base(index) + IMMEDIATE_DATA);
    }

    /**
     * The local queue pair.
     *
     * @param index which completion, from 0.
     * @return its number.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int queuePairNumber(final int index) {
        return (int) QUEUE_PAIR_NUMBER.get(memory, base(index));
    }

    /**
     * The queue pair a datagram came from.
     *
     * @param index which completion, from 0.
     * @return its number; valid for receives of unreliable datagrams.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int sourceQueuePairNumber(final int index) {
        return (int) SOURCE_QUEUE_PAIR.get(memory, base(index));
    }

    /**
     * Whether the receive buffer of a datagram begins with a header of {@link GlobalRoutingHeader#BYTES} bytes.
     *
     * @param index which completion, from 0.
     * @return whether the header is valid; on Ethernet always. Its place in the buffer is taken either way.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public boolean hasGlobalRoutingHeader(final int index) {
        return 0 != ((int) FLAGS.get(memory, base(index)) & FLAG_GLOBAL_ROUTING_HEADER);
    }

    /**
     * One completion in words, for messages and logs.
     *
     * @param index which completion, from 0.
     * @return identifier, status, queue pair and vendor error.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public String describe(final int index) {
        return "workRequestId=" + workRequestId(index) + ", status=" + status(index) + ", queuePairNumber="
            + queuePairNumber(index) + ", vendorError=" + vendorError(index);
    }

    /** Address of the C array, valid as long as this object is reachable. */
    long address() {
        return address;
    }

    void polled(final int taken) {
        count = taken;
    }
}
