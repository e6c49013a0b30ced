// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;

/** Sends the packets of requests until they are answered or the retries are exhausted, and completes the requests. */
final class Requester {

    private final ReliableConnection connection;
    private final SendQueue queue;
    private final ScatterGather memory;
    private final CompletionSink completions;
    private final ConnectionRecorder recorder;
    private final TransportCounters counters;
    private final TransportSettings settings;
    private final boolean signalAll;
    private final SendWindow window;
    private final RetryTimers timers = new RetryTimers();
    private final TrainTrial trial;
    private final SendPace pace;
    private final RequestWriter writer;
    private final LocalRequests local;
    private final PeerBudgets peers;

    private OutstandingReads reads;
    /** The share in what may be in flight to the peer. Null before the first connection. */
    private PeerBudgets.Share share;
    private int mtu;
    private boolean wentBackEarly;
    private boolean draining;
    private boolean drainReported;

    Requester(
        final ReliableConnection connection, final SendQueue queue, final ScatterGather memory,
        final OutgoingPackets out, final CompletionSink completions, final TransportContext context,
        final int protectionDomain, final boolean signalAll) {
        this.connection = connection;
        this.queue = queue;
        this.memory = memory;
        this.completions = completions;
        this.recorder = connection.recorder();
        this.counters = context.counters();
        this.settings = context.settings();
        this.signalAll = signalAll;
        this.window = new SendWindow(queue);
        this.trial = new TrainTrial(connection.trains());
        this.pace = new SendPace(settings);
        this.writer = new RequestWriter(queue, memory, out, window, pace, trial, signalAll);
        this.local = new LocalRequests(queue, context.memory().windows(), protectionDomain, connection.number());
        this.peers = context.peers();
        this.reads = new OutstandingReads(0, context.reads().newShare(connection.number()));
    }

    void connect(final SendAttributes attributes, final IpAddress peerAddress, final int pathMtuBytes) {
        mtu = pathMtuBytes;
        reads = reads.withLimit(attributes.maxReadAtomic());
        leaveBudgets();
        share = peers.join(peerAddress, connection.number());
        timers.configure(attributes, settings.minimumTimeoutNs());
        window.start(attributes.firstPsn());
        trial.reset();
        pace.reset();
        writer.connect(mtu, reads, share);
        wentBackEarly = false;
    }

    SendWindow window() {
        return window;
    }

    RetryTimers timers() {
        return timers;
    }

    int mtu() {
        return mtu;
    }

    /** See {@link RequestWriter#repeatAnswered()}. */
    boolean repeatAnswered() {
        return writer.repeatAnswered();
    }

    /** Sends what may be sent, up to a number of packets. Returns how many it sent. */
    int transmit(final long nowNs, final int maxPackets) {
        int sent = 0;
        while (sent < maxPackets && sendNext(nowNs)) {
            sent++;
        }
        if (writer.owesAcknowledgeRequest() && isStopped()) {
            writer.repeatAnswered();
        }
        reads.endTurn();
        share.endTurn();
        reportDrained();
        return sent;
    }

    /** Returns whether no packet follows those sent, because of this device, although requests follow. */
    private boolean isStopped() {
        if (window.isAtNewRequest()) {
            return draining && connection.state().requests();
        }
        final int status = queue.status(queue.offset(window.cursor()));
        return status != CompletionStatuses.SUCCESS && status != SendQueue.EXECUTED;
    }

    private boolean sendNext(final long nowNs) {
        if (timers.isWaitingForReceiver() || window.isAtNewRequest() && !beginRequest()) {
            return false;
        }
        final long slot = queue.offset(window.cursor());
        final int status = queue.status(slot);
        if (status != CompletionStatuses.SUCCESS) {
            return status == SendQueue.EXECUTED && passExecuted();
        }
        final boolean heldBack = isHeldBack();
        final boolean retransmission = window.isRetransmission();
        final int packets = writer.send(slot);
        if (packets <= 0) {
            if (packets == RequestWriter.UNREADABLE) {
                failCursor(slot, CompletionStatuses.LOCAL_PROTECTION_ERROR);
            }
            return false;
        }
        if (retransmission) {
            counters.increment(TransportCounter.PACKETS_RETRANSMITTED);
        } else {
            timers.measure(window.next(), nowNs);
        }
        window.advance(packets);
        if (heldBack) {
            timers.restart(nowNs);
        }
        timers.startUnlessRunning(nowNs);
        return true;
    }

