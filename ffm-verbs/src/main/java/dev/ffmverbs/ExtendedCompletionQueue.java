// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedCompletionQueueOperations;
import dev.ffmverbs.spi.constants.CompletionFlags;
import java.util.Set;

/**
 * A completion queue that is read in place, one completion at a time ({@code struct ibv_cq_ex}).
 *
 * <pre>{@code
 * if (queue.startPoll()) {
 *     do {
 *         handle(queue.workRequestId(), queue.status());
 *     } while (queue.nextPoll());
 *     queue.endPoll();
 * }
 * }</pre>
 *
 * <p>The driver locks the queue from {@link #startPoll} to {@link #endPoll}. Do nothing in between that can block, and
 * always call {@link #endPoll}. Only the thread that started may read. Another thread gets {@link
 * IllegalStateException} when it starts to read, and blocks when it uses the queue in another way. No accessor
 * allocates.
 */
public final class ExtendedCompletionQueue extends CompletionQueue {

    private final ExtendedCompletionQueueOperations operations;
    private final BatchOwner batch = new BatchOwner(this);
    private final Set<CompletionField> fields;
    private final int fieldBits;
    private final boolean unlocked;

    /** Whether there is a completion to read. Only the thread that has the batch open uses it. */
    private boolean positioned;

    ExtendedCompletionQueue(
        final Context context, final CompletionQueueConfiguration asked,
        final ExtendedCompletionQueueOperations operations) {
        super(context, asked.channel(), operations, asked.parentDomain());
        this.operations = operations;
        this.fields = asked.fields();
        this.fieldBits = CompletionField.bits(fields);
        this.unlocked = asked.isUnlocked();
    }

    /**
     * Returns the fields of the completions of this queue.
     *
     * @return those it was created with, and those that are always there; the set cannot be changed.
     */
    public Set<CompletionField> fields() {
        return fields;
    }

    /**
     * Starts to read and moves to the first completion ({@code ibv_start_poll(3)}).
     *
     * @return true when there is a completion, and {@link #endPoll} must follow; false when the queue is empty, and
     *     {@link #endPoll} must not follow.
     * @throws VerbsException        when the queue has failed.
     * @throws IllegalStateException when this queue is closed, or is already being read.
     */
    public boolean startPoll() {
        enter();
        boolean started = false;
        try {
            batch.open();
            try {
                final int errno = operations.startPoll();
                started = errno == 0;
                positioned = started;
                if (!started && errno != Errno.ENOENT) {
                    throw exceptionForResult("ibv_start_poll", errno);
                }
            } finally {
                if (!started) {
                    batch.release();
                }
            }
        } finally {
            if (!started) {
                leave();
            }
        }
        return started;
    }

    /**
     * Moves to the next completion ({@code ibv_next_poll(3)}).
     *
     * @return whether there is one; {@link #endPoll} must follow in either case.
     * @throws VerbsException        when the queue has failed; {@link #endPoll} must still follow.
     * @throws IllegalStateException when this thread has not started to read, or has already reached the end.
     */
    public boolean nextPoll() {
        requirePositioned();
        positioned = false;
        final int errno = operations.nextPoll();
        if (errno != 0 && errno != Errno.ENOENT) {
            throw exceptionForResult("ibv_next_poll", errno);
        }
        positioned = errno == 0;
        return positioned;
    }

    /**
     * Ends reading and removes the completions read from the queue ({@code ibv_end_poll(3)}).
     *
     * @throws IllegalStateException when this thread has not started to read.
     */
    public void endPoll() {
        batch.require();
        positioned = false;
        operations.endPoll();
        batch.release();
        leave();
    }

    private void requirePositioned() {
        batch.require();
        if (!positioned) {
            throw new IllegalStateException("no completion is left to read on " + this + "; call endPoll()");
        }
    }

    private void requireField(final CompletionField field) {
        requirePositioned();
        if ((fieldBits & field.value()) == 0) {
            throw new IllegalStateException(this + " was created without CompletionField." + field);
        }
    }

    /**
     * Returns the number set when the request was posted ({@code ibv_cq_ex.wr_id}).
     *
     * @return the work request identifier.
     * @throws IllegalStateException when there is no completion to read.
     */
    public long workRequestId() {
        requirePositioned();
        return operations.workRequestId();
    }

    /**
     * Returns how the request ended ({@code ibv_cq_ex.status}).
     *
     * @return the status; when it is not {@link WorkCompletionStatus#SUCCESS}, the only other valid values are the work
     *     request identifier, the queue pair number and the vendor error.
     * @throws IllegalStateException when there is no completion to read.
     */
    public WorkCompletionStatus status() {
        requirePositioned();
        return WorkCompletionStatus.of(operations.status());
    }

    /**
     * Returns the operation that completed ({@code ibv_wc_read_opcode(3)}).
     *
     * @return the opcode; valid on success only.
     * @throws IllegalStateException when there is no completion to read.
     */
    public WorkCompletionOpcode opcode() {
        requirePositioned();
        return WorkCompletionOpcode.of(operations.opcode());
    }

    /**
     * Returns how many bytes were received or read ({@code ibv_wc_read_byte_len(3)}).
     *
     * @return the length as an unsigned 32-bit number; valid for receives, READs and atomics that succeeded.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int byteLength() {
        requirePositioned();
        return operations.byteLength();
    }

    private boolean hasFlag(final int flag) {
        requirePositioned();
        return 0 != (operations.flags() & flag);
    }

    /**
     * Whether the message carries immediate data ({@code ibv_wc_read_wc_flags(3)}).
     *
     * @return whether {@link #immediateData} is valid.
     * @throws IllegalStateException when there is no completion to read.
     */
    public boolean hasImmediateData() {
        return hasFlag(CompletionFlags.WITH_IMMEDIATE);
    }

