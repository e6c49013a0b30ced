// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.CompletionMemory;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.layout.WorkCompletionLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.StringJoiner;

/**
 * A reusable array of completions that {@link CompletionQueue#poll} fills ({@code struct ibv_wc[]}).
 *
 * <p>Allocate it once. Accessors read the native memory in place and allocate nothing. When the status is not
 * {@link WorkCompletionStatus#SUCCESS}, only status, work request identifier, queue pair number and vendor error are
 * valid ({@code ibv_poll_cq(3)}). Not thread-safe: only one thread at a time may use it.
 */
public final class WorkCompletions {

    private static final int STRUCT_BYTES = (int) WorkCompletionLayout.BYTES;
    private static final int MAXIMUM_CAPACITY = 1 << 20;
    private static final int MAXIMUM_DESCRIBED = 16;
    private static final int ALIGNMENT_BYTES = 64;

    /**
     * A direct buffer in place of a segment. Its int positions, and memory that no arena can close, cost fewer checks
     * in a loop over completions.
     */
    private final ByteBuffer structures;
    private final CompletionMemory memory;
    private final int capacity;
    private int count;

    private WorkCompletions(final int capacity) {
        this.capacity = capacity;
        this.structures = allocateAligned(capacity * STRUCT_BYTES);
        this.memory = new CompletionMemory(MemorySegment.ofBuffer(structures));
    }