    /** Moves past a request that the device has executed itself. It completes once all requests before it are. */
    private boolean passExecuted() {
        window.advance(0);
        settleHead();
        return true;
    }

    /** Assigns sequence numbers to the next posted request. Returns false if there is none or it may not start yet. */
    private boolean beginRequest() {
        if (draining || window.cursor() == queue.postedCount()) {
            return false;
        }
        final long slot = queue.offset(window.cursor());
        if (queue.isFlagged(slot, SendFlags.FENCE) && !reads.isEmpty()) {
            return false;
        }
        final int operation = queue.operation(slot);
        if (RequestPackets.isLocal(operation)) {
            return beginLocal(slot, operation);
        }
        window.assign((int) Math.max(1, (queue.length(slot) + mtu - 1) / mtu));
        final boolean answered = RequestPackets.isAnswered(operation);
        if (answered && reads.limit() == 0) {
            failCursor(slot, CompletionStatuses.LOCAL_QUEUE_PAIR_OPERATION_ERROR);
            return false;
        }
        if (!queue.isFlagged(slot, SendFlags.INLINE) && !memory.isRegistered(
            queue.memory(), queue.data(slot), queue.elements(slot), answered ? AccessFlags.LOCAL_WRITE : 0)) {
            failCursor(slot, CompletionStatuses.LOCAL_PROTECTION_ERROR);
            return false;
        }
        return true;
    }

    /**
     * Executes a request that needs no peer. An invalidation waits until all requests before it are complete, like in
     * rxe ({@code rxe_req.c}, local invalidate fence). Returns false if it may not start yet or fails.
     */
    private boolean beginLocal(final long slot, final int operation) {
        if (operation == WorkRequestOpcodes.LOCAL_INVALIDATE && window.hasIncomplete()) {
            return false;
        }
        window.assign(0);
        final int status = local.execute(slot);
        if (status != SendQueue.EXECUTED) {
            failCursor(slot, status);
            return false;
        }
        queue.status(slot, status);
        return true;
    }

    /** Records that the request at the cursor cannot continue. It fails when all requests before it are complete. */
    private void failCursor(final long slot, final int status) {
        queue.status(slot, status);
        settleHead();
    }

    /** Resets retries and timer, because the responses of the peer moved the window by some packets. */
    void renewTries(final int answeredPackets, final long nowNs) {
        trial.receivedBefore(window.unacked());
        pace.speedUp(answeredPackets);
        reads.removeBefore(window.unacked());
        wentBackEarly = false;
        window.catchUp();
        share.recordAnswers(answeredPackets, window.inFlight());
        timers.renew(nowNs, window.unacked(), window.hasUnanswered());
    }

    /**
     * Goes back because a packet after the first unanswered one was answered, or the peer reported that one missing.
     * This happens once per packet, because packets already in flight report the same loss again.
     */
    void goBackEarly(final String reason, final long nowNs) {
        if (!wentBackEarly && !timers.isWaitingForReceiver()) {
            wentBackEarly = true;
            if (!trial.missedAt(window.unacked())) {
                slowDown();
            }
            goBack(reason);
            timers.restart(nowNs);
        }
    }

    private void goBack(final String reason) {
        trial.abandon();
        timers.markSentAgain();
        writer.restart();
        recorder.recordGoingBack(reason, window.unacked());
        window.goBack();
        reads.clear();
        share.restart();
    }

    private void slowDown() {
        pace.slowDown();
        share.recordLoss();
    }

    private void doubtPeer() {
        reads.doubtPeer();
        share.doubtPeer();
    }

    /** Returns to the budgets what the connection has of them, and stops waiting for more. */
    private void leaveBudgets() {
        reads.clear();
        if (share != null) {
            share.leave();
        }
    }

    void receiverNotReady(final long nowNs, final long delayNs) {
        if (timers.isWaitingForReceiver()) {
            return;
        }
        if (timers.waitForReceiver(nowNs, delayNs)) {
            trial.receivedBefore(PacketSequenceNumber.plus(window.unacked(), 1));
            goBack(ConnectionRecorder.RECEIVER_NOT_READY);
        } else {
            failHead(CompletionStatuses.RECEIVER_NOT_READY_RETRY_EXCEEDED, 0);
        }
    }

