// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.memory.MemoryTable;
import dev.ffmverbs.softroce.memory.RegisteredMemory;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.softroce.wire.RdmaHeader;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.AccessFlags;
import dev.ffmverbs.spi.constants.EventTypes;

/**
 * What a responder has yet to send, in the order of sending. Responses to READs and atomics come first, then one
 * acknowledgement or NAK for everything before it.
 *
 * <p>An acknowledgement waits until packets are requested, so that one covers all requests that arrived together. It is
 * dropped if a READ or atomic follows it, because the response to that acknowledges as well.
 */
final class ReplyQueue {

    private static final ReadAtomicReply[] NONE = {};

    private final OutgoingPackets out;
    private final MemoryTable memory;
    private final TransportCounters counters;
    private final int protectionDomain;
    private final int queuePair;
    private final ReliableConnection connection;
    private final ConnectionRecorder recorder;
    private final TrainTrial trial;

    /** A ring of the last READs and atomics executed. The newest replaces the oldest. */
    private ReadAtomicReply[] kept = NONE;
    private int newest = -1;
    private ReadAtomicReply[] waiting = NONE;
    private int waitingCount;
    private int mtu;

    private boolean tailPresent;
    private int tailSyndrome;
    private int tailPsn;
    private int tailMsn;

    ReplyQueue(
        final OutgoingPackets out, final TransportContext context, final int protectionDomain,
        final ReliableConnection connection) {
        this.out = out;
        this.memory = context.memory();
        this.counters = context.counters();
        this.protectionDomain = protectionDomain;
        this.queuePair = connection.number();
        this.connection = connection;
        this.recorder = connection.recorder();
        this.trial = new TrainTrial(connection.trains());
    }

    void connect(final int maxReadAtomic, final int pathMtuBytes) {
        final int limit = maxReadAtomic == 0 ? 0 : Integer.highestOneBit(maxReadAtomic * 2 - 1);
        kept = new ReadAtomicReply[limit];
        for (int i = 0; i < limit; i++) {
            kept[i] = new ReadAtomicReply();
        }
        waiting = new ReadAtomicReply[limit];
        newest = -1;
        mtu = pathMtuBytes;
        trial.reset();
        clear();
    }

    /** Discards everything to be sent. */
    void clear() {
        waitingCount = 0;
        tailPresent = false;
    }

    /**
     * Reserves an entry for a READ or atomic about to be executed, and queues its response.
     *
     * @return the entry, or null if the peer has more requests waiting for their first response than allowed.
     */
    ReadAtomicReply admit() {
        if (!hasRoom()) {
            return null;
        }
        newest = (newest + 1) % kept.length;
        final ReadAtomicReply reply = kept[newest];
        final int line = indexInLine(reply);
        if (line >= 0) {
            removeFromLine(line);
        }
        if (reply.isAnsweredOnce()) {
            // The peer has the whole response. Otherwise it would have more requests outstanding than allowed.
            trial.receivedBefore(reply.endPsn());
        }
        reply.forget();
        tailPresent = false;
        waiting[waitingCount++] = reply;
        return reply;
    }

    /**
     * Returns whether {@link #admit()} would find room. The oldest entry must not be waiting, except to be answered
     * again.
     */
    boolean hasRoom() {
        if (kept.length == 0) {
            return false;
        }
        final ReadAtomicReply oldest = kept[(newest + 1) % kept.length];
        return oldest.isAnsweredOnce() || indexInLine(oldest) < 0;
    }

    /**
     * Answers a READ or atomic again. Returns false if it is no longer kept or is a different one. The newest reply
     * comes first, because one from before the sequence numbers wrapped may still be kept.
     */
    boolean repeat(final RocePacket request, final int psn) {
        for (int age = 0; age < kept.length; age++) {
            final ReadAtomicReply reply = kept[newest - age + kept.length & kept.length - 1];
            if (reply.covers(psn)) {
                learnFromRepeat(reply, psn);
                final boolean same = isSame(reply, request, psn);
                if (same && indexInLine(reply) < 0) {
                    waiting[waitingCount++] = reply;
                }
                return same;
            }
        }
        return false;
    }

