// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.constants.CompletionStatuses;
import dev.ffmverbs.spi.constants.EventTypes;
import dev.ffmverbs.spi.constants.SendFlags;
import java.lang.foreign.MemorySegment;

/**
 * Sends the requests of an unreliable service, in order. Nobody answers them, so that a request completes when its last
 * packet has left.
 */
final class UnreliableRequester {

    /** Sends the packets of one service. */
    interface PacketWriter {

        /** Returns how many packets carry a request, or 0 if it completes although it cannot be sent. */
        int countPackets(long slot);

        /**
         * Sends a packet of a request.
         *
         * @param request sequence number of the request in the send queue.
         * @param index   index of the packet in its request.
         * @param last    whether it is the last one.
         * @param psn     packet sequence number.
         * @return {@link CompletionStatuses#SUCCESS}, {@link #NO_ROOM}, or the status that the request fails with.
         */
        int sendPacket(long request, int index, boolean last, int psn);
    }

    /** Result of {@link PacketWriter#sendPacket} if nothing can be sent now. */
    static final int NO_ROOM = -1;

    private final TransportService service;
    private final SendQueue queue;
    private final ScatterGather memory;
    private final CompletionSink completions;
    private final boolean signalAll;
    private final PacketWriter writer;
    private final LocalRequests local;
    private long head;

    /** Number of packets of the oldest request, and how many have left. Both 0 before it is started. */
    private int packets;
    private int index;
    private int psn;
    private boolean draining;
    private boolean drainReported;

    UnreliableRequester(
        final TransportService service, final QueuePairQueues queues, final ScatterGather memory,
        final PacketWriter writer) {
        this.service = service;
        this.queue = queues.sends();
        this.memory = memory;
        this.completions = queues.sendCompletions();
        this.signalAll = queues.signalAll();
        this.writer = writer;
        this.local = new LocalRequests(
            queue, service.context().memory().windows(), memory.protectionDomain(), service.number());
    }

    void start(final int firstPsn) {
        psn = firstPsn;
    }

    /** Sends what may be sent, up to a number of packets. Returns how many it sent. */
    int transmit(final int maxPackets) {
        int sent = 0;
        while (sent < maxPackets && mayContinue() && sendNext()) {
            sent++;
        }
        reportDrained();
        return sent;
    }

    /** Returns whether some packets of a request are sent, and others are not. */
    boolean isWithinRequest() {
        return index > 0;
    }

    private boolean mayContinue() {
        return isWithinRequest() || !draining && head != queue.postedCount();
    }

    /** Sends a packet, or completes a request that has none. Returns false if nothing more can be sent now. */
    private boolean sendNext() {
        if (index == 0 && RequestPackets.isLocal(queue.operation(queue.offset(head)))) {
            return executeLocal(queue.offset(head));
        }
        if (index == 0 && !begin(queue.offset(head))) {
            return false;
        }
        if (packets > 0) {
            final int status = writer.sendPacket(head, index, index + 1 == packets, psn);
            if (status != CompletionStatuses.SUCCESS) {
                if (status != NO_ROOM) {
                    fail(status);
                }
                return false;
            }
            index++;
        }
        psn = PacketSequenceNumber.plus(psn, 1);
        if (index == packets) {
            complete();
        }
        return true;
    }

    private boolean executeLocal(final long slot) {
        final int status = local.execute(slot);
        if (status != RequestSlots.EXECUTED) {
            fail(status);
            return false;
        }
        complete();
        return true;
    }

    private boolean begin(final long slot) {
        if (!queue.isFlagged(slot, SendFlags.INLINE)
            && !memory.isRegistered(queue.memory(), queue.data(slot), queue.elements(slot), 0)) {
            fail(CompletionStatuses.LOCAL_PROTECTION_ERROR);
            return false;
        }
        packets = writer.countPackets(slot);
        return true;
    }

    /** Copies a part of the data of a request into a packet. Returns false if its memory is no longer registered. */
    boolean gather(final long slot, final long offset, final RocePacket packet, final int bytes) {
        if (queue.isFlagged(slot, SendFlags.INLINE)) {
            MemorySegment.copy(
                queue.memory(), queue.data(slot) + offset, packet.segment(), packet.payloadOffset(), bytes);
            return true;
        }
        return memory.gather(
            queue.memory(), queue.data(slot), offset, packet.segment(), packet.payloadOffset(), bytes);
    }

    private void complete() {
        final long slot = queue.offset(head);
        final boolean signaled = signalAll || queue.isFlagged(slot, SendFlags.SIGNALED);
        final long workRequestId = queue.workRequestId(slot);
        final int operation = queue.operation(slot);
        final int length = (int) queue.length(slot);
        retireHead();
        if (signaled) {
            report(workRequestId, CompletionStatuses.SUCCESS, operation, length);
        }
    }

    private void fail(final int status) {
        completeWithError(status);
        service.fail();
    }

    private void completeWithError(final int status) {
        final long slot = queue.offset(head);
        final long workRequestId = queue.workRequestId(slot);
        final int operation = queue.operation(slot);
        retireHead();
        report(workRequestId, status, operation, 0);
    }

    /** Returns the slot of the oldest request to the poster. */
    private void retireHead() {
        packets = 0;
        index = 0;
        head++;
        queue.retire(head);
    }

    private void report(final long workRequestId, final int status, final int operation, final int length) {
        completions.complete(workRequestId, status, 0, RequestPackets.completion(operation), length, 0, 0,
            service.number(), false);
    }

    /** Completes all posted requests as flushed. */
    void flush() {
        while (head != queue.postedCount()) {
            completeWithError(CompletionStatuses.WORK_REQUEST_FLUSHED);
        }
    }

    /** Discards all posted requests without completions. */
    void reset() {
        draining = false;
        while (head != queue.postedCount()) {
            retireHead();
        }
    }

    void drain(final boolean drain) {
        draining = drain;
        drainReported = false;
    }

    private void reportDrained() {
        if (draining && !drainReported && !isWithinRequest() && service.state().requests()) {
            drainReported = true;
            service.report(EventTypes.SEND_QUEUE_DRAINED);
        }
    }
}
