// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.AtomicAcknowledgeHeader;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.Syndrome;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import java.lang.foreign.ValueLayout;

/**
 * Processes the responses of the peer to a requester.
 *
 * <p>A response acknowledges all packets before its own, except those of READs and atomics, which need their own
 * responses. A response beyond a READ or atomic therefore shows that its response was lost. The requester goes back to
 * it at once instead of waiting for its timer.
 */
final class ResponseReader {

    private final ReliableConnection connection;
    private final Requester requester;
    private final SendWindow window;
    private final SendQueue queue;
    private final ScatterGather memory;
    private final TransportCounters counters;
    private final ConnectionRecorder recorder;

    ResponseReader(
        final ReliableConnection connection, final Requester requester, final SendQueue queue,
        final ScatterGather memory, final TransportCounters counters) {
        this.connection = connection;
        this.requester = requester;
        this.window = requester.window();
        this.queue = queue;
        this.memory = memory;
        this.counters = counters;
        this.recorder = connection.recorder();
    }

    void read(final RocePacket packet, final long nowNs) {
        final int psn = packet.bth().packetSequenceNumber();
        if (!window.isUnanswered(psn)) {
            if (PacketSequenceNumber.distance(window.unacked(), psn) < 0) {
                counters.increment(TransportCounter.DROPPED_DUPLICATE_RESPONSES);
                requester.timers().noteSecondAnswer(psn);
            } else {
                counters.increment(TransportCounter.DROPPED_UNEXPECTED_RESPONSES);
            }
            return;
        }
        final int opcode = packet.bth().opcode();
        if (opcode == Opcode.ACKNOWLEDGE) {
            readAcknowledge(packet, psn, nowNs);
        } else {
            readData(packet, psn, opcode == Opcode.ATOMIC_ACKNOWLEDGE, nowNs);
        }
    }

    private void readAcknowledge(final RocePacket packet, final int psn, final long nowNs) {
        final int syndrome = packet.aeth().syndrome();
        if (Syndrome.isAcknowledge(syndrome)) {
            counters.increment(TransportCounter.ACKNOWLEDGEMENTS_RECEIVED);
            if (!answerThrough(psn, true, nowNs)) {
                handleImpliedNak(nowNs);
            }
        } else if (Syndrome.isReceiverNotReady(syndrome)) {
            counters.increment(TransportCounter.RECEIVER_NOT_READY_NAKS_RECEIVED);
            if (!answerThrough(psn, false, nowNs)) {
                handleImpliedNak(nowNs);
            } else if (connection.state().requests()) {
                recorder.recordRefusal(false, TransportCounter.RECEIVER_NOT_READY_NAKS_RECEIVED, psn);
                requester.receiverNotReady(nowNs, Syndrome.receiverNotReadyDelayNs(syndrome));
            }
        } else if (syndrome == Syndrome.NAK_SEQUENCE_ERROR) {
            counters.increment(TransportCounter.SEQUENCE_NAKS_RECEIVED);
            if (!answerThrough(psn, false, nowNs)) {
                handleImpliedNak(nowNs);
            } else if (connection.state().requests()) {
                recorder.recordRefusal(false, TransportCounter.SEQUENCE_NAKS_RECEIVED, psn);
                requester.goBackEarly(ConnectionRecorder.SEQUENCE_NAK, nowNs);
            }
        } else if (Syndrome.isNak(syndrome)) {
            counters.increment(TransportCounter.ofReceivedNak(syndrome));
            if (!answerThrough(psn, false, nowNs)) {
                handleImpliedNak(nowNs);
            } else if (connection.state().requests()) {
                recorder.recordRefusal(false, TransportCounter.ofReceivedNak(syndrome), psn);
                requester.failHead(statusOf(syndrome), syndrome);
            }
        } else {
            counters.increment(TransportCounter.DROPPED_UNEXPECTED_RESPONSES);
        }
    }

