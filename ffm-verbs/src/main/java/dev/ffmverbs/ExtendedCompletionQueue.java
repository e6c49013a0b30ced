// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedCompletionQueueOperations;
import dev.ffmverbs.spi.constants.CompletionFlags;
import dev.ffmverbs.spi.constants.ExtendedCompletionFlags;

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

    /**
     * The fields requested in addition to those of every completion: identifier, status, opcode, flags, vendor error.
     */
    static final int FIELDS = ExtendedCompletionFlags.BYTE_LENGTH | ExtendedCompletionFlags.IMMEDIATE_DATA
        | ExtendedCompletionFlags.QUEUE_PAIR_NUMBER | ExtendedCompletionFlags.SOURCE_QUEUE_PAIR;

    private static final int FLAG_WITH_IMMEDIATE = CompletionFlags.WITH_IMMEDIATE;

    private final ExtendedCompletionQueueOperations operations;
    private final BatchOwner batch = new BatchOwner(this);

    /** Whether there is a completion to read. Only the thread that has the batch open uses it. */
    private boolean positioned;

    ExtendedCompletionQueue(
        final Context context, final CompletionChannel channel, final ExtendedCompletionQueueOperations operations) {
        super(context, channel, operations);
        this.operations = operations;
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

    /**
     * Whether the message carries immediate data ({@code ibv_wc_read_wc_flags(3)}).
     *
     * @return whether {@link #immediateData} is valid.
     * @throws IllegalStateException when there is no completion to read.
     */
    public boolean hasImmediateData() {
        requirePositioned();
        return 0 != (operations.flags() & FLAG_WITH_IMMEDIATE);
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
    void requireNoOpenBatch() {
        batch.requireEnding();
    }
}
