// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import dev.ffmverbs.spi.constants.EventTypes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A queue pair of the reliable connection service, with its state, its requester and its responder.
 *
 * <p>The thread that drives it holds the dispatch lock and does the following:
 * <ul>
 *   <li>It passes each packet for this queue pair to {@link #receive}.
 *   <li>It calls {@link #transmit} after packets have arrived, requests were posted, the sink became writable, or its
 *       own quantum was used up. Extra calls are harmless.
 *   <li>It calls {@link #expire} when {@link #deadlineNs()} is reached.
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
     * Returns the number of the queue pair.
     *
     * @return 24 bits.
     */
    public int number() {
        return number;
    }

    /**
     * Returns the state of the queue pair.
     *
     * @return the current state. It can change to ERROR at any time.
     */
    public ConnectionState state() {
        return state;
    }

    /**
     * Returns the queue for sends. Sends can be posted if the
     * {@linkplain ConnectionState#acceptsSends state allows it}. {@link #transmit} must be called afterwards.
     *
     * @return the send queue.
     */
    public SendQueue sendQueue() {
        return sendQueue;
    }

    /**
     * Returns the queue for receives. Receives can be posted if the
     * {@linkplain ConnectionState#acceptsReceives state allows it}.
     *
     * @return the receive queue, possibly a shared one.
     */
    public ReceiveQueue receiveQueue() {
        return receiveQueue;
    }

    /**
     * Goes from RESET or INIT to INIT.
     *
     * @param remoteRights operations that peers may perform through this queue pair ({@code qp_access_flags}).
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
     * @param attributes attributes of the responder.
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
     * @param attributes attributes of the requester.
     * @throws IllegalStateException in any other state.
     */
    public void readyToSend(final SendAttributes attributes) {
        require("READY_TO_SEND", state == ConnectionState.READY_TO_RECEIVE);
        requester.connect(attributes, pathMtuBytes);
        state = ConnectionState.READY_TO_SEND;
    }

    /**
     * Goes from READY_TO_SEND to SEND_QUEUE_DRAIN. An event is raised when every started request is complete.
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

    /**
     * Goes to ERROR from any state but RESET. Everything posted completes as flushed, and nothing is sent to the peer
     * again.
     *
     * @throws IllegalStateException in RESET.
     */
    public void error() {
        require("ERROR", state != ConnectionState.RESET);
        if (state != ConnectionState.ERROR) {
            fail();
        }
    }

    /** Goes to RESET from any state. Everything posted is discarded without completions. */
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

    /** Goes to ERROR after a failure on either side of the connection. */
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
     * Processes a packet that arrived for this queue pair.
     *
     * @param packet        packet without {@linkplain RocePacket#defect() defect}. It may be modified.
     * @param sourceAddress IPv4 address it came from, first octet in the top byte.
     * @param sourcePort    UDP port it came from.
     * @param nowNs         current time.
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
     * Sends what is due, responses first.
     *
     * @param nowNs      current time.
     * @param maxPackets maximum number of response packets, and of request packets, to send.
     * @return true if this limit was reached, so that more packets may be ready.
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
     * Makes the peer prove that it is alive. Sends a packet with a sequence number that the peer has already
     * acknowledged, or would have. A responder acknowledges such a packet again without executing it (IBTA 9.7.5.1.2).
     * The next packet of the peer raises {@link AsynchronousEvents#PEER_ANSWERED}. Does nothing if the queue pair is
     * not connected. {@link #transmit} must be called afterwards.
     */
    public void probe() {
        probed = state.requests();
        probeWaits = probed;
    }

    /**
     * Returns whether the connection waits for a deadline.
     *
     * @return true if {@link #deadlineNs()} is valid.
     */
    public boolean hasDeadline() {
        return state.requests() && requester.timers().isRunning();
    }

    /**
     * Returns the time at which to call {@link #expire}.
     *
     * @return a reading of the clock that the {@code nowNs} arguments come from.
     */
    public long deadlineNs() {
        return requester.timers().deadlineNs();
    }

    /**
     * Performs the actions that are due. {@link #transmit} must be called afterwards.
     *
     * @param nowNs current time. Before {@link #deadlineNs()} nothing happens.
     */
    public void expire(final long nowNs) {
        if (state.requests()) {
            requester.expire(nowNs);
        }
    }
}
