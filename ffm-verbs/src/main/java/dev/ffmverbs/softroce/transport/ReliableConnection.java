// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.EventTypes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One queue pair of the reliable connection service: its states, its requester and its responder.
 *
 * <p>The thread that drives it holds the dispatch lock, and:
 * <ul>
 *   <li>hands in each packet for its number by {@link #receive};
 *   <li>calls {@link #transmit} after packets came in, requests were posted, the sink became writable, or its own
 *       quantum was used up; calling it too often does no harm;
 *   <li>calls {@link #expire} when {@link #deadlineNs()} has come.
 * </ul>
 *
 * <p>Only {@link #state()}, {@link #sendQueue()} and {@link #receiveQueue()} may be called without the lock.
 */
public final class ReliableConnection {

    private static final int REMOTE_RIGHTS_NONE = 0;

    private final int number;
    private final TransportContext context;
    private final SendQueue sendQueue;
    private final ReceiveQueue receiveQueue;
    private final PeerIdentifications identifications = new PeerIdentifications();
    private final PeerTrains trains;
    private final OutgoingPackets out;
    private final ConnectionRecorder recorder;
    private final Requester requester;
    private final ResponseReader responses;
    private final Responder responder;
    private final IncomingMessage message;

    private volatile ConnectionState state = ConnectionState.RESET;
    private UdpPath path;
    private int pathMtuBytes;
    private boolean communicationEstablished;
    private boolean probed;
    private boolean probeWaits;

    /**
     * Creates a connection in state RESET.
     *
     * @param arena              gives a little memory, and must outlive the connection.
     * @param number             number of the queue pair, 24 bits.
     * @param protectionDomain   number of its protection domain.
     * @param context            what it shares with others of its device.
     * @param sendQueue          its send queue.
     * @param receiveQueue       its receive queue, or a shared one.
     * @param sendCompletions    takes completions of the send queue.
     * @param receiveCompletions takes completions of the receive queue.
     * @param signalAll          whether every send completes visibly ({@code sq_sig_all}).
     */
    public ReliableConnection(
        final Arena arena, final int number, final int protectionDomain, final TransportContext context,
        final SendQueue sendQueue, final ReceiveQueue receiveQueue, final CompletionSink sendCompletions,
        final CompletionSink receiveCompletions, final boolean signalAll) {
        this.number = number;
        this.context = context;
        this.sendQueue = sendQueue;
        this.receiveQueue = receiveQueue;
        this.trains = new PeerTrains(this, context.counters());
        this.out = new OutgoingPackets(context, trains);
        this.recorder = new ConnectionRecorder(number);
        final ScatterGather scatterGather = new ScatterGather(context.memory(), protectionDomain);
        this.requester =
            new Requester(this, sendQueue, scatterGather, out, sendCompletions, context, signalAll);
        this.responses =
            new ResponseReader(this, requester, sendQueue, scatterGather, context.counters());
        final MemorySegment elementList =
            arena.allocate((long) Math.max(1, receiveQueue.maxElements()) * SendQueue.ELEMENT_BYTES, Long.BYTES);
        this.message = new IncomingMessage(
            number, receiveQueue, elementList, scatterGather, context, protectionDomain, receiveCompletions);
        this.responder = new Responder(this, message, out, context, protectionDomain);
    }

    /**
     * Number of the queue pair.
     *
     * @return 24 bits.
     */
    public int number() {
        return number;
    }

    /**
     * State of the queue pair.
     *
     * @return the state now; it may go to ERROR at any time.
     */
    public ConnectionState state() {
        return state;
    }

    /**
     * Where sends are posted, when the {@linkplain ConnectionState#acceptsSends state allows}; {@link #transmit} must
     * be called afterwards.
     *
     * @return the send queue.
     */
    public SendQueue sendQueue() {
        return sendQueue;
    }

    /**
     * Where receives are posted, when the {@linkplain ConnectionState#acceptsReceives state allows}.
     *
     * @return the receive queue, possibly a shared one.
     */
    public ReceiveQueue receiveQueue() {
        return receiveQueue;
    }

    /**
     * Goes from RESET or INIT to INIT.
     *
     * @param remoteRights what peers may do over this queue pair ({@code qp_access_flags}).
     * @throws IllegalStateException in any other state.
     */
    public void initialize(final int remoteRights) {
        require("INIT", state == ConnectionState.RESET || state == ConnectionState.INIT);
        responder.remoteRights(remoteRights);
        state = ConnectionState.INIT;
    }

    /**
     * Goes from INIT to READY_TO_RECEIVE.
     *
     * @param attributes what the responder must know.
     * @throws IllegalStateException in any other state.
     */
    public void readyToReceive(final ReceiveAttributes attributes) {
        require("READY_TO_RECEIVE", state == ConnectionState.INIT);
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
        state = ConnectionState.READY_TO_RECEIVE;
    }

    /**
     * Goes from READY_TO_RECEIVE to READY_TO_SEND.
     *
     * @param attributes what the requester must know.
     * @throws IllegalStateException in any other state.
     */
    public void readyToSend(final SendAttributes attributes) {
        require("READY_TO_SEND", state == ConnectionState.READY_TO_RECEIVE);
        requester.connect(attributes, pathMtuBytes);
        state = ConnectionState.READY_TO_SEND;
    }

    /**
     * Goes from READY_TO_SEND to SEND_QUEUE_DRAIN; an event tells when everything begun is done.
     *
     * @throws IllegalStateException in any other state.
     */
    public void drain() {
        require("SEND_QUEUE_DRAIN", state == ConnectionState.READY_TO_SEND);
        requester.drain(true);
        state = ConnectionState.SEND_QUEUE_DRAIN;
    }

    /**
     * Goes back from SEND_QUEUE_DRAIN to READY_TO_SEND.
     *
     * @throws IllegalStateException in any other state.
     */
    public void resume() {
        require("READY_TO_SEND", state == ConnectionState.SEND_QUEUE_DRAIN);
        requester.drain(false);
        state = ConnectionState.READY_TO_SEND;
    }

    /**
     * Changes what peers may do over this queue pair, in any state.
     *
     * @param remoteRights flags as for {@link #initialize}.
     */
    public void remoteRights(final int remoteRights) {
        responder.remoteRights(remoteRights);
    }

    /**
     * Changes the time that RNR NAKs ask for, in any state.
     *
     * @param timerCode {@code min_rnr_timer}, 0 to 31.
     */
    public void minRnrTimer(final int timerCode) {
        responder.minRnrTimer(timerCode);
    }

    /**
     * Goes to ERROR from any state but RESET: everything posted completes as flushed, and the peer hears nothing more.
     *
     * @throws IllegalStateException in RESET.
     */
    public void error() {
        require("ERROR", state != ConnectionState.RESET);
        if (state != ConnectionState.ERROR) {
            fail();
        }
    }

    /** Goes to RESET from any state: everything posted is forgotten, without completions. */
    public void reset() {
        state = ConnectionState.RESET;
        requester.reset();
        responder.stop();
        message.clear();
        responder.remoteRights(REMOTE_RIGHTS_NONE);
    }

    private void require(final String target, final boolean allowed) {
        if (!allowed) {
            throw new IllegalStateException(
                "queue pair 0x" + Integer.toHexString(number) + " cannot go from " + state + " to " + target);
        }
    }

    /** Goes to ERROR after something went wrong on either side of the connection. */
    void fail() {
        state = ConnectionState.ERROR;
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

    void report(final int event) {
        context.events().onEvent(event, number);
    }

    /**
     * Takes a packet that came for this queue pair.
     *
     * @param packet        packet without {@linkplain RocePacket#defect() defect}; it may be written to.
     * @param sourceAddress IPv4 address it came from, first octet in the top byte.
     * @param sourcePort    UDP port it came from.
     * @param nowNs         the time.
     */
    public void receive(
        final RocePacket packet, final int sourceAddress, final int sourcePort, final long nowNs) {
        final ConnectionState state = this.state;
        final TransportCounters counters = context.counters();
        final int traits = Opcode.traits(packet.bth().opcode());
        final boolean request = (traits & Opcode.REQUEST) != 0;
        if ((traits & Opcode.RELIABLE_CONNECTION) == 0) {
            counters.increment(TransportCounter.DROPPED_OPCODE);
        } else if (!(request ? state.responds() : state.requests())) {
            counters.increment(TransportCounter.DROPPED_STATE);
        } else if (sourceAddress != path.remoteAddress()) {
            counters.increment(TransportCounter.DROPPED_PEER);
        } else if (!hasGoodChecksum(packet, sourceAddress, sourcePort)) {
            counters.increment(TransportCounter.DROPPED_CHECKSUM);
        } else {
            if (probed) {
                probed = false;
                report(AsynchronousEvents.PEER_ANSWERED);
            }
            handle(packet, request, nowNs);
        }
    }

    private void handle(final RocePacket packet, final boolean request, final long nowNs) {
        if (request) {
            if (state == ConnectionState.READY_TO_RECEIVE && !communicationEstablished) {
                communicationEstablished = true;
                report(EventTypes.COMMUNICATION_ESTABLISHED);
            }
            responder.receive(packet);
        } else {
            responses.read(packet, nowNs);
        }
    }

    private boolean hasGoodChecksum(final RocePacket packet, final int sourceAddress, final int sourcePort) {
        final int identification = context.icrc().verify(
            packet, sourceAddress, sourcePort, path.localAddress(), path.localPort());
        final boolean good = identifications.accepts(identification);
        if (good && identifications.isOfTrain(identification)) {
            trains.markTaken();
        }
        return good;
    }

    /**
     * Sends what there is to send, answers first.
     *
     * @param nowNs      the time.
     * @param maxPackets most packets to send, of answers and of requests each.
     * @return true when this bound was reached, so that there may be more to send at once.
     */
    public boolean transmit(final long nowNs, final int maxPackets) {
        if (state == ConnectionState.ERROR) {
            requester.flush();
            message.flush();
            return false;
        }
        boolean more = false;
        if (state.responds()) {
            more = responder.transmit(maxPackets) == maxPackets;
        }
        if (state.requests()) {
            if (probeWaits) {
                probeWaits = !requester.repeatAnswered();
            }
            more |= requester.transmit(nowNs, maxPackets) == maxPackets;
        }
        return more;
    }

    /**
     * Makes the peer show that it is there: sends a packet with a number that it has acknowledged before, or would
     * have, which a responder acknowledges again without executing it (IBTA 9.7.5.1.2). The next packet of the peer
     * makes the event {@link AsynchronousEvents#PEER_ANSWERED}. Does nothing when the queue pair is not connected;
     * {@link #transmit} must be called afterwards.
     */
    public void probe() {
        probed = state.requests();
        probeWaits = probed;
    }

    /**
     * Whether the connection waits for a point in time.
     *
     * @return true when {@link #deadlineNs()} means something.
     */
    public boolean hasDeadline() {
        return state.requests() && requester.timers().isRunning();
    }

    /**
     * The time to call {@link #expire} at.
     *
     * @return a reading of the clock that {@code nowNs} arguments are readings of.
     */
    public long deadlineNs() {
        return requester.timers().deadlineNs();
    }

    /**
     * Does what is due; {@link #transmit} must be called afterwards.
     *
     * @param nowNs the time; before {@link #deadlineNs()} nothing happens.
     */
    public void expire(final long nowNs) {
        if (state.requests()) {
            requester.expire(nowNs);
        }
    }
}
