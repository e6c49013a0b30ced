// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ExtendedQueuePairOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.constants.SendFlags;
import java.lang.foreign.MemorySegment;

/**
 * A batch of requests of an {@link ExtendedQueuePair}, built by method calls ({@code ibv_wr_post(3)}).
 *
 * <p>A method named for an operation begins a request ({@link #send}, {@link #write}, ...). The calls that follow add
 * to that request. Every queue pair has one batch object, which {@link ExtendedQueuePair#start} returns each time. Only
 * the thread that started the batch may use it, until {@link #complete} or {@link #abort}. Any other call throws {@link
 * IllegalStateException}. No method allocates, except to bind memory windows.
 */
public final class SendBatch extends WholeRequests implements RemoteOperations<SendBatch> {

    private final ExtendedQueuePair queuePair;
    private final ExtendedQueuePairOperations operations;
    private final int supported;
    private final SendBuilder builder;
    private final BatchOwner owner;

    SendBatch(
        final ExtendedQueuePair queuePair, final ExtendedQueuePairOperations operations,
        final SendOperation... supported) {
        this.queuePair = queuePair;
        this.operations = operations;
        this.supported = SendOperation.bits(supported);
        this.builder = new SendBuilder(operations, queuePair);
        this.owner = new BatchOwner(queuePair);
    }

    BatchOwner owner() {
        return owner;
    }

    /** Opens the batch. The caller has entered the queue pair, and the end of the batch leaves it. */
    void start() {
        owner.open();
        operations.start();
        builder.reset();
    }

    /**
     * Posts the batch ({@code ibv_wr_complete(3)}).
     *
     * @return how many requests were posted: all, or 0 when the send queue lacked room for all. In the latter case,
     *     take completions and build the batch again.
     * @throws VerbsException        when a request is not valid for the queue pair; nothing is posted, and the batch
     *                               ends.
     * @throws IllegalStateException when this thread has no batch open, or the last request names no address on a
     *                               datagram queue pair; in the latter case the batch stays open.
     */
    public int complete() {
        owner.require();
        builder.finishRequest();
        final int requests = builder.finishedRequests();
        final int errno = operations.complete();
        if (errno == 0) {
            builder.noteBinds();
        }
        end();
        if (errno == 0) {
            return requests;
        }
        if (errno == Errno.ENOMEM || errno == Errno.ENOSPC) {
            return 0;
        }
        throw queuePair.exceptionFor("ibv_wr_complete", errno, "no request of the batch was posted");
    }

    /**
     * Drops the batch ({@code ibv_wr_abort(3)}).
     *
     * @throws IllegalStateException when this thread has no batch open.
     */
    public void abort() {
        owner.require();
        operations.abort();
        end();
    }

    private void end() {
        builder.reset();
        owner.release();
        queuePair.leave();
    }

    private SendBatch begin(
        final SendOperation operation, final long remoteAddress, final int rkey, final long first, final long second) {
        ready(operation).begin(operation, remoteAddress, rkey, first, second);
        return this;
    }

    /** Returns the builder, ready to begin a request of this kind. */
    @Override
    SendBuilder ready(final SendOperation operation) {
        owner.require();
        if ((supported & operation.value()) == 0) {
            throw queuePair.exceptionFor(new ProviderException(operation.verb(), queuePair.toString(), Errno.EOPNOTSUPP,
                "the queue pair was created without SendOperation." + operation));
        }
        builder.finishRequest();
        return builder;
    }

    @Override
    SendBatch self() {
        return this;
    }

    private SendBuilder openBuilder() {
        owner.require();
        return builder;
    }

    /**
     * Sets the number that completions carry, for requests begun after this call ({@code ibv_qp_ex.wr_id}).
     *
     * @param workRequestId any number.
     * @return this.
     * @throws IllegalStateException when this thread has no batch open.
     */
    public SendBatch workRequestId(final long workRequestId) {
        openBuilder().workRequestId(workRequestId);
        return this;
    }

    /**
     * Sets whether requests begun after this call produce a completion when they succeed ({@code IBV_SEND_SIGNALED}).
     *
     * @param signaled true for a completion; a batch starts with false.
     * @return this.
     * @throws IllegalStateException when this thread has no batch open.
     */
    public SendBatch signal(final boolean signaled) {
        openBuilder().flag(SendFlags.SIGNALED, signaled);
        return this;
    }

    /**
     * Sets whether requests begun after this call wait for all READs and atomics before them ({@code IBV_SEND_FENCE}).
     *
     * @param fenced true to wait; a batch starts with false.
     * @return this.
     * @throws IllegalStateException when this thread has no batch open.
     */
    public SendBatch fence(final boolean fenced) {
        openBuilder().flag(SendFlags.FENCE, fenced);
        return this;
    }

    /**
     * Sets whether requests begun after this call cause solicited completions at the peer ({@code IBV_SEND_SOLICITED}).
     *
     * @param solicited true to raise an event; a batch starts with false.
     * @return this.
     * @throws IllegalStateException when this thread has no batch open.
     */
    public SendBatch solicit(final boolean solicited) {
        openBuilder().flag(SendFlags.SOLICITED, solicited);
        return this;
    }

