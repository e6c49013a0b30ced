// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.constants.QueuePairAttributeFlags;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.layout.MemoryWindowBindLayout;
import dev.ffmverbs.spi.layout.QueuePairCapacitiesLayout;
import dev.ffmverbs.spi.layout.QueuePairCreationLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A queue pair: a send queue and a receive queue that together are one end of a connection ({@code struct ibv_qp}).
 *
 * <p>Thread-safe until confined; requests posted by one thread are processed in order.
 *
 * <p><b>A peer that dies.</b> A connected queue pair notices it only while one of its requests waits for an answer:
 * the request then completes with {@link WorkCompletionStatus#RETRY_EXCEEDED} after the timeouts and retries set, and
 * the queue pair goes to {@link QueuePairState#ERROR}. While nothing is outstanding, nothing is sent, and receives wait
 * without end; this is so on every device. A program that must know asks now and then with an RDMA WRITE of no bytes:
 *
 * <pre>{@code
 * SendRequest probe = SendRequest.allocate(0).write(0, 0);
 * queuePair.postSend(probe);
 * }</pre>
 *
 * <p>It names no memory at either end and takes one packet each way; its completion says whether the peer is there. The
 * peer must allow {@link Access#REMOTE_WRITE} on its queue pair. Connections made by {@code dev.ffmverbs.cm} report a
 * peer that <em>closes</em> its end, and not one that is killed on a software device.
 */
public sealed class QueuePair extends QueueObject permits ExtendedQueuePair {

    private static final int QUERY_ALL = QueuePairAttributeFlags.STATE | QueuePairAttributeFlags.ADDRESS
        | QueuePairAttributeFlags.PATH_MTU | QueuePairAttributeFlags.DESTINATION_QUEUE_PAIR
        | QueuePairAttributeFlags.RECEIVE_PACKET_SEQUENCE_NUMBER | QueuePairAttributeFlags.SEND_PACKET_SEQUENCE_NUMBER
        | QueuePairAttributeFlags.MAXIMUM_INCOMING_READS | QueuePairAttributeFlags.MAXIMUM_OUTGOING_READS
        | QueuePairAttributeFlags.TIMEOUT | QueuePairAttributeFlags.RETRY_COUNT
        | QueuePairAttributeFlags.RNR_RETRY_COUNT;

    private static final int RETRY_COUNT_FOR_EVER = 7;

    private final ProtectionDomain domain;
    private final QueuePairOperations operations;
    private final int number;
    private final QueuePairConfiguration configuration;
    private final boolean datagrams;

    /**
     * The state last asked for. The device can only go on from there to ERROR by itself, so what this state forbids is
     * forbidden; some drivers accept it all the same, and process or lose the request later.
     */
    private volatile QueuePairState lastStateSet = QueuePairState.RESET;

    QueuePair(
        final ProtectionDomain domain, final QueuePairConfiguration asked, final QueuePairOperations operations,
        final MemorySegment given) {
        super(domain.context(), domain, asked.sendCompletionQueue(), asked.receiveCompletionQueue(),
            asked.sharedReceiveQueue());
        this.domain = domain;
        this.operations = operations;
        this.number = operations.number();
        this.datagrams = asked.type() == QueuePairType.UNRELIABLE_DATAGRAM;
        this.configuration = asked
            .withSendRequests(given.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS))
            .withReceiveRequests(given.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_REQUESTS))
            .withScatterGatherElements(
                given.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS),
                given.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_ELEMENTS))
            .withInlineBytes(given.get(JAVA_INT, QueuePairCapacitiesLayout.INLINE_BYTES));
    }

    /** Makes this queue pair known to what it depends on, and to what announces events of it. */
    final void makeKnown() {
        domain.context().remember(operations, this);
        joinParents();
    }

    /**
     * The queue pair's number, by which the peer addresses it.
     *
     * @return 24 bits.
     */
    public final int number() {
        return number;
    }

    /**
     * The protection domain whose memory it may use.
     *
     * @return the protection domain.
     */
    public final ProtectionDomain protectionDomain() {
        return domain;
    }

    /**
     * What it was created with, the sizes being those the device gave: at least those asked for.
     *
     * @return the configuration.
     */
    public final QueuePairConfiguration configuration() {
        return configuration;
    }

    /**
     * Changes attributes and state ({@code ibv_modify_qp(3)}).
     *
     * <p>Where the device is Linux rxe, to {@link QueuePairState#RESET} only while the peer is silent: version 6.1
     * frees memory in use when a packet arrives then ({@code rxe_qp.c}, {@code rxe_qp_reset}). A new queue pair
     * is safe everywhere.
     *
     * @param attributes what to change.
     * @throws VerbsException           when the device refuses: {@code EINVAL} for a transition that does not exist,
     *                                  or one that lacks or has too many attributes.
     * @throws IllegalArgumentException for {@code retryCount} 7 on a device that would then retry without limit.
     * @throws IllegalStateException    when this queue pair is closed, or a batch is open on it or its queues.
     */
    public final void modify(final QueuePairAttributes attributes) {
        requireEndingRetries(attributes);
        requireNoOpenBatch();
        enter();
        try {
            operations.modify(attributes.structure(), attributes.mask());
            if ((attributes.mask() & QueuePairAttributeFlags.STATE) != 0) {
                lastStateSet = attributes.state();
            }
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    private void requireEndingRetries(final QueuePairAttributes attributes) {
        if ((attributes.mask() & QueuePairAttributeFlags.RETRY_COUNT) != 0
            && attributes.retryCount() == RETRY_COUNT_FOR_EVER
            && device().retriesForEverAtSeven()) {
            throw new IllegalArgumentException("retryCount 7 makes " + device()
                + " retry without limit, so that a dead peer is never noticed: use 0 to 6");
        }
    }

    /**
     * Reads attributes and state ({@code ibv_query_qp(3)}).
     *
     * @return a snapshot, with no attribute marked for change.
     * @throws VerbsException        when the device refuses.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public final QueuePairAttributes query() {
        final QueuePairAttributes attributes = new QueuePairAttributes();
        enter();
        try (Arena arena = Arena.ofConfined()) {
            operations.query(attributes.structure(), QUERY_ALL, arena.allocate(QueuePairCreationLayout.LAYOUT));
            return attributes;
        } catch (final ProviderException e) {
            throw exceptionFor(e);
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
    public final QueuePairState state() {
        return query().state();
    }

    /**
     * Confines this queue pair to the calling thread, for the rest of its life: calls become cheaper, and those of
     * other threads are refused.
     *
     * <p>A confined queue pair counts no calls in progress, and where the driver's part of a call is known to be short
     * and to stay in user space, keeps the thread from switching to native state and back ({@code
     * Linker.Option.critical}). Only this thread can close it, and when this thread has ended, any.
     *
     * @throws WrongThreadException  when it is confined to another thread; every other method throws it then, too.
     * @throws IllegalStateException when this queue pair is closed, a batch is open on it or its queues, or another
     *                               thread's call on it is in progress.
     * @throws VerbsException        when the kernel refuses the barrier that finds such calls.
     */
    public final void confine() {
        confineToCurrentThread();
        operations.confine();
    }

    /**
     * Posts a send request and all chained to it ({@code ibv_post_send(3)}); never blocks, never allocates.
     *
     * @param request first request of the chain; the device has read the chain when this returns.
     * @return how many were posted: fewer than the chain has when the send queue is full. Then take completions and
     *     post the rest. A single request returns 1 or 0.
     * @throws UnsupportedVerbException when the device has no such operation.
     * @throws VerbsException           when a request is not valid in this state or for this queue pair; those before
     *                                  it were posted, it and those behind it were not.
     * @throws IllegalArgumentException when a request names no address on a datagram queue pair, or objects of another
     *                                  protection domain; then nothing was posted.
     * @throws IllegalStateException    when this queue pair or an object that a request names is closed; then nothing
     *                                  was posted.
     */
    public int postSend(final SendRequest request) {
        final int chainLength = request.chainLength();
        final CallSlot slot = beginCall();
        final int errno;
        try {
            requireSendingState("ibv_post_send");
            errno = datagrams || request.chainNamesObjects()
                ? postHoldingObjects(request) : operations.postSend(request.requestMemory());
        } finally {
            endCall(slot);
            Reference.reachabilityFence(request);
        }
        if (errno == 0) {
            return chainLength;
        }
        final int posted = request.countBeforeBadRequest();
        if (UnsupportedVerbException.means(errno)) {
            throw exceptionFor("ibv_post_send", errno, "request " + posted + " of the chain is "
                + request.operationName(posted) + ", which the device does not have");
        }
        return countPosted("ibv_post_send", errno, posted);
    }

    private int postHoldingObjects(final SendRequest first) {
        SendRequest end = first;
        int posted = 0;
        try {
            for (; end != null; end = end.next()) {
                end.enterObjects(this);
            }
            final int errno = operations.postSend(first.requestMemory());
            posted = errno == 0 ? Integer.MAX_VALUE : first.countBeforeBadRequest();
            return errno;
        } finally {
            int index = 0;
            for (SendRequest request = first; request != end; request = request.next()) {
                request.leaveObjects(this, index < posted);
                index++;
            }
        }
    }

    final void requireSendingState(final String verb) {
        final QueuePairState state = lastStateSet;
        if (state.value() < QueuePairState.READY_TO_SEND.value()) {
            throw exceptionFor(verb, Errno.EINVAL, "nothing was posted: it is in state " + state + ", sends need "
                + QueuePairState.READY_TO_SEND);
        }
    }

    /**
     * Posts a receive request and all chained to it ({@code ibv_post_recv(3)}); never blocks, never allocates.
     *
     * @param request first request of the chain; the device has read the chain when this returns.
     * @return how many were posted: fewer than the chain has when the receive queue is full.
     * @throws VerbsException        when a request is not valid in this state or for this queue pair; those before it
     *                               were posted, it and those behind it were not. Also when receives are posted to a
     *                               shared queue.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public final int postReceive(final ReceiveRequest request) {
        final int chainLength = request.chainLength();
        final CallSlot slot = beginCall();
        final int errno;
        try {
            requireReceivingState();
            errno = operations.postReceive(request.requestMemory());
        } finally {
            endCall(slot);
            Reference.reachabilityFence(request);
        }
        return errno == 0 ? chainLength
            : countPosted("ibv_post_recv", errno, request.countBeforeBadRequest());
    }

    private void requireReceivingState() {
        if (lastStateSet == QueuePairState.RESET) {
            throw exceptionFor("ibv_post_recv", Errno.EINVAL,
                "nothing was posted: it is in state RESET, receives need INIT");
        }
        if (configuration.sharedReceiveQueue() != null) {
            throw exceptionFor("ibv_post_recv", Errno.EINVAL, "nothing was posted: its receives are posted to "
                + configuration.sharedReceiveQueue());
        }
    }

    /**
     * Binds a memory window of type 1 to a part of a region ({@code ibv_bind_mw(3)}); takes a place in the send queue.
     *
     * <p>The window's {@link MemoryWindow#rkey()} is the new key on return; peers can use it when the request has
     * completed. When it completes with an error, the key is of no use.
     *
     * @param window        open window of type 1 of this queue pair's protection domain.
     * @param workRequestId number its completion carries.
     * @param region        open region, registered with {@link Access#MEMORY_WINDOW_BIND}.
     * @param offsetBytes   offset in the region.
     * @param lengthBytes   length of the part.
     * @param access        what peers may do through the window: remote rights only.
     * @return whether it was posted: false when the send queue is full.
     * @throws UnsupportedVerbException  when the device has no such operation.
     * @throws VerbsException            when the device refuses, for example in this state.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the window is of type 2, see {@link SendRequest#bindMemoryWindow}, or of
     *                                   another protection domain.
     * @throws IllegalStateException     when this queue pair, the window or the region is closed.
     */
    public final boolean bindMemoryWindow(
        final MemoryWindow window, final long workRequestId, final MemoryRegion region, final long offsetBytes,
        final long lengthBytes, final Access... access) {
        window.requireBindable(MemoryWindowType.TYPE_1, region);
        region.checkRange(offsetBytes, lengthBytes);
        requireNoOpenBatch();
        enter();
        try (Arena arena = Arena.ofConfined()) {
            requireSendingState("ibv_bind_mw");
            final MemorySegment bind = arena.allocate(MemoryWindowBindLayout.LAYOUT);
            bind.set(JAVA_LONG, MemoryWindowBindLayout.WORK_REQUEST_ID, workRequestId);
            bind.set(JAVA_INT, MemoryWindowBindLayout.FLAGS, SendFlags.SIGNALED);
            region.writeRange(MemoryWindowBindLayout.range(bind), offsetBytes, lengthBytes, access);
            return 1 == bind(window, region, bind);
        } finally {
            leave();
        }
    }

    private int bind(final MemoryWindow window, final MemoryRegion region, final MemorySegment bind) {
        window.enterFor(this, region);
        try {
            final int errno = operations.bindMemoryWindow(window.operations(), bind);
            window.readBoundKey();
            return errno == 0 ? 1 : countPosted("ibv_bind_mw", errno, 0);
        } finally {
            region.leave();
            window.leave();
        }
    }

    private int countPosted(final String verb, final int errno, final int posted) {
        if (errno == Errno.ENOMEM) {
            return posted;
        }
        throw exceptionFor(verb, errno, "request " + posted + " of the chain is not valid in state " + lastStateSet
            + " or later, or has too many local buffers or too much inline data for " + configuration);
    }

    final VerbsException exceptionFor(final String verb, final int errno, final String reason) {
        return exceptionFor(new ProviderException(verb, toString(), errno, reason));
    }

    @Override
    void requireNoOpenBatch() {
        configuration.sendCompletionQueue().requireNoOpenBatch();
        configuration.receiveCompletionQueue().requireNoOpenBatch();
    }

    @Override
    void free() throws ProviderException {
        operations.close();
        domain.context().forget(operations);
    }

    @Override
    public String toString() {
        return "QueuePair " + number;
    }
}
