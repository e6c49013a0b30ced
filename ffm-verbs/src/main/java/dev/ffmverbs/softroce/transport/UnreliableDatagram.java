// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.BaseTransportHeader;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.Arena;

/**
 * A queue pair of the unreliable datagram service. It sends messages of one packet to any queue pair of that service,
 * and receives them from any that knows its key.
 *
 * <p>Nothing is answered or repeated. A datagram is dropped if its key is wrong, if it is longer than the MTU of the
 * port, or if no receive is posted.
 */
public final class UnreliableDatagram extends TransportService {

    /** A request with a key whose top bit is set is sent with the key of the sending queue pair (IBTA 10.2.5). */
    private static final int USES_OWN_KEY = 1 << 31;

    private final int mtuBytes;
    private final LonePackets out;
    private final UnreliableRequester requester;
    private final DatagramReceiver receiver;
    private int queueKey;

    /**
     * Creates a queue pair in state RESET.
     *
     * @param arena            provides a little memory. Must outlive the queue pair.
     * @param number           number of the queue pair, 24 bits.
     * @param protectionDomain number of its protection domain.
     * @param context          state shared with the other queue pairs of the device.
     * @param queues           its queues.
     * @param mtuBytes         longest payload of a packet that the port accepts. Longer messages are not sent, and
     *                         longer packets are dropped.
     */
    public UnreliableDatagram(
        final Arena arena, final int number, final int protectionDomain, final TransportContext context,
        final QueuePairQueues queues, final int mtuBytes) {
        super(number, context, queues.sends(), queues.receives());
        final ScatterGather memory = new ScatterGather(context.memory(), protectionDomain);
        this.mtuBytes = mtuBytes;
        this.out = new LonePackets(context);
        this.requester = new UnreliableRequester(this, queues, memory, new Writer());
        this.receiver = new DatagramReceiver(arena, this, queues, memory);
    }

    /**
     * Goes from RESET or INIT to INIT.
     *
     * @param newQueueKey key that datagrams for this queue pair must carry.
     * @throws IllegalStateException in any other state.
     */
    public void initialize(final int newQueueKey) {
        require(ConnectionState.INIT, state() == ConnectionState.RESET || state() == ConnectionState.INIT);
        queueKey = newQueueKey;
        enter(ConnectionState.INIT);
    }

    /**
     * Goes from INIT to READY_TO_RECEIVE.
     *
     * @throws IllegalStateException in any other state.
     */
    public void readyToReceive() {
        require(ConnectionState.READY_TO_RECEIVE, state() == ConnectionState.INIT);
        enter(ConnectionState.READY_TO_RECEIVE);
    }

    /**
     * Goes from READY_TO_RECEIVE to READY_TO_SEND.
     *
     * @param firstPsn {@code sq_psn}: first sequence number, 24 bits. Receivers ignore it.
     * @throws IllegalStateException in any other state.
     */
    public void readyToSend(final int firstPsn) {
        require(ConnectionState.READY_TO_SEND, state() == ConnectionState.READY_TO_RECEIVE);
        requester.start(firstPsn);
        enter(ConnectionState.READY_TO_SEND);
    }

    /**
     * Changes the key that datagrams for this queue pair must carry, in any state.
     *
     * @param newQueueKey the key.
     */
    public void queueKey(final int newQueueKey) {
        queueKey = newQueueKey;
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
        receiver.flush();
        if (receiveQueue().isShared()) {
            report(EventTypes.LAST_REQUEST_REACHED);
        }
    }

    @Override
    public void reset() {
        enter(ConnectionState.RESET);
        requester.reset();
        receiver.clear();
        queueKey = 0;
    }

    @Override
    public void receive(final RocePacket packet, final Arrival arrival, final long nowNs) {
        final TransportCounters counters = context().counters();
        if (!Opcode.is(packet.bth().opcode(), Opcode.DETH)) {
            counters.increment(TransportCounter.DROPPED_OPCODE);
        } else if (!state().responds()) {
            counters.increment(TransportCounter.DROPPED_STATE);
        } else if (packet.deth().queueKey() != queueKey) {
            counters.increment(TransportCounter.DROPPED_QUEUE_KEY);
        } else if (packet.payloadBytes() > mtuBytes) {
            counters.increment(TransportCounter.DROPPED_LENGTH);
        } else {
            final int identification = context().icrc().verify(packet, arrival);
            if (identification == Icrc.CORRUPT) {
                counters.increment(TransportCounter.DROPPED_CHECKSUM);
            } else {
                receiver.receive(packet, identification, arrival);
            }
        }
    }

    @Override
    public boolean transmit(final long nowNs, final int maxPackets) {
        if (state() == ConnectionState.ERROR) {
            requester.flush();
            receiver.flush();
            return false;
        }
        return state().requests() && requester.transmit(maxPackets) == maxPackets;
    }

    /** Sends datagrams. */
    private final class Writer implements UnreliableRequester.PacketWriter {

        /** A message longer than the MTU of the port completes, but is not sent (IBTA C10-93.1.1). */
        @Override
        public int countPackets(final long slot) {
            if (sendQueue().length(slot) <= mtuBytes) {
                return 1;
            }
            context().counters().increment(TransportCounter.DATAGRAMS_TOO_LONG);
            return 0;
        }

        @Override
        public int sendPacket(final long request, final int index, final boolean last, final int psn) {
            final RocePacket packet = out.claim();
            if (packet == null) {
                return UnreliableRequester.NO_ROOM;
            }
            final SendQueue queue = sendQueue();
            final DatagramDestinations destinations = queue.destinations();
            final long slot = queue.offset(request);
            final boolean immediate = queue.operation(slot) == WorkRequestOpcodes.SEND_WITH_IMMEDIATE;
            final int key = destinations.queueKey(request);
            packet.begin(
                immediate ? Opcode.DATAGRAM_SEND_ONLY_WITH_IMMEDIATE : Opcode.DATAGRAM_SEND_ONLY,
                destinations.queuePair(request), psn,
                queue.isFlagged(slot, SendFlags.SOLICITED) ? BaseTransportHeader.SOLICITED : 0);
            packet.deth().set((key & USES_OWN_KEY) != 0 ? queueKey : key, number());
            if (immediate) {
                packet.immDt().set(queue.immediate(slot));
            }
            final int bytes = (int) queue.length(slot);
            if (!requester.gather(slot, 0, packet, bytes)) {
                return CompletionStatuses.LOCAL_PROTECTION_ERROR;
            }
            packet.endPayload(bytes);
            out.send(packet, destinations.path(request));
            return CompletionStatuses.SUCCESS;
        }
    }
}