    /** Has space for two alignments, because {@link ByteBuffer#alignedSlice} rounds both the start and the end. */
    private static ByteBuffer allocateAligned(final int bytes) {
        return ByteBuffer.allocateDirect(bytes + 2 * ALIGNMENT_BYTES).alignedSlice(ALIGNMENT_BYTES)
            .slice(0, bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Allocates room for completions.
     *
     * @param capacity most completions one poll can take, 1 to 2^20.
     * @return an empty array.
     * @throws IllegalArgumentException when the capacity is out of range.
     */
    public static WorkCompletions allocate(final int capacity) {
        Ranges.check("capacity", capacity, 1, MAXIMUM_CAPACITY);
        return new WorkCompletions(capacity);
    }

    /**
     * Returns the most completions one poll can take.
     *
     * @return the number this array was allocated with.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Returns how many completions the last poll took.
     *
     * @return 0 to {@link #capacity()}.
     */
    public int count() {
        return count;
    }

    private int base(final int index) {
        if (index < 0 || index >= count) {
            throw new IndexOutOfBoundsException("completion " + index + " of " + count);
        }
        return index * STRUCT_BYTES;
    }

    /**
     * Returns the number set when the request was posted ({@code ibv_wc.wr_id}).
     *
     * @param index which completion, from 0.
     * @return the work request identifier.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public long workRequestId(final int index) {
        return structures.getLong(base(index) + WorkCompletionLayout.WORK_REQUEST_ID);
    }

    /**
     * Returns how the request ended ({@code ibv_wc.status}).
     *
     * @param index which completion, from 0.
     * @return the status.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public WorkCompletionStatus status(final int index) {
        return WorkCompletionStatus.of(structures.getInt(base(index) + WorkCompletionLayout.STATUS));
    }

    /**
     * Whether the request succeeded.
     *
     * @param index which completion, from 0.
     * @return whether the status is {@link WorkCompletionStatus#SUCCESS}.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public boolean isSuccess(final int index) {
        return CompletionStatuses.SUCCESS == structures.getInt(base(index) + WorkCompletionLayout.STATUS);
    }

    /**
     * Returns the operation that completed ({@code ibv_wc.opcode}).
     *
     * @param index which completion, from 0.
     * @return the opcode; valid on success only.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public WorkCompletionOpcode opcode(final int index) {
        return WorkCompletionOpcode.of(structures.getInt(base(index) + WorkCompletionLayout.OPCODE));
    }

    /**
     * Returns the vendor's error code ({@code ibv_wc.vendor_err}).
     *
     * @param index which completion, from 0.
     * @return a number defined by the device's vendor, 0 when there is none.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int vendorError(final int index) {
        return structures.getInt(base(index) + WorkCompletionLayout.VENDOR_ERROR);
    }

    /**
     * Returns how many bytes were received or read ({@code ibv_wc.byte_len}).
     *
     * @param index which completion, from 0.
     * @return the length as an unsigned 32-bit number; valid for receives, READs and atomics that succeeded.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int byteLength(final int index) {
        return structures.getInt(base(index) + WorkCompletionLayout.BYTE_LENGTH);
    }

    /**
     * Whether the message carries immediate data ({@code IBV_WC_WITH_IMM}).
     *
     * @param index which completion, from 0.
     * @return whether {@link #immediateData} is valid.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public boolean hasImmediateData(final int index) {
        return 0 != (structures.getInt(base(index) + WorkCompletionLayout.FLAGS) & CompletionFlags.WITH_IMMEDIATE);
    }

    /**
     * Returns the message's immediate data ({@code ibv_wc.imm_data}).
     *
     * @param index which completion, from 0.
     * @return the number that the peer set, in host byte order.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int immediateData(final int index) {
        return NetworkOrder.toHost(structures.getInt(base(index) + WorkCompletionLayout.IMMEDIATE_DATA));
    }

    /**
     * Whether the peer invalidated a local key ({@code IBV_WC_WITH_INV}).
     *
     * @param index which completion, from 0.
     * @return whether {@link #invalidatedRkey} is valid.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public boolean hasInvalidatedRkey(final int index) {
        return 0 != (structures.getInt(base(index) + WorkCompletionLayout.FLAGS) & CompletionFlags.WITH_INVALIDATE);
    }

    /**
     * Returns the key that the peer invalidated ({@code ibv_wc.invalidated_rkey}).
     *
     * @param index which completion, from 0.
     * @return the remote key.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int invalidatedRkey(final int index) {
        return structures.getInt(base(index) + WorkCompletionLayout.INVALIDATED_RKEY);
    }

    /**
     * Returns the number of the local queue pair ({@code ibv_wc.qp_num}).
     *
     * @param index which completion, from 0.
     * @return the 24-bit number.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int queuePairNumber(final int index) {
        return structures.getInt(base(index) + WorkCompletionLayout.QUEUE_PAIR_NUMBER);
    }

    /**
     * Returns the number of the queue pair that sent a datagram ({@code ibv_wc.src_qp}).
     *
     * @param index which completion, from 0.
     * @return the 24-bit number; valid for receives of unreliable datagrams.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int sourceQueuePairNumber(final int index) {
        return structures.getInt(base(index) + WorkCompletionLayout.SOURCE_QUEUE_PAIR);
    }

    /**
     * Whether the receive buffer of a datagram begins with a header of {@link GlobalRoutingHeader#BYTES} bytes ({@code
     * IBV_WC_GRH}).
     *
     * @param index which completion, from 0.
     * @return whether the header is valid, which is always so on Ethernet; its space in the buffer is reserved either
     *     way.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public boolean hasGlobalRoutingHeader(final int index) {
        return 0 != (structures.getInt(base(index) + WorkCompletionLayout.FLAGS)
            & CompletionFlags.GLOBAL_ROUTING_HEADER);
    }

    /**
     * Returns the index of the partition key that a datagram to QP1 carried ({@code ibv_wc.pkey_index}).
     *
     * @param index which completion, from 0.
     * @return 0 to 65535.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int partitionKeyIndex(final int index) {
        return Short.toUnsignedInt(structures.getShort(base(index) + WorkCompletionLayout.PARTITION_KEY_INDEX));
    }

    /**
     * Returns the local identifier (LID) of the port that sent a datagram ({@code ibv_wc.slid}).
     *
     * @param index which completion, from 0.
     * @return 0 to 65535; 0 on Ethernet; valid for receives of unreliable datagrams.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int sourceLocalIdentifier(final int index) {
        return Short.toUnsignedInt(structures.getShort(base(index) + WorkCompletionLayout.SOURCE_LOCAL_IDENTIFIER));
    }

    /**
     * Returns the service level of a datagram ({@code ibv_wc.sl}).
     *
     * @param index which completion, from 0.
     * @return 0 to 15; valid for receives of unreliable datagrams.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int serviceLevel(final int index) {
        return Byte.toUnsignedInt(structures.get(base(index) + WorkCompletionLayout.SERVICE_LEVEL));
    }

    /**
     * Returns the path that a datagram was sent to ({@code ibv_wc.dlid_path_bits}): the local identifier, as an offset
     * from the port's first.
     *
     * @param index which completion, from 0.
     * @return 0 to 127; 0 on Ethernet; valid for receives of unreliable datagrams.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public int destinationPathBits(final int index) {
        return Byte.toUnsignedInt(structures.get(base(index) + WorkCompletionLayout.DESTINATION_PATH_BITS));
    }

    /**
     * Copies one completion. Unlike the accessors, this allocates.
     *
     * @param index which completion, from 0.
     * @return the copy, which the next poll does not change.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public Completion copy(final int index) {
        final boolean success = isSuccess(index);
        return new Completion(workRequestId(index), status(index), success ? opcode(index) : unsetOpcode(index),
            success ? Integer.toUnsignedLong(byteLength(index)) : 0,
            success && hasImmediateData(index) ? OptionalInt.of(immediateData(index)) : OptionalInt.empty(),
            queuePairNumber(index), vendorError(index));
    }

    private WorkCompletionOpcode unsetOpcode(final int index) {
        return WorkCompletionOpcode.ofUnset(structures.getInt(base(index) + WorkCompletionLayout.OPCODE));
    }

    /**
     * Describes one completion, for messages and logs.
     *
     * @param index which completion, from 0.
     * @return the identifier, status, queue pair number and vendor error.
     * @throws IndexOutOfBoundsException when the last poll took fewer.
     */
    public String describe(final int index) {
        return "workRequestId=" + workRequestId(index) + ", status=" + status(index) + ", queuePairNumber="
            + queuePairNumber(index) + ", vendorError=" + vendorError(index);
    }

    /** The C array. */
    CompletionMemory memory() {
        return memory;
    }

    /** One structure of the C array. */
    MemorySegment structure(final int index) {
        return memory.segment().asSlice(base(index), STRUCT_BYTES);
    }

    void setCount(final int taken) {
        count = taken;
    }

    @Override
    public String toString() {
        final int present = count;
        final StringJoiner text = new StringJoiner(", ", "WorkCompletions[", "]").add(present + " of " + capacity);
        for (int i = 0; i < Math.min(present, MAXIMUM_DESCRIBED); i++) {
            text.add("{" + CompletionText.of(structures, i * STRUCT_BYTES) + "}");
        }
        return present > MAXIMUM_DESCRIBED ? text.add("...").toString() : text.toString();
    }
}
