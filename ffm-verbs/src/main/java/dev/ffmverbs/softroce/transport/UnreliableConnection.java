// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.BaseTransportHeader;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.SendFlags;
import java.lang.foreign.Arena;

/**
 * A queue pair of the unreliable connection service. It sends and receives SENDs and WRITEs of any length.
 *
 * <p>Nothing is answered or repeated. If a packet of a message is lost, the rest of the message is dropped, and the
 * connection continues with the next message (IBTA 9.8).
 */
public final class UnreliableConnection extends TransportService {

    private static final int REMOTE_RIGHTS_NONE = 0;

    private final PeerIdentifications identifications = new PeerIdentifications();
    private final LonePackets out;
    private final UnreliableRequester requester;
    private final UnreliableResponder responder;
    private UdpPath path;
    private int mtu;
    private int destinationQueuePair;
    private boolean communicationEstablished;

    /**
     * Creates a connection in state RESET.
     *
     * @param arena            provides a little memory. Must outlive the connection.
     * @param number           number of the queue pair, 24 bits.
     * @param protectionDomain number of its protection domain.
     * @param context          state shared with the other queue pairs of the device.
     * @param queues           its queues.
     */
    public UnreliableConnection(
        final Arena arena, final int number, final int protectionDomain, final TransportContext context,
        final QueuePairQueues queues) {
        super(number, context, queues.sends(), queues.receives());
        final ScatterGather memory = new ScatterGather(context.memory(), protectionDomain);
        final IncomingMessage message = new IncomingMessage(number, queues.receives(),
            new CurrentReceive(arena, queues.receives().maxElements()), memory, context, protectionDomain,
            queues.receiveCompletions());
        this.out = new LonePackets(context);
        this.requester = new UnreliableRequester(this, queues, memory, new Writer());
        this.responder = new UnreliableResponder(this, message);
    }

    /**
     * Goes from RESET or INIT to INIT.
     *
     * @param remoteRights operations that the peer may perform through this queue pair ({@code qp_access_flags}).
     * @throws IllegalStateException in any other state.
     */
    public void initialize(final int remoteRights) {
        require(ConnectionState.INIT, state() == ConnectionState.RESET || state() == ConnectionState.INIT);
        responder.remoteRights(remoteRights);
        enter(ConnectionState.INIT);
    }

    /**
     * Goes from INIT to READY_TO_RECEIVE.
     *
     * @param newPath                 addresses of both sides.
     * @param pathMtuBytes            payload bytes per packet. Must be the same on both sides.
     * @param newDestinationQueuePair number of the peer's queue pair, 24 bits.
     * @param firstPsn                {@code rq_psn}: sequence number the peer starts with, 24 bits.
     * @throws IllegalStateException in any other state.
     */
    public void readyToReceive(
        final UdpPath newPath, final int pathMtuBytes, final int newDestinationQueuePair, final int firstPsn) {
        require(ConnectionState.READY_TO_RECEIVE, state() == ConnectionState.INIT);
        path = newPath;
        mtu = pathMtuBytes;
        destinationQueuePair = newDestinationQueuePair;
        identifications.reset();
        communicationEstablished = false;
        responder.connect(pathMtuBytes, firstPsn);
        enter(ConnectionState.READY_TO_RECEIVE);
    }

    /**
     * Goes from READY_TO_RECEIVE to READY_TO_SEND.
     *
     * @param firstPsn {@code sq_psn}: first sequence number, 24 bits.
     * @throws IllegalStateException in any other state.
     */
    public void readyToSend(final int firstPsn) {
        require(ConnectionState.READY_TO_SEND, state() == ConnectionState.READY_TO_RECEIVE);
        requester.start(firstPsn);
        enter(ConnectionState.READY_TO_SEND);
    }

    /**
     * Changes the operations that the peer may perform through this queue pair, in any state.
     *
     * @param remoteRights flags as for {@link #initialize}.
     */
    public void remoteRights(final int remoteRights) {
        responder.remoteRights(remoteRights);
    }

    @Override
    void drainSends(final boolean drains) {
        requester.drain(drains);
    }

    @Override
    boolean hasStartedRequests() {
        return requester.isWithinRequest();
    }

    @Override
    void fail() {
        enter(ConnectionState.ERROR);
        requester.flush();
        responder.flush();
        if (receiveQueue().isShared()) {
            report(EventTypes.LAST_REQUEST_REACHED);
        }
    }

    @Override
    public void reset() {
        enter(ConnectionState.RESET);
        requester.reset();
        responder.clear();
        responder.remoteRights(REMOTE_RIGHTS_NONE);
    }

    @Override
    public void receive(final RocePacket packet, final Arrival arrival, final long nowNs) {
        final TransportCounters counters = context().counters();
        if (!Opcode.is(packet.bth().opcode(), Opcode.UNRELIABLE_CONNECTION)) {
            counters.increment(TransportCounter.DROPPED_OPCODE);
        } else if (!state().responds()) {
            counters.increment(TransportCounter.DROPPED_STATE);
        } else if (!arrival.isOf(path)) {
            counters.increment(TransportCounter.DROPPED_PEER);
        } else if (!identifications.accepts(context().icrc().verify(packet, arrival))) {
            counters.increment(TransportCounter.DROPPED_CHECKSUM);
        } else {
            if (state() == ConnectionState.READY_TO_RECEIVE && !communicationEstablished) {
                communicationEstablished = true;
                report(EventTypes.COMMUNICATION_ESTABLISHED);
            }
            responder.receive(packet);
        }
    }

    /** Sends requests, but no more at once than a receiver is sure to have room for. Nobody reports what is lost. */
    @Override
    public boolean transmit(final long nowNs, final int maxPackets) {
        if (state() == ConnectionState.ERROR) {
            requester.flush();
            responder.flush();
            return false;
        }
        if (!state().requests()) {
            return false;
        }
        final int burst = Math.max(1, Math.min(maxPackets, context().settings().readBurstBytes() / mtu));
        return requester.transmit(burst) == burst;
    }

    /** Sends the packets of SENDs and WRITEs. */
    private final class Writer implements UnreliableRequester.PacketWriter {

        @Override
        public int countPackets(final long slot) {
            return (int) Math.max(1, (sendQueue().length(slot) + mtu - 1) / mtu);
        }

        @Override
        public int sendPacket(final long request, final int index, final boolean last, final int psn) {
            final RocePacket packet = out.claim();
            if (packet == null) {
                return UnreliableRequester.NO_ROOM;
            }
            final SendQueue queue = sendQueue();
            final long slot = queue.offset(request);
            final int opcode =
                Opcode.UNRELIABLE + RequestPackets.opcode(queue.operation(slot), index == 0, last);
            packet.begin(opcode, destinationQueuePair, psn,
                last && queue.isFlagged(slot, SendFlags.SOLICITED) ? BaseTransportHeader.SOLICITED : 0);
            if (Opcode.is(opcode, Opcode.RETH)) {
                packet.reth().set(queue.remoteAddress(slot), queue.rkey(slot), queue.length(slot));
            }
            if (Opcode.is(opcode, Opcode.IMMEDIATE)) {
                packet.immDt().set(queue.immediate(slot));
            }
            final long offset = (long) index * mtu;
            final int bytes = (int) Math.min(mtu, queue.length(slot) - offset);
            if (!requester.gather(slot, offset, packet, bytes)) {
                return CompletionStatuses.LOCAL_PROTECTION_ERROR;
            }
            packet.endPayload(bytes);
            out.send(packet, path);
            return CompletionStatuses.SUCCESS;
        }
    }
}
