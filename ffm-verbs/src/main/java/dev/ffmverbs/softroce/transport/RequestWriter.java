// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.BaseTransportHeader;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.SendFlags;
import dev.ffmverbs.spi.constants.WorkRequestOpcodes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Turns the requests of a requester into packets, from the cursor of its window on.
 *
 * <p>READs are requested in pieces with fixed boundaries, so that a repeated request is always part of an earlier one.
 * It starts at the first missing byte, because the responder of rxe does not answer requests that start earlier.
 */
final class RequestWriter {

    /** Result of {@link #send} if the data of the request can no longer be read. */
    static final int UNREADABLE = -1;

    private final SendQueue queue;
    private final ScatterGather memory;
    private final OutgoingPackets out;
    private final SendWindow window;
    private final SendPace pace;
    private final TrainTrial trial;
    private final boolean signalAll;

    private OutstandingReads reads;
    private PeerBudgets.Share share;
    private int mtu;
    private int packetsSinceAcknowledgeRequest;

    /** Whether a FLUSH has the checksum of the specification, instead of the one of Linux rxe. */
    private boolean flushesAsSpecified;
    /** Whether the peer has answered a FLUSH that was sent with this checksum only. */
    private boolean knowsChecksum;
    /** Lowest sequence number of a FLUSH that was sent with this checksum only. */
    private int oneChecksumFrom;

    RequestWriter(
        final SendQueue queue, final ScatterGather memory, final OutgoingPackets out, final SendWindow window,
        final SendPace pace, final TrainTrial trial, final boolean signalAll) {
        this.queue = queue;
        this.memory = memory;
        this.out = out;
        this.window = window;
        this.pace = pace;
        this.trial = trial;
        this.signalAll = signalAll;
    }

    void connect(
        final int pathMtuBytes, final OutstandingReads outstandingReads, final PeerBudgets.Share shareOfPeer) {
        mtu = pathMtuBytes;
        reads = outstandingReads;
        share = shareOfPeer;
        packetsSinceAcknowledgeRequest = 0;
        flushesAsSpecified = false;
        knowsChecksum = false;
        oneChecksumFrom = window.next();
    }

    /**
     * Records that packets are sent again, and with them requests for acknowledgements. If the first of them is a
     * FLUSH, the peer may have dropped it because of its checksum, and gets the other one.
     */
    void restart() {
        packetsSinceAcknowledgeRequest = 0;
        if (!knowsChecksum && window.hasIncomplete()
            && queue.operation(queue.offset(window.head())) == WorkRequestOpcodes.FLUSH) {
            flushesAsSpecified = !flushesAsSpecified;
            oneChecksumFrom = window.end();
        }
    }

    /** Records that the peer has answered a request. A FLUSH may show which checksum the peer accepts. */
    void recordAnswer(final long slot) {
        if (!knowsChecksum && queue.operation(slot) == WorkRequestOpcodes.FLUSH) {
            knowsChecksum = PacketSequenceNumber.distance(oneChecksumFrom, queue.firstPsn(slot)) >= 0;
        }
    }

    /**
     * Returns whether packets are unanswered that were sent after the last one that asks for an acknowledgement. The
     * request after them asks for theirs. The peer does not acknowledge what follows a READ or an atomic before it has
     * answered that one, so that asking is of use only afterwards.
     */
    boolean owesAcknowledgeRequest() {
        return packetsSinceAcknowledgeRequest != 0 && window.hasUnanswered() && reads.isEmpty();
    }

    /**
     * Sends an empty packet with the number before the first unanswered one. The peer takes it for a duplicate, and
     * acknowledges everything that it has received. Returns false if none can be sent now.
     */
    boolean repeatAnswered() {
        final RocePacket packet = out.begin(
            Opcode.SEND_ONLY, PacketSequenceNumber.plus(window.unacked(), -1), BaseTransportHeader.ACKNOWLEDGE_REQUEST);
        if (packet == null) {
            return false;
        }
        packet.endPayload(0);
        out.send(packet);
        packetsSinceAcknowledgeRequest = 0;
        return true;
    }

    /**
     * Sends a packet of the request at the cursor.
     *
     * @param slot slot of that request.
     * @return how many sequence numbers the packet takes, 0 if it cannot be sent now, or {@link #UNREADABLE}.
     */
    int send(final long slot) {
        final int operation = queue.operation(slot);
        if (operation == WorkRequestOpcodes.RDMA_READ) {
            return sendReadRequest(slot);
        }
        return RequestPackets.isAnswered(operation) ? sendWhole(slot, operation) : sendData(slot, operation);
    }