    private boolean isSame(final ReadAtomicReply reply, final RocePacket request, final int psn) {
        final int traits = Opcode.traits(request.bth().opcode());
        if ((traits & Opcode.ATOMIC) != 0) {
            return reply.isAtomic();
        }
        if ((traits & (Opcode.FLUSHES | Opcode.WRITES_WORD)) != 0) {
            return reply.repeatEmpty();
        }
        final RdmaHeader header = request.reth();
        return reply.repeatRead(psn, header.remoteAddress(), header.dmaLengthBytes(), header.rkey(), mtu);
    }

    /** A peer that asks again from a packet on has received the earlier packets of the same response. */
    private void learnFromRepeat(final ReadAtomicReply reply, final int psn) {
        if (trial.isWithin(reply.firstPsn(), PacketSequenceNumber.distance(reply.firstPsn(), psn))) {
            trial.receivedBefore(psn);
        } else {
            trial.missedAt(psn);
        }
    }

    /** Acknowledges everything up to a packet. */
    void acknowledge(final int psn, final int msn) {
        tail(Syndrome.ACKNOWLEDGE, psn, msn);
    }

    /**
     * Acknowledges a SEND or WRITE again. Covers everything executed before the first READ or atomic after it. If it
     * covered that request, the requester would consider the response lost. It takes the place of an acknowledgement of
     * less, but not of a NAK.
     */
    void acknowledgeAgain(final int duplicatePsn, final int lastPsn, final int msn) {
        int psn = lastPsn;
        for (final ReadAtomicReply reply : kept) {
            if (reply.isUsed() && PacketSequenceNumber.distance(duplicatePsn, reply.firstPsn()) > 0
                && PacketSequenceNumber.distance(reply.firstPsn(), psn) >= 0) {
                psn = PacketSequenceNumber.plus(reply.firstPsn(), -1);
            }
        }
        if (!tailPresent
            || tailSyndrome == Syndrome.ACKNOWLEDGE && PacketSequenceNumber.distance(tailPsn, psn) > 0) {
            tail(Syndrome.ACKNOWLEDGE, psn, msn);
        }
    }

    /** Refuses a packet and acknowledges everything before it. */
    void refuse(final int syndrome, final int psn, final int msn) {
        tail(syndrome, psn, msn);
    }

    /** Handles the arrival of the refused packet. Only the acknowledgement of everything before it remains. */
    void withdrawRefusal() {
        if (tailPresent && tailSyndrome != Syndrome.ACKNOWLEDGE) {
            tail(Syndrome.ACKNOWLEDGE, PacketSequenceNumber.plus(tailPsn, -1), tailMsn);
        }
    }

    private void tail(final int syndrome, final int psn, final int msn) {
        tailPresent = true;
        tailSyndrome = syndrome;
        tailPsn = psn;
        tailMsn = msn;
    }

    private int indexInLine(final ReadAtomicReply reply) {
        for (int i = 0; i < waitingCount; i++) {
            if (waiting[i] == reply) {
                return i;
            }
        }
        return -1;
    }

    private void removeFromLine(final int index) {
        waitingCount--;
        System.arraycopy(waiting, index + 1, waiting, index, waitingCount - index);
    }

    /**
     * Sends the next packet.
     *
     * @return false if there is none, or none can be sent now.
     */
    boolean sendNext() {
        if (waitingCount == 0) {
            return tailPresent && sendTail();
        }
        final ReadAtomicReply reply = waiting[0];
        return reply.isAtomic() ? sendAtomic(reply) : sendPart(reply);
    }