    void expire(final long nowNs) {
        if (isHeldBack()) {
            timers.restart(nowNs);
            return;
        }
        if (timers.noteSilence(nowNs)) {
            doubtPeer();
        }
        if (!timers.isDue(nowNs)) {
            return;
        }
        if (!timers.isWaitingForReceiver()) {
            final boolean early = timers.isEarly(nowNs);
            counters.increment(early ? TransportCounter.LATE_ANSWERS : TransportCounter.TRANSPORT_TIMEOUTS);
            if (!early && !timers.retry()) {
                failHead(CompletionStatuses.RETRY_EXCEEDED, 0);
                return;
            }
            slowDown();
            goBack(ConnectionRecorder.TIMEOUT);
            if (!early) {
                doubtPeer();
            }
        }
        wentBackEarly = false;
        timers.restartExpired(nowNs);
    }

    /** Returns whether nothing is in flight, because other connections use up a budget. */
    private boolean isHeldBack() {
        return (share.isWaiting() || reads.areWaiting()) && window.inFlight() == 0 && !timers.isWaitingForReceiver();
    }

    /** Completes the oldest request, and the next ones if the device has executed them or found them invalid. */
    void completeHead() {
        final long slot = queue.offset(window.head());
        final boolean signaled = signalAll || queue.isFlagged(slot, SendFlags.SIGNALED);
        final long workRequestId = queue.workRequestId(slot);
        final int operation = queue.operation(slot);
        final int length = (int) queue.length(slot);
        writer.recordAnswer(slot);
        window.retireHead();
        if (signaled) {
            report(workRequestId, CompletionStatuses.SUCCESS, 0, operation, length);
        }
        settleHead();
    }

    /** Reports a request. Its slot is retired first, because it may be filled once the completion is visible. */
    private void report(
        final long workRequestId, final int status, final int vendorError, final int operation, final int length) {
        completions.complete(workRequestId, status, vendorError, RequestPackets.completion(operation), length, 0, 0,
            connection.number(), false);
    }

    private void settleHead() {
        while (window.hasIncomplete()) {
            final long slot = queue.offset(window.head());
            final int status = queue.status(slot);
            if (status != SendQueue.EXECUTED) {
                if (status != CompletionStatuses.SUCCESS) {
                    failHead(status, 0);
                }
                return;
            }
            completeExecuted(slot);
        }
    }

    private void completeExecuted(final long slot) {
        final boolean signaled = signalAll || queue.isFlagged(slot, SendFlags.SIGNALED);
        final long workRequestId = queue.workRequestId(slot);
        final int operation = queue.operation(slot);
        window.retireExecuted();
        if (signaled) {
            report(workRequestId, CompletionStatuses.SUCCESS, 0, operation, 0);
        }
    }

    /** Completes the oldest request with an error, which ends the connection. */
    void failHead(final int status, final int vendorError) {
        complete(status, vendorError);
        connection.fail();
    }

    /** Completes all posted requests as flushed. */
    void flush() {
        timers.stop();
        leaveBudgets();
        while (window.head() != queue.postedCount()) {
            complete(CompletionStatuses.WORK_REQUEST_FLUSHED, 0);
        }
    }

    private void complete(final int status, final int vendorError) {
        final long slot = queue.offset(window.head());
        final long workRequestId = queue.workRequestId(slot);
        final int operation = queue.operation(slot);
        window.retireUnassigned();
        report(workRequestId, status, vendorError, operation, 0);
    }

    /** Discards all posted requests without completions. */
    void reset() {
        timers.stop();
        leaveBudgets();
        draining = false;
        while (window.head() != queue.postedCount()) {
            window.retireUnassigned();
        }
    }

    void drain(final boolean drain) {
        draining = drain;
        drainReported = false;
    }

    private void reportDrained() {
        if (draining && !drainReported && !window.hasIncomplete() && connection.state().requests()) {
            drainReported = true;
            connection.report(EventTypes.SEND_QUEUE_DRAINED);
        }
    }

    @Override
    public String toString() {
        return "Requester of " + connection + ", " + window + ", " + timers;
    }
}