    /**
     * Returns the message's immediate data ({@code ibv_wc_read_imm_data(3)}).
     *
     * @return the number that the peer set, in host byte order.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int immediateData() {
        requirePositioned();
        return NetworkOrder.toHost(operations.immediateData());
    }

    /**
     * Returns the number of the local queue pair ({@code ibv_wc_read_qp_num(3)}).
     *
     * @return the 24-bit number.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int queuePairNumber() {
        requirePositioned();
        return operations.queuePairNumber();
    }

    /**
     * Returns the number of the queue pair that sent a datagram ({@code ibv_wc_read_src_qp(3)}).
     *
     * @return the 24-bit number; valid for receives of unreliable datagrams.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int sourceQueuePairNumber() {
        requirePositioned();
        return operations.sourceQueuePairNumber();
    }

    /**
     * Whether the peer invalidated a local key ({@code IBV_WC_WITH_INV}, {@code ibv_wc_read_wc_flags(3)}).
     *
     * @return whether {@link #invalidatedRkey} is valid.
     * @throws IllegalStateException when there is no completion to read.
     */
    public boolean hasInvalidatedRkey() {
        return hasFlag(CompletionFlags.WITH_INVALIDATE);
    }

    /**
     * Returns the key that the peer invalidated ({@code ibv_wc_read_invalidated_rkey(3)}).
     *
     * @return the remote key.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int invalidatedRkey() {
        requirePositioned();
        return operations.immediateData();
    }

    /**
     * Whether the receive buffer of a datagram begins with a header of {@link GlobalRoutingHeader#BYTES} bytes ({@code
     * IBV_WC_GRH}, {@code ibv_wc_read_wc_flags(3)}).
     *
     * @return whether the header is valid, which is always so on Ethernet.
     * @throws IllegalStateException when there is no completion to read.
     */
    public boolean hasGlobalRoutingHeader() {
        return hasFlag(CompletionFlags.GLOBAL_ROUTING_HEADER);
    }

    /**
     * Returns the local identifier (LID) of the port that sent a datagram ({@code ibv_wc_read_slid(3)}).
     *
     * @return 0 to 65535; 0 on Ethernet.
     * @throws IllegalStateException when there is no completion to read, or it lacks the field.
     */
    public int sourceLocalIdentifier() {
        requireField(CompletionField.SOURCE_LOCAL_IDENTIFIER);
        return operations.sourceLocalIdentifier();
    }

    /**
     * Returns the service level of a datagram ({@code ibv_wc_read_sl(3)}).
     *
     * @return 0 to 15.
     * @throws IllegalStateException when there is no completion to read, or it lacks the field.
     */
    public int serviceLevel() {
        requireField(CompletionField.SERVICE_LEVEL);
        return operations.serviceLevel();
    }

    /**
     * Returns the path bits of the LID that a datagram was sent to ({@code ibv_wc_read_dlid_path_bits(3)}).
     *
     * @return 0 to 127; 0 on Ethernet.
     * @throws IllegalStateException when there is no completion to read, or it lacks the field.
     */
    public int destinationPathBits() {
        requireField(CompletionField.DESTINATION_PATH_BITS);
        return operations.destinationPathBits();
    }

    /**
     * Returns the device's clock at the completion ({@code ibv_wc_read_completion_ts(3)}).
     *
     * <p>It advances {@link ExtendedDeviceAttributes#coreClockKilohertz} thousand times a second and starts over after
     * {@link ExtendedDeviceAttributes#completionTimestampMask}. {@link Context#rawClock} reads the same clock now.
     *
     * @return the clock, as an unsigned number.
     * @throws IllegalStateException when there is no completion to read, or it lacks the field.
     */
    public long completionTimestamp() {
        requireField(CompletionField.COMPLETION_TIMESTAMP);
        return operations.completionTimestamp();
    }

    /**
     * Returns the time of day of the completion ({@code ibv_wc_read_completion_wallclock_ns(3)}).
     *
     * @return nanoseconds since 1970.
     * @throws IllegalStateException when there is no completion to read, or it lacks the field.
     */
    public long wallclockTimestampNs() {
        requireField(CompletionField.WALLCLOCK_TIMESTAMP);
        return operations.wallclockTimestampNs();
    }

    /**
     * Returns the customer VLAN of a raw packet ({@code ibv_wc_read_cvlan(3)}).
     *
     * @return the tag control information, 16 bits.
     * @throws IllegalStateException when there is no completion to read, or it lacks the field.
     */
    public int customerVlan() {
        requireField(CompletionField.CUSTOMER_VLAN);
        return operations.customerVlan();
    }

    /**
     * Returns the tag of the flow that a raw packet belongs to ({@code ibv_wc_read_flow_tag(3)}).
     *
     * @return the tag that the flow was created with, 24 bits.
     * @throws IllegalStateException when there is no completion to read, or it lacks the field.
     */
    public int flowTag() {
        requireField(CompletionField.FLOW_TAG);
        return operations.flowTag();
    }

    /**
     * Returns the vendor's error code ({@code ibv_wc_read_vendor_err(3)}).
     *
     * @return a number defined by the device's vendor, 0 when there is none.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int vendorError() {
        requirePositioned();
        return operations.vendorError();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException also when this thread is reading the queue in place.
     */
    @Override
    public int poll(final WorkCompletions completions) {
        requireNoOpenBatch();
        return super.poll(completions);
    }

    @Override
    void requireRemovable() {
        if (unlocked) {
            requireOwnThread();
        }
    }

    @Override
    void requireNoOpenBatch() {
        batch.requireEnding();
    }
}
