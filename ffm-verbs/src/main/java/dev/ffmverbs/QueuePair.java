// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_qp_cap;
import dev.ffmverbs.jextract.ibv_qp_init_attr;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A queue pair: a send queue and a receive queue that together are one end of a connection ({@code struct ibv_qp}).
 *
 * <p>Thread-safe; requests posted by one thread are processed in order.
 */
public final class QueuePair extends VerbsObject {

    private static final int QUERY_ALL = ffm_verbs_h.IBV_QP_STATE() | ffm_verbs_h.IBV_QP_AV()
        | ffm_verbs_h.IBV_QP_PATH_MTU() | ffm_verbs_h.IBV_QP_DEST_QPN() | ffm_verbs_h.IBV_QP_RQ_PSN()
        | ffm_verbs_h.IBV_QP_SQ_PSN() | ffm_verbs_h.IBV_QP_MAX_DEST_RD_ATOMIC()
        | ffm_verbs_h.IBV_QP_MAX_QP_RD_ATOMIC() | ffm_verbs_h.IBV_QP_TIMEOUT() | ffm_verbs_h.IBV_QP_RETRY_CNT()
        | ffm_verbs_h.IBV_QP_RNR_RETRY();

    private static final int RETRY_COUNT_FOR_EVER = 7;

    private final ProtectionDomain domain;
    private final QueuePairOperations operations;
    private final int number;
    private final QueuePairConfiguration configuration;

    QueuePair(
        final ProtectionDomain domain, final QueuePairConfiguration asked, final QueuePairOperations operations,
        final MemorySegment initAttributes) {
        super(domain, asked.sendCompletionQueue(), asked.receiveCompletionQueue());
        this.domain = domain;
        this.operations = operations;
        this.number = operations.number();
        final MemorySegment given = ibv_qp_init_attr.cap(initAttributes);
        this.configuration = asked
            .withSendRequests(ibv_qp_cap.max_send_wr(given))
            .withReceiveRequests(ibv_qp_cap.max_recv_wr(given))
            .withScatterGatherElements(ibv_qp_cap.max_send_sge(given), ibv_qp_cap.max_recv_sge(given))
            .withInlineBytes(ibv_qp_cap.max_inline_data(given));
    }

    /**
     * The queue pair's number, by which the peer addresses it.
     *
     * @return 24 bits.
     */
    public int number() {
        return number;
    }

    /**
     * The protection domain whose memory it may use.
     *
     * @return the protection domain.
     */
    public ProtectionDomain protectionDomain() {
        return domain;
    }

    /**
     * What it was created with, the sizes being those the device gave: at least those asked for.
     *
     * @return the configuration.
     */
    public QueuePairConfiguration configuration() {
        return configuration;
    }

    /**
     * Changes attributes and state ({@code ibv_modify_qp(3)}).
     *
     * @param attributes what to change.
     * @throws VerbsException           when the device refuses: {@code EINVAL} for a transition that does not exist,
     *                                  or one that lacks or has too many attributes.
     * @throws IllegalArgumentException for {@code retryCount} 7 on a device that would then retry for ever.
     * @throws IllegalStateException    when this queue pair is closed.
     */
    public void modify(final QueuePairAttributes attributes) {
        requireEndingRetries(attributes);
        enter();
        try {
            operations.modify(attributes.structure(), attributes.mask());
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        } finally {
            leave();
        }
    }

    private void requireEndingRetries(final QueuePairAttributes attributes) {
        if ((attributes.mask() & ffm_verbs_h.IBV_QP_RETRY_CNT()) != 0
            && attributes.retryCount() == RETRY_COUNT_FOR_EVER
            && domain.context().device().retriesForEverAtSeven()) {
            throw new IllegalArgumentException("retryCount 7 makes " + domain.context().device()
                + " retry for ever, so that a dead peer is never noticed: use 0 to 6");
        }
    }

    /**
     * Reads attributes and state ({@code ibv_query_qp(3)}).
     *
     * @return a snapshot, with no attribute marked for change.
     * @throws VerbsException        when the device refuses.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public QueuePairAttributes query() {
        final QueuePairAttributes attributes = new QueuePairAttributes();
        enter();
        try (Arena arena = Arena.ofConfined()) {
            operations.query(attributes.structure(), QUERY_ALL, ibv_qp_init_attr.allocate(arena));
            return attributes;
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        } finally {
            leave();
        }
    }

    /**
     * The present state ({@code ibv_query_qp(3)}).
     *
     * @return the state.
     * @throws VerbsException        when the device refuses.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public QueuePairState state() {
        return query().state();
    }

    /**
     * Posts a send request and all chained to it ({@code ibv_post_send(3)}); never blocks, never allocates.
     *
     * @param request first request of the chain; the device has read the chain when this returns.
     * @return how many were posted: fewer than the chain has when the send queue is full. Then take completions and
     *     post the rest. A single request returns 1 or 0.
     * @throws VerbsException        when a request is not valid in this state or for this queue pair; those before it
     *                               were posted, it and those behind it were not.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public int postSend(final SendRequest request) {
        enter();
        final int errno;
        try {
            errno = operations.postSend(request.address(), request.badRequestAddress());
        } finally {
            leave();
            Reference.reachabilityFence(request);
        }
        if (errno == 0) {
            return request.chainLength();
        }
        return notAllPosted("ibv_post_send", errno, request.countBeforeBadRequest());
    }

    /**
     * Posts a receive request and all chained to it ({@code ibv_post_recv(3)}); never blocks, never allocates.
     *
     * @param request first request of the chain; the device has read the chain when this returns.
     * @return how many were posted: fewer than the chain has when the receive queue is full.
     * @throws VerbsException        when a request is not valid in this state or for this queue pair; those before it
     *                               were posted, it and those behind it were not.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public int postReceive(final ReceiveRequest request) {
        enter();
        final int errno;
        try {
            errno = operations.postReceive(request.address(), request.badRequestAddress());
        } finally {
            leave();
            Reference.reachabilityFence(request);
        }
        if (errno == 0) {
            return request.chainLength();
        }
        return notAllPosted("ibv_post_recv", errno, request.countBeforeBadRequest());
    }

    private int notAllPosted(final String verb, final int errno, final int posted) {
        if (errno == Errno.ENOMEM) {
            return posted;
        }
        throw new VerbsException(verb, verb + "(" + this + ") refused request " + posted + " of the chain: "
            + Errno.describe(errno) + ": it is not valid in state " + state() + ", or has too many local buffers or too"
            + " much inline data for " + configuration, errno);
    }

    @Override
    void free() throws ProviderException {
        operations.close();
    }

    @Override
    public String toString() {
        return "QueuePair " + number;
    }
}
