// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.EventTypes;
import java.lang.foreign.Arena;

/** A queue pair of the reliable connection service, with its requester and its responder. */
public final class ReliableConnection extends TransportService {

    private static final int REMOTE_RIGHTS_NONE = 0;

    /**
     * Greatest distance of a sequence number from those expected at which the peer may still have chosen it. Larger
     * than what is usually in flight, and small enough that a stranger hardly guesses one.
     */
    private static final int NEAR_PACKETS = 128;

    private final TransportContext context;
    private final PeerIdentifications identifications = new PeerIdentifications();
    private final PeerTrains trains;
    private final OutgoingPackets out;
    private final ConnectionRecorder recorder;
    private final Requester requester;
    private final ResponseReader responses;
    private final Responder responder;
    private final IncomingMessage message;

    private UdpPath path;
    private int pathMtuBytes;
    private boolean communicationEstablished;
    private boolean probed;
    private boolean probeWaits;

    /**
     * Creates a connection in state RESET.
     *
     * @param arena              provides a little memory. Must outlive the connection.
     * @param number             number of the queue pair, 24 bits.
     * @param protectionDomain   number of its protection domain.
     * @param context            state shared with the other connections of the device.
     * @param sendQueue          its send queue.
     * @param receiveQueue       its receive queue, or a shared one.
     * @param sendCompletions    receives the completions of the send queue.
     * @param receiveCompletions receives the completions of the receive queue.
     * @param signalAll          whether every send produces a completion ({@code sq_sig_all}).
     */
    public ReliableConnection(
        final Arena arena, final int number, final int protectionDomain, final TransportContext context,
        final SendQueue sendQueue, final ReceiveQueue receiveQueue, final CompletionSink sendCompletions,
        final CompletionSink receiveCompletions, final boolean signalAll) {
        super(number, context, sendQueue, receiveQueue);
        this.context = context;
        this.trains = new PeerTrains(this, context.counters());
        this.out = new OutgoingPackets(context, trains);
        this.recorder = new ConnectionRecorder(number);
        final ScatterGather scatterGather = new ScatterGather(context.memory(), protectionDomain);
        this.requester =
            new Requester(this, sendQueue, scatterGather, out, sendCompletions, context, protectionDomain, signalAll);
        this.responses =
            new ResponseReader(this, requester, sendQueue, scatterGather, context.counters());
        this.message = new IncomingMessage(number, receiveQueue, new CurrentReceive(arena, receiveQueue.maxElements()),
            scatterGather, context, protectionDomain, receiveCompletions);
        this.responder = new Responder(this, message, out, context, protectionDomain);
    }

    /**
     * Goes from RESET or INIT to INIT.
     *
     * @param remoteRights operations that peers may perform through this queue pair ({@code qp_access_flags}).
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
     * @param attributes attributes of the responder.
     * @throws IllegalStateException in any other state.
     */
    public void readyToReceive(final ReceiveAttributes attributes) {
        require(ConnectionState.READY_TO_RECEIVE, state() == ConnectionState.INIT);
        path = attributes.path();
        pathMtuBytes = attributes.pathMtuBytes();
        identifications.reset();
        trains.reset();
        communicationEstablished = false;
        probed = false;
        probeWaits = false;
        out.connect(path, attributes.destinationQueuePair());
        recorder.connect(path, attributes.destinationQueuePair());
        responder.connect(attributes);
        enter(ConnectionState.READY_TO_RECEIVE);
    }

    /**
     * Goes from READY_TO_RECEIVE to READY_TO_SEND.
     *
     * @param attributes attributes of the requester.
     * @throws IllegalStateException in any other state.
     */
    public void readyToSend(final SendAttributes attributes) {
        require(ConnectionState.READY_TO_SEND, state() == ConnectionState.READY_TO_RECEIVE);
        requester.connect(attributes, path.remoteIp(), pathMtuBytes);
        enter(ConnectionState.READY_TO_SEND);
    }

    @Override
    void drainSends(final boolean drains) {
        requester.drain(drains);
    }

    @Override
    boolean hasStartedRequests() {
        return requester.window().hasIncomplete();
    }

    /**
     * Changes the operations that peers may perform through this queue pair, in any state.
     *
     * @param remoteRights flags as for {@link #initialize}.
     */
    public void remoteRights(final int remoteRights) {
        responder.remoteRights(remoteRights);
    }

    /**
     * Changes the delay that RNR NAKs request, in any state.
     *
     * @param timerCode {@code min_rnr_timer}, 0 to 31.
     */
    public void minRnrTimer(final int timerCode) {
        responder.minRnrTimer(timerCode);
    }