    /** Returns the completion status of a request that was answered with a NAK other than a sequence error. */
    private static int statusOf(final int syndrome) {
        return switch (syndrome) {
            case Syndrome.NAK_REMOTE_ACCESS_ERROR -> CompletionStatuses.REMOTE_ACCESS_ERROR;
            case Syndrome.NAK_REMOTE_OPERATIONAL_ERROR -> CompletionStatuses.REMOTE_OPERATION_ERROR;
            default -> CompletionStatuses.REMOTE_INVALID_REQUEST;
        };
    }

    private void handleImpliedNak(final long nowNs) {
        if (connection.state().requests()) {
            counters.increment(TransportCounter.IMPLIED_NAKS);
            requester.goBackEarly(ConnectionRecorder.IMPLIED_NAK, nowNs);
        }
    }

    /**
     * Marks packets up to one as answered, and completes requests on the way.
     *
     * @param inclusive whether that packet itself is also answered.
     * @return false if a READ or atomic in between needs a separate response. The packets before it are then marked as
     *     answered.
     */
    private boolean answerThrough(final int psn, final boolean inclusive, final long nowNs) {
        final int limit = inclusive ? PacketSequenceNumber.plus(psn, 1) : psn;
        final int before = window.unacked();
        boolean blocked = false;
        boolean progress = false;
        while (!blocked && connection.state().requests()
            && PacketSequenceNumber.distance(window.unacked(), limit) > 0) {
            blocked = RequestPackets.isAnswered(queue.operation(queue.offset(window.head())));
            progress |= !blocked;
            if (!blocked && window.answerHead(limit)) {
                requester.completeHead();
            }
        }
        if (progress && connection.state().requests()) {
            requester.renewTries(PacketSequenceNumber.distance(before, window.unacked()), nowNs);
        }
        return !blocked;
    }

    private void readData(final RocePacket packet, final int psn, final boolean atomic, final long nowNs) {
        final long request = window.locate(psn);
        if (request == SendWindow.BEHIND_UNANSWERED) {
            answerThrough(psn, false, nowNs);
            handleImpliedNak(nowNs);
            return;
        }
        final long slot = queue.offset(request);
        final int operation = queue.operation(slot);
        if (atomic != RequestPackets.isAtomic(operation) || !RequestPackets.isAnswered(operation)) {
            counters.increment(TransportCounter.DROPPED_UNEXPECTED_RESPONSES);
            return;
        }
        answerThrough(psn, false, nowNs);
        if (!connection.state().requests()) {
            return;
        }
        final boolean placed = atomic ? placeOriginalValue(packet, slot) : placePart(packet, slot);
        if (placed) {
            if (window.answerHead(PacketSequenceNumber.plus(psn, 1))) {
                requester.completeHead();
            }
            if (connection.state().requests()) {
                requester.renewTries(1, nowNs);
            }
        }
    }

    /** Places one packet of a READ response. Any mixture of first, middle, last and only packets is accepted. */
    private boolean placePart(final RocePacket packet, final long slot) {
        final long offset = (long) window.answeredOfHead() * requester.mtu();
        final int expected = (int) Math.min(requester.mtu(), queue.length(slot) - offset);
        if (packet.payloadBytes() != expected) {
            requester.failHead(CompletionStatuses.BAD_RESPONSE, 0);
            return false;
        }
        return scatter(packet, slot, offset, packet.payloadOffset(), expected);
    }

    private boolean placeOriginalValue(final RocePacket packet, final long slot) {
        final long value = packet.atomicAckEth().originalValue();
        // The value is big-endian on the wire, but in native order in memory.
        final int offset = packet.startOffset() + AtomicAcknowledgeHeader.START;
        packet.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, offset, value);
        return scatter(packet, slot, 0, offset, Long.BYTES);
    }

    private boolean scatter(
        final RocePacket packet, final long slot, final long offset, final int packetOffset, final int bytes) {
        if (memory.scatter(queue.memory(), queue.data(slot), offset, packet.segment(), packetOffset, bytes)) {
            return true;
        }
        requester.failHead(CompletionStatuses.LOCAL_PROTECTION_ERROR, 0);
        return false;
    }
}