    /**
     * Begins a SEND ({@code ibv_wr_send(3)}).
     *
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    public SendBatch send() {
        return begin(SendOperation.SEND, 0, 0, 0, 0);
    }

    /**
     * Begins a SEND with immediate data ({@code ibv_wr_send_imm(3)}).
     *
     * @param immediateData number that the peer's completion carries.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    public SendBatch sendWithImmediate(final int immediateData) {
        return begin(SendOperation.SEND_WITH_IMMEDIATE, 0, 0, immediateData, 0);
    }

    /**
     * Begins a SEND that invalidates a key of the peer ({@code ibv_wr_send_inv(3)}).
     *
     * @param rkey the key to invalidate, a remote key of the peer.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    public SendBatch sendWithInvalidate(final int rkey) {
        return begin(SendOperation.SEND_WITH_INVALIDATE, 0, rkey, 0, 0);
    }

    /**
     * Begins an RDMA WRITE ({@code ibv_wr_rdma_write(3)}).
     *
     * @param remoteAddress address in the peer's region, which begins at its {@code iova}.
     * @param rkey          the peer's key.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    @Override
    public SendBatch write(final long remoteAddress, final int rkey) {
        return begin(SendOperation.WRITE, remoteAddress, rkey, 0, 0);
    }

    /**
     * Begins an RDMA WRITE that also completes a receive at the peer ({@code ibv_wr_rdma_write_imm(3)}).
     *
     * @param remoteAddress address in the peer's region, which begins at its {@code iova}.
     * @param rkey          the peer's key.
     * @param immediateData number that the peer's completion carries.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    @Override
    public SendBatch writeWithImmediate(final long remoteAddress, final int rkey, final int immediateData) {
        return begin(SendOperation.WRITE_WITH_IMMEDIATE, remoteAddress, rkey, immediateData, 0);
    }

    /**
     * Begins an RDMA READ ({@code ibv_wr_rdma_read(3)}).
     *
     * @param remoteAddress address in the peer's region, which begins at its {@code iova}.
     * @param rkey          the peer's key.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    @Override
    public SendBatch read(final long remoteAddress, final int rkey) {
        return begin(SendOperation.READ, remoteAddress, rkey, 0, 0);
    }

    /**
     * Begins an atomic fetch and add on eight bytes of the peer ({@code ibv_wr_atomic_fetch_add(3)}).
     *
     * @param remoteAddress address in the peer's region, a multiple of 8.
     * @param rkey          the peer's key.
     * @param add           number to add.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    @Override
    public SendBatch fetchAndAdd(final long remoteAddress, final int rkey, final long add) {
        return begin(SendOperation.FETCH_AND_ADD, remoteAddress, rkey, add, 0);
    }

    /**
     * Begins an atomic compare and swap on eight bytes of the peer ({@code ibv_wr_atomic_cmp_swp(3)}).
     *
     * @param remoteAddress address in the peer's region, a multiple of 8.
     * @param rkey          the peer's key.
     * @param compare       value expected.
     * @param swap          value to store when the memory holds the expected value.
     * @return this.
     * @throws UnsupportedVerbException when the queue pair was created without this operation.
     * @throws IllegalStateException    when this thread has no batch open.
     */
    @Override
    public SendBatch compareAndSwap(
        final long remoteAddress, final int rkey, final long compare, final long swap) {
        return begin(SendOperation.COMPARE_AND_SWAP, remoteAddress, rkey, compare, swap);
    }

    /**
     * Sets the destination of the SEND just begun, on an unreliable datagram queue pair ({@code
     * ibv_wr_set_ud_addr(3)}).
     *
     * @param destination     open address handle of the queue pair's protection domain.
     * @param remoteQueuePair number of the peer's queue pair, 24 bits.
     * @param queueKey        queue key of the peer's queue pair.
     * @return this.
     * @throws IllegalArgumentException when the handle belongs to another protection domain.
     * @throws IllegalStateException    when this thread has no batch open, no SEND was begun, the queue pair is
     *                                  connected, or the handle is closed.
     */
    public SendBatch to(final AddressHandle destination, final int remoteQueuePair, final int queueKey) {
        final SendBuilder begun = openBuilder();
        begun.requireBegun();
        if (queuePair.configuration().type() != QueuePairType.UNRELIABLE_DATAGRAM) {
            throw new IllegalStateException(queuePair + " is connected; it sends to its peer only");
        }
        destination.enterFor(queuePair);
        begun.to(destination, remoteQueuePair, queueKey);
        return this;
    }

    /**
     * Names the only local buffer of the request just begun ({@code ibv_wr_set_sge(3)}).
     *
     * @param region      open region the buffer lies in.
     * @param offsetBytes offset in the region.
     * @param lengthBytes length in bytes, at most 2^32-1.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalStateException     when this thread has no batch open, no request that takes a buffer was begun,
     *                                   or the region is closed.
     */
    public SendBatch localMemory(final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
        openBuilder().localMemory(region, offsetBytes, lengthBytes, true);
        return this;
    }

    /**
     * Adds a local buffer to the request just begun ({@code ibv_wr_set_sge_list(3)}).
     *
     * @param region      open region the buffer lies in.
     * @param offsetBytes offset in the region.
     * @param lengthBytes length in bytes, at most 2^32-1.
     * @return this.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the queue pair was not created for that many buffers.
     * @throws IllegalStateException     when this thread has no batch open, no request that takes a buffer was begun,
     *                                   or the region is closed.
     */
    public SendBatch addLocalMemory(final MemoryRegion region, final long offsetBytes, final long lengthBytes) {
        openBuilder().localMemory(region, offsetBytes, lengthBytes, false);
        return this;
    }

    /**
     * Copies data into the request just begun ({@code ibv_wr_set_inline_data(3)}). The caller may reuse the data's
     * memory when this method returns.
     *
     * @param data bytes to SEND or WRITE.
     * @return this.
     * @throws IndexOutOfBoundsException when the queue pair was not created for inline data of that length.
     * @throws IllegalStateException     when this thread has no batch open, or no request that takes data was begun.
     */
    public SendBatch inlineData(final MemorySegment data) {
        openBuilder().inlineData(data);
        return this;
    }

    @Override
    public String toString() {
        return "SendBatch of " + queuePair;
    }
}