    @Override
    public void reset() {
        enter(ConnectionState.RESET);
        requester.reset();
        responder.stop();
        message.clear();
        responder.remoteRights(REMOTE_RIGHTS_NONE);
    }

    @Override
    void fail() {
        enter(ConnectionState.ERROR);
        responder.stop();
        requester.flush();
        message.flush();
        if (message.hasSharedQueue()) {
            report(EventTypes.LAST_REQUEST_REACHED);
        }
    }

    ConnectionRecorder recorder() {
        return recorder;
    }

    PeerTrains trains() {
        return trains;
    }

    @Override
    public void receive(final RocePacket packet, final Arrival arrival, final long nowNs) {
        final ConnectionState state = state();
        final TransportCounters counters = context.counters();
        final int traits = Opcode.traits(packet.bth().opcode());
        final boolean request = (traits & Opcode.REQUEST) != 0;
        if ((traits & Opcode.RELIABLE_CONNECTION) == 0) {
            counters.increment(TransportCounter.DROPPED_OPCODE);
        } else if (!(request ? state.responds() : state.requests())) {
            counters.increment(TransportCounter.DROPPED_STATE);
        } else if (!arrival.isOf(path)) {
            counters.increment(TransportCounter.DROPPED_PEER);
        } else {
            final boolean near = isNear(packet.bth().packetSequenceNumber(), request);
            final int identification = context.icrc().verify(packet, arrival);
            if (!identifications.accepts(identification, near)) {
                counters.increment(TransportCounter.DROPPED_CHECKSUM);
                return;
            }
            if (near) {
                learnFromPeer(identification, request);
            }
            handle(packet, request, nowNs);
        }
    }

    /**
     * Returns whether a packet has a sequence number that the peer uses. Anyone can send packets in the name of the
     * peer, but without knowing its sequence numbers.
     */
    private boolean isNear(final int psn, final boolean request) {
        if (request) {
            return Math.abs(PacketSequenceNumber.distance(responder.expectedPsn(), psn)) <= NEAR_PACKETS;
        }
        final SendWindow window = requester.window();
        final int ahead = PacketSequenceNumber.distance(window.unacked(), psn);
        return ahead < 0 ? ahead >= -NEAR_PACKETS : window.isUnanswered(psn);
    }

    private void learnFromPeer(final int identification, final boolean request) {
        if (identifications.isOfTrain(identification)) {
            trains.markTaken();
        }
        if (probed) {
            probed = false;
            report(AsynchronousEvents.PEER_ANSWERED);
        }
        if (request && state() == ConnectionState.READY_TO_RECEIVE && !communicationEstablished) {
            communicationEstablished = true;
            report(EventTypes.COMMUNICATION_ESTABLISHED);
        }
    }

    private void handle(final RocePacket packet, final boolean request, final long nowNs) {
        if (request) {
            responder.receive(packet);
        } else {
            responses.read(packet, nowNs);
        }
    }

    /** Sends what is due, responses first. */
    @Override
    public boolean transmit(final long nowNs, final int maxPackets) {
        final ConnectionState state = state();
        if (state == ConnectionState.ERROR) {
            requester.flush();
            message.flush();
            return false;
        }
        boolean more = false;
        if (state.responds()) {
            more = responder.transmit(maxPackets) == maxPackets;
        }
        // Not the state of before, because the responder may have failed.
        if (state().requests()) {
            if (probeWaits) {
                probeWaits = !requester.repeatAnswered();
            }
            more |= requester.transmit(nowNs, maxPackets) == maxPackets;
        }
        return more;
    }

    /**
     * Makes the peer prove that it is alive. Sends a packet with a sequence number that the peer has already
     * acknowledged, or would have. A responder acknowledges such a packet again without executing it (IBTA 9.7.5.1.2).
     * The next packet with a sequence number that the peer uses raises {@link AsynchronousEvents#PEER_ANSWERED}. Does
     * nothing if the queue pair is not connected. {@link #transmit} must be called afterwards.
     */
    @Override
    public void probe() {
        probed = state().requests();
        probeWaits = probed;
    }

    @Override
    public boolean hasDeadline() {
        return state().requests() && requester.timers().hasNext();
    }

    @Override
    public long deadlineNs() {
        return requester.timers().nextNs();
    }

    @Override
    public void expire(final long nowNs) {
        if (state().requests()) {
            requester.expire(nowNs);
        }
    }
}