    private boolean sendTail() {
        final RocePacket packet = out.begin(Opcode.ACKNOWLEDGE, tailPsn, 0);
        if (packet == null) {
            return false;
        }
        packet.aeth().set(tailSyndrome, tailMsn);
        final TransportCounter kind = TransportCounter.ofSent(tailSyndrome);
        counters.increment(kind);
        if (kind != TransportCounter.ACKNOWLEDGEMENTS_SENT) {
            // Recorded before the packet leaves. The cause is on record before its effect is visible at the peer.
            recorder.recordRefusal(true, kind, tailPsn);
        }
        out.send(packet);
        tailPresent = false;
        return true;
    }

    private boolean sendAtomic(final ReadAtomicReply reply) {
        final RocePacket packet = out.begin(Opcode.ATOMIC_ACKNOWLEDGE, reply.firstPsn(), 0);
        if (packet == null) {
            return false;
        }
        packet.aeth().set(Syndrome.ACKNOWLEDGE, reply.messageSequenceNumber());
        packet.atomicAckEth().set(reply.originalValue());
        out.send(packet);
        reply.markAnswered();
        removeFromLine(0);
        return true;
    }

    private boolean sendPart(final ReadAtomicReply reply) {
        final boolean first = reply.isFirstOfStream();
        final boolean last = reply.isLastOfStream();
        final int opcode = first
            ? last ? Opcode.READ_RESPONSE_ONLY : Opcode.READ_RESPONSE_FIRST
            : last ? Opcode.READ_RESPONSE_LAST : Opcode.READ_RESPONSE_MIDDLE;
        final RocePacket packet = out.begin(opcode, reply.nextPsn(), 0);
        if (packet == null) {
            return false;
        }
        if (Opcode.is(opcode, Opcode.AETH)) {
            packet.aeth().set(Syndrome.ACKNOWLEDGE, reply.messageSequenceNumber());
        }
        final int bytes = reply.nextBytes(mtu);
        if (bytes > 0 && !copy(reply, bytes, packet)) {
            endUnreadable(reply);
            return true;
        }
        packet.endPayload(bytes);
        if (last || reply.isRepeated()) {
            out.send(packet);
        } else {
            out.send(packet, reply.nextPsn(), trial, false);
        }
        if (reply.advance()) {
            reply.markAnswered();
            removeFromLine(0);
        }
        return true;
    }

    private boolean copy(final ReadAtomicReply reply, final int bytes, final RocePacket packet) {
        final long address = reply.nextAddress(mtu);
        final RegisteredMemory region = memory.findForPeer(
            reply.rkey(), protectionDomain, queuePair, AccessFlags.REMOTE_READ, address, bytes);
        return region != null && region.read(address, packet.segment(), packet.payloadOffset(), bytes);
    }

    /**
     * Ends a READ whose memory was deregistered during the response. A NAK ends it, and nothing follows that NAK. An
     * event reports it. A READ that was answered before ends silently, because its request may be a late duplicate that
     * nobody waits for.
     */
    private void endUnreadable(final ReadAtomicReply reply) {
        if (reply.isAnsweredOnce()) {
            removeFromLine(0);
        } else {
            final int psn = reply.nextPsn();
            clear();
            refuse(Syndrome.NAK_REMOTE_ACCESS_ERROR, psn, reply.messageSequenceNumber());
            connection.report(EventTypes.QUEUE_PAIR_ACCESS_ERROR);
        }
    }

    /** Returns whether the queue ends with a NAK that puts the queue pair in error. */
    boolean isFatal() {
        return tailPresent && tailSyndrome > Syndrome.NAK_SEQUENCE_ERROR;
    }

    /** Returns whether the next packet is a NAK that puts the queue pair in error. */
    boolean endsInError() {
        return waitingCount == 0 && isFatal();
    }

    @Override
    public String toString() {
        return "ReplyQueue of queue pair " + queuePair + ": " + waitingCount + " waiting"
            + (tailPresent ? ", acknowledges PSN " + tailPsn : "");
    }
}
