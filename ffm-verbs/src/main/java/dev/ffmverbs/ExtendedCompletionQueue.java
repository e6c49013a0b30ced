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
 * <p>From {@link #startPoll} to {@link #endPoll} the driver holds the queue: do nothing in between that can block, and
 * always end. Only the thread that started may read; another gets {@link IllegalStateException} when it starts as well,
 * and waits when it does anything else with the queue. No accessor allocates.
 */
public final class ExtendedCompletionQueue extends CompletionQueue {

    /** What completions carry besides identifier, status, opcode, flags and vendor error, which all have. */
    static final int FIELDS = ExtendedCompletionFlags.BYTE_LENGTH | ExtendedCompletionFlags.IMMEDIATE_DATA
        | ExtendedCompletionFlags.QUEUE_PAIR_NUMBER | ExtendedCompletionFlags.SOURCE_QUEUE_PAIR;

    private static final int FLAG_WITH_IMMEDIATE = CompletionFlags.WITH_IMMEDIATE;

    private final ExtendedCompletionQueueOperations operations;
    private final BatchOwner batch = new BatchOwner(this);

    /** Whether there is a completion to read; of the thread that has the batch open. */
    private boolean positioned;

    ExtendedCompletionQueue(
        final Context context, final CompletionChannel channel, final ExtendedCompletionQueueOperations operations) {
        super(context, channel, operations);
        this.operations = operations;
    }

    /**
     * Begins to read and moves to the first completion ({@code ibv_start_poll(3)}).
     *
     * @return true when there is one, then {@link #endPoll} must follow; false when the queue is empty, then it must
     *     not.
     * @throws VerbsException        when the queue is broken.
     * @throws IllegalStateException when this queue is closed, or being read already.
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
     * @return whether there is one; when not, {@link #endPoll} must follow all the same.
     * @throws VerbsException        when the queue is broken; {@link #endPoll} must follow all the same.
     * @throws IllegalStateException when this thread has not started to read, or no completion was left before.
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
     * Ends reading ({@code ibv_end_poll(3)}); what was read is taken off the queue.
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
     * The number given when the request was posted.
     *
     * @return the work request identifier.
     * @throws IllegalStateException when there is no completion to read.
     */
    public long workRequestId() {
        requirePositioned();
        return operations.workRequestId();
    }

    /**
     * How the request ended.
     *
     * @return the status; when it is not {@link WorkCompletionStatus#SUCCESS}, only the work request identifier, the
     *     queue pair number and the vendor error are valid besides.
     * @throws IllegalStateException when there is no completion to read.
     */
    public WorkCompletionStatus status() {
        requirePositioned();
        return WorkCompletionStatus.of(operations.status());
    }

    /**
     * What completed ({@code ibv_wc_read_opcode(3)}).
     *
     * @return the opcode; valid on success only.
     * @throws IllegalStateException when there is no completion to read.
     */
    public WorkCompletionOpcode opcode() {
        requirePositioned();
        return WorkCompletionOpcode.of(operations.opcode());
    }

    /**
     * Bytes received or read ({@code ibv_wc_read_byte_len(3)}).
     *
     * @return the length as an unsigned 32-bit number; valid for receives, READs and atomics that succeeded.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int byteLength() {
        requirePositioned();
        return operations.byteLength();
    }

    /**
     * Whether the peer sent immediate data along ({@code ibv_wc_read_wc_flags(3)}).
     *
     * @return whether {@link #immediateData} is valid.
     * @throws IllegalStateException when there is no completion to read.
     */
    public boolean hasImmediateData() {
        requirePositioned();
        return 0 != (operations.flags() & FLAG_WITH_IMMEDIATE);
    }

    /**
     * The number the peer sent along ({@code ibv_wc_read_imm_data(3)}).
     *
     * @return the number as the peer gave it.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int immediateData() {
        requirePositioned();
        return NetworkOrder.toHost(operations.immediateData());
    }

    /**
     * The local queue pair ({@code ibv_wc_read_qp_num(3)}).
     *
     * @return its number.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int queuePairNumber() {
        requirePositioned();
        return operations.queuePairNumber();
    }

    /**
     * The queue pair a datagram came from ({@code ibv_wc_read_src_qp(3)}).
     *
     * @return its number; valid for receives of unreliable datagrams.
     * @throws IllegalStateException when there is no completion to read.
     */
    public int sourceQueuePairNumber() {
        requirePositioned();
        return operations.sourceQueuePairNumber();
    }

    /**
     * The device's own error code ({@code ibv_wc_read_vendor_err(3)}).
     *
     * @return a number for the device's maker, 0 when there is none.
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
