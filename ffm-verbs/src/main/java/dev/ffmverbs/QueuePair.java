// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.QueuePairOperations;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.layout.MemoryWindowBindLayout;
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
public sealed class QueuePair extends QueuePairConnection permits ExtendedQueuePair {

    private final QueuePairOperations operations;
    private final QueuePairConfiguration configuration;

    /** Whether requests can be refused for what they are, before the device sees them. */
    private final boolean checksRequests;

    /** What iWARP adds to posting; null on other devices. */
    private final IwarpRequests iwarpRequests;

    QueuePair(
        final ProtectionDomain domain, final QueuePairConfiguration asked, final QueuePairOperations operations,
        final MemorySegment given) {
        super(domain, asked, operations, given);
        this.operations = operations;
        this.configuration = configuration();
        this.checksRequests = asked.type() != QueuePairType.RELIABLE_CONNECTION || isIwarp();
        this.iwarpRequests = isIwarp() ? new IwarpRequests(this, operations) : null;
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
     *                                  a READ or atomic on an unreliable connection, and on iWARP for an atomic, an
     *                                  immediate value, an unknown operation, a READ with a fence or with more or
     *                                  less than one local buffer, and inline data in other requests than SEND and
     *                                  WRITE.
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
            final int errno = iwarpRequests == null ? operations.postSend(first.requestMemory())
                : iwarpRequests.post(first.requestMemory());
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

    /** Prepares a request for the transport, or refuses it if the transport does not have it. */
    final void prepareRequest(final MemorySegment request) {
        if (iwarpRequests != null) {
            iwarpRequests.prepare(request);
        }
    }

    final void requireSendingState(final String verb) {
        final QueuePairState state = lastStateSet();
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
        if (lastStateSet() == QueuePairState.RESET) {
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
        throw exceptionFor(verb, errno, "request " + posted + " of the chain is not valid in state " + lastStateSet()
            + " or later, or has too many local buffers or too much inline data for " + configuration
            + (iwarpRequests == null ? "" : "; on siw, a receive needs a local buffer, which may be of no bytes"));
    }
}