    private int sendData(final long slot, final int operation) {
        if (window.inFlight() >= pace.packets() || !share.take(window.inFlight())) {
            return 0;
        }
        final int index = window.cursorPacket();
        final boolean last = index + 1 == queue.packets(slot);
        final boolean acknowledge = last && needsAcknowledgement(slot)
            || share.isLast() || packetsSinceAcknowledgeRequest + 1 >= packetsBetweenAcknowledgements();
        final int flags = (acknowledge ? BaseTransportHeader.ACKNOWLEDGE_REQUEST : 0)
            | (last && queue.isFlagged(slot, SendFlags.SOLICITED) ? BaseTransportHeader.SOLICITED : 0);
        final int opcode = RequestPackets.opcode(operation, index == 0, last);
        final RocePacket packet = begin(opcode, window.next(), flags);
        if (packet == null) {
            return 0;
        }
        if (Opcode.is(opcode, Opcode.RETH)) {
            packet.reth().set(queue.remoteAddress(slot), queue.rkey(slot), queue.length(slot));
        }
        if (Opcode.is(opcode, Opcode.IMMEDIATE | Opcode.INVALIDATE)) {
            packet.immDt().set(queue.immediate(slot));
        }
        final long offset = (long) index * mtu;
        final int bytes = (int) Math.min(mtu, queue.length(slot) - offset);
        if (!gather(slot, offset, packet, bytes)) {
            return UNREADABLE;
        }
        packet.endPayload(bytes);
        if (window.isRetransmission()) {
            out.send(packet);
        } else {
            out.send(packet, window.next(), trial, last && isLastPosted());
        }
        packetsSinceAcknowledgeRequest = acknowledge ? 0 : packetsSinceAcknowledgeRequest + 1;
        return 1;
    }

    /**
     * Returns whether the peer must acknowledge a SEND or WRITE as soon as it has it. If nobody waits for the request,
     * and data of another one is to follow it, the acknowledgement of that one is enough.
     */
    private boolean needsAcknowledgement(final long slot) {
        if (window.isRetransmission() || signalAll || queue.isFlagged(slot, SendFlags.SIGNALED) || isLastPosted()) {
            return true;
        }
        final int next = queue.operation(queue.offset(window.cursor() + 1));
        return RequestPackets.isLocal(next) || RequestPackets.isAnswered(next);
    }

    /** Returns whether no request was posted after the one at the cursor. */
    private boolean isLastPosted() {
        return window.cursor() + 1 == queue.postedCount();
    }

    private int packetsBetweenAcknowledgements() {
        return Math.max(1, Math.min(pace.packets(), share.limit()) / 2);
    }

    /** Begins a packet that was taken from the share, or returns it if none can be sent now. */
    private RocePacket begin(final int opcode, final int psn, final int flags) {
        final RocePacket packet = out.begin(opcode, psn, flags);
        if (packet == null) {
            share.giveBack();
        }
        return packet;
    }

    private boolean gather(final long slot, final long offset, final RocePacket packet, final int bytes) {
        if (queue.isFlagged(slot, SendFlags.INLINE)) {
            MemorySegment.copy(
                queue.memory(), queue.data(slot) + offset, packet.segment(), packet.payloadOffset(), bytes);
            return true;
        }
        return memory.gather(
            queue.memory(), queue.data(slot), offset, packet.segment(), packet.payloadOffset(), bytes);
    }

    private int sendReadRequest(final long slot) {
        final int index = window.cursorPacket();
        final int pieceEnd = Math.min(queue.packets(slot), pace.pieceEnd(index, mtu));
        final long offset = (long) index * mtu;
        final int bytes = (int) Math.min((long) (pieceEnd - index) * mtu, queue.length(slot) - offset);
        if (reads.isFull() || !reads.isEmpty() && reads.totalBytes() + bytes > pace.readBytes()
            || !share.take(window.inFlight())) {
            return 0;
        }
        final int psn = window.next();
        final RocePacket packet = begin(
            RequestPackets.requestOpcode(WorkRequestOpcodes.RDMA_READ), psn, BaseTransportHeader.ACKNOWLEDGE_REQUEST);
        if (packet == null) {
            return 0;
        }
        if (!reads.addRead(PacketSequenceNumber.plus(psn, pieceEnd - index - 1), bytes)) {
            share.giveBack();
            return 0;
        }
        packet.reth().set(queue.remoteAddress(slot) + offset, queue.rkey(slot), bytes);
        out.send(packet);
        return pieceEnd - index;
    }

    /** Sends an atomic, a FLUSH or an ATOMIC WRITE, which has one packet. */
    private int sendWhole(final long slot, final int operation) {
        if (reads.isFull() || !share.take(window.inFlight())) {
            return 0;
        }
        final int psn = window.next();
        final RocePacket packet =
            begin(RequestPackets.requestOpcode(operation), psn, BaseTransportHeader.ACKNOWLEDGE_REQUEST);
        if (packet == null) {
            return 0;
        }
        if (operation == WorkRequestOpcodes.FLUSH) {
            packet.flushEth().set(queue.placement(slot), queue.selection(slot));
            packet.flushEth().range().set(queue.remoteAddress(slot), queue.rkey(slot), queue.flushBytes(slot));
            out.sendFlush(packet, flushesAsSpecified);
        } else {
            writeWhole(packet, slot, operation);
            out.send(packet);
        }
        reads.addAtomic(psn);
        return 1;
    }

    /** Writes the headers of an atomic, or the headers and the data of an ATOMIC WRITE. */
    private void writeWhole(final RocePacket packet, final long slot, final int operation) {
        if (operation == WorkRequestOpcodes.ATOMIC_WRITE) {
            packet.reth().set(queue.remoteAddress(slot), queue.rkey(slot), Long.BYTES);
            packet.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, packet.payloadOffset(), queue.swap(slot));
            packet.endPayload(Long.BYTES);
        } else {
            final boolean adds = operation == WorkRequestOpcodes.FETCH_AND_ADD;
            packet.atomicEth().set(queue.remoteAddress(slot), queue.rkey(slot),
                adds ? queue.compareOrAdd(slot) : queue.swap(slot), adds ? 0 : queue.compareOrAdd(slot));
        }
    }
}
