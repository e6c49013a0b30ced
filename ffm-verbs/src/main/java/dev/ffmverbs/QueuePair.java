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
 * A queue pair: a send queue and a receive queue that together form one end of a connection ({@code struct ibv_qp}).
 *
 * <p>Thread-safe until confined. Requests posted by one thread are processed in order.
 *
 * <p><b>A peer that dies.</b> A connected queue pair detects a dead peer only while one of its requests waits for a
 * response. After the configured timeouts and retries, the request completes with {@link
 * WorkCompletionStatus#RETRY_EXCEEDED} and the queue pair goes to {@link QueuePairState#ERROR}. While no request is
 * outstanding, the device sends nothing, and receives wait indefinitely. This holds for every device. A program that
 * must detect a dead peer posts an RDMA WRITE of zero bytes at intervals:
 *
 * <pre>{@code
 * SendRequest probe = SendRequest.allocate(0).write(0, 0);
 * queuePair.postSend(probe);
 * }</pre>
 *
 * <p>The request names no memory at either end and takes one packet each way. Its completion tells whether the peer
 * answers. The peer must allow {@link Access#REMOTE_WRITE} on its queue pair. Connections made by {@code
 * dev.ffmverbs.cm} report a peer that <em>closes</em> its end. They do not report a killed peer on a software device.
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

    /** Whether requests can be refused for what they are, before the device sees them. */
    private final boolean checksRequests;

    /**
     * The state last requested. From there the device itself can change the state only to ERROR, so a request that this
     * state forbids is never valid. Some drivers accept such a request anyway, and process or lose it later.
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
        this.checksRequests = asked.type() != QueuePairType.RELIABLE_CONNECTION;
        this.configuration = asked
            .withSendRequests(given.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_REQUESTS))
            .withReceiveRequests(given.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_REQUESTS))
            .withScatterGatherElements(
                given.get(JAVA_INT, QueuePairCapacitiesLayout.SEND_ELEMENTS),
                given.get(JAVA_INT, QueuePairCapacitiesLayout.RECEIVE_ELEMENTS))
            .withInlineBytes(given.get(JAVA_INT, QueuePairCapacitiesLayout.INLINE_BYTES));
    }

    /** Registers this queue pair with its parents, and with the context that reports its events. */
    final void makeKnown() {
        domain.context().remember(operations, this);
        joinParents();
    }

    /**
     * Returns the queue pair number, by which the peer addresses it ({@code ibv_qp.qp_num}).
     *
     * @return the 24-bit number.
     */
    public final int number() {
        return number;
    }

    /**
     * Returns the protection domain whose memory this queue pair may use.
     *
     * @return the protection domain.
     */
    public final ProtectionDomain protectionDomain() {
        return domain;
    }

    /**
     * Returns the configuration this queue pair was created with. Its sizes are those that the device granted, at least
     * those requested.
     *
     * @return the configuration.
     */
    public final QueuePairConfiguration configuration() {
        return configuration;
    }

    /**
     * Changes attributes and state ({@code ibv_modify_qp(3)}).
     *
     * <p>On Linux rxe, change to {@link QueuePairState#RESET} only while the peer sends nothing. Version 6.1 frees
     * memory in use when a packet arrives during the change ({@code rxe_qp.c}, {@code rxe_qp_reset}). Creating a new
     * queue pair instead is safe on every device.
     *
     * @param attributes the attributes to change.
     * @throws VerbsException           when the device refuses: {@code EINVAL} for a transition that does not exist, a
     *                                  missing attribute, or an attribute the transition does not allow.
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
                + " retry without limit, so that a dead peer is never detected; use 0 to 6");
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
     * Reads the current state ({@code ibv_query_qp(3)}).
     *
     * @return the state.
     * @throws VerbsException        when the device refuses.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public final QueuePairState state() {
        return query().state();
    }

    /**
     * Confines this queue pair to the calling thread for the rest of its life. Calls become cheaper, and calls by other
     * threads are refused.
     *
     * <p>A confined queue pair does not count calls in progress. Where the driver's part of a call is known to be short
     * and to stay in user space, the call also skips the thread's transition to native state and back ({@code
     * Linker.Option.critical}). Only this thread can close the queue pair. After this thread has ended, any thread can.
     *
     * @throws WrongThreadException  when it is confined to another thread; every other method then throws it, too.
     * @throws IllegalStateException when this queue pair is closed, a batch is open on it or its queues, or another
     *                               thread's call on it is in progress. Calls that only post may be waited
     *                               for instead.
     * @throws VerbsException        when the kernel refuses the barrier that finds such calls.
     */
    public final void confine() {
        confineToCurrentThread();
        operations.confine();
    }

    /**
     * Posts a send request and all requests chained to it ({@code ibv_post_send(3)}). Never blocks, never allocates.
     *
     * @param request first request of the chain; the device has read the whole chain when this method returns.
     * @return how many were posted; fewer than the chain holds when the send queue is full. Then take completions and
     *     post the rest. For a single request the result is 1 or 0.
     * @throws UnsupportedVerbException when the device lacks the operation of a request. Also, with nothing posted, for
     *                                  a READ or atomic on an unreliable connection.
     * @throws VerbsException           when a request is not valid in this state or for this queue pair; the requests
     *                                  before it are posted, the others are not.
     * @throws IllegalArgumentException when a request names no address on a datagram queue pair, or objects of another
     *                                  protection domain; nothing is posted.
     * @throws IllegalStateException    when this queue pair or an object that a request names is closed; nothing is
     *                                  posted.
     */
    public int postSend(final SendRequest request) {
        final int chainLength = request.chainLength();
        final CallSlot slot = enterCall();
        final int errno;
        try {
            requireSendingState("ibv_post_send");
            errno = checksRequests || request.chainNamesObjects()
                ? postHoldingObjects(request) : operations.postSend(request.requestMemory());
        } finally {
            leave(slot);
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
     * Posts a receive request and all requests chained to it ({@code ibv_post_recv(3)}). Never blocks, never allocates.
     *
     * @param request first request of the chain; the device has read the whole chain when this method returns.
     * @return how many were posted; fewer than the chain holds when the receive queue is full.
     * @throws VerbsException        when a request is not valid in this state or for this queue pair; the requests
     *                               before it are posted, the others are not. Also when the queue pair receives from a
     *                               shared receive queue.
     * @throws IllegalStateException when this queue pair is closed.
     */
    public final int postReceive(final ReceiveRequest request) {
        final int chainLength = request.chainLength();
        final CallSlot slot = enterCall();
        final int errno;
        try {
            requireReceivingState();
            errno = operations.postReceive(request.requestMemory());
        } finally {
            leave(slot);
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
     * Binds a memory window of type 1 to a part of a region ({@code ibv_bind_mw(3)}). The bind takes one place in the
     * send queue.
     *
     * <p>On return, {@link MemoryWindow#rkey()} is the new key. Peers can use it once the request has completed. When
     * the request completes with an error, the key is not usable.
     *
     * @param window        open window of type 1 of this queue pair's protection domain.
     * @param workRequestId number that the completion carries.
     * @param region        open region, registered with {@link Access#MEMORY_WINDOW_BIND}.
     * @param offsetBytes   offset in the region.
     * @param lengthBytes   length of the part in bytes.
     * @param access        what peers may do through the window: remote rights only.
     * @return true when the bind was posted, false when the send queue is full.
     * @throws UnsupportedVerbException  when the device cannot bind memory windows of type 1.
     * @throws VerbsException            when the device refuses, for example in this state.
     * @throws IndexOutOfBoundsException when the range is not within the region.
     * @throws IllegalArgumentException  when the window is of type 2 (see {@link SendRequest#bindMemoryWindow}), or
     *                                   belongs to another protection domain.
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
