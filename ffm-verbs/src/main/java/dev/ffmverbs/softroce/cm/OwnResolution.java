// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.ResolutionFields;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.spi.ResolutionStatus;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;

/**
 * A request of this device for the queue pair of a peer's service. SIDR_REQ is sent until SIDR_REP arrives or the time
 * is up.
 *
 * <p>All methods are called under the communication manager's lock.
 */
final class OwnResolution implements Timed {

    /** When a change that has failed is tried again. */
    private static final long AFTER_FAILURE_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EndpointContext context;
    private final InetAddress peer;
    private final int trafficClass;
    private final ManagementMessage request;
    private EndpointObserver observer;
    private Retransmission retransmission;

    OwnResolution(
        final EndpointContext context, final InetAddress peer, final int trafficClass,
        final ManagementMessage request, final EndpointObserver observer) {
        this.context = context;
        this.peer = peer;
        this.trafficClass = trafficClass;
        this.request = request;
        this.observer = observer;
    }

    void start(final long nowNs) {
        retransmission = new Retransmission(
            request, context.settings().retryIntervalNs(), context.settings().patienceNs(), nowNs);
        context.timers().set(this, retransmission.deadlineNs());
        context.resolutions().put(localId(), this);
        context.send(peer, trafficClass, request);
    }

    /** Handles an answer that names this request. Drops it if it does not come from the peer, or makes no sense. */
    void handle(final InetAddress source, final ManagementMessage reply) {
        if (!source.equals(peer) || reply.transactionId() != request.transactionId()) {
            context.count(CommunicationCounter.DROPPED_PEER);
        } else if (reply.get(ResolutionFields.STATUS) == ResolutionStatus.VALID && !namesQueuePair(reply)) {
            context.count(CommunicationCounter.DROPPED_STATE);
        } else {
            end(EndpointEvent.ofResolution(reply));
        }
    }

    private static boolean namesQueuePair(final ManagementMessage reply) {
        return QueuePairNumbers.isOfProgram(reply.get(ResolutionFields.QUEUE_PAIR));
    }

    /** Ends the request. Doing so again after a failure does the rest. */
    private void end(final EndpointEvent event) {
        observer.on(event);
        abandon();
    }

    /** Stops asking, and reports nothing any longer. */
    void abandon() {
        observer = EndpointObserver.NOBODY;
        context.resolutions().remove(localId(), this);
        context.timers().cancel(this);
    }

    @Override
    public int localId() {
        return request.get(ResolutionFields.REQUEST_ID);
    }

    @Override
    public void expire(final long nowNs) {
        context.timers().set(this, nowNs + AFTER_FAILURE_NS);
        if (retransmission.isTimeUp(nowNs)) {
            end(EndpointEvent.ofTimeout(EndpointEvent.Kind.UNREACHABLE));
        } else {
            retransmission.planNext(nowNs);
            context.timers().set(this, retransmission.deadlineNs());
            context.count(CommunicationCounter.RETRANSMITTED);
            context.send(peer, trafficClass, request);
        }
    }

    @Override
    public String toString() {
        return String.format("request %08x for a queue pair of %s", localId(), peer.getHostAddress());
    }
}
