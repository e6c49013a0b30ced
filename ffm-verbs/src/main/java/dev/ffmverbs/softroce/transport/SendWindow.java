// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * Where a requester stands: in its send queue, and in its sequence of packets.
 *
 * <p>Requests, by number: before {@code head} they are complete, before {@code assigned} their packets have sequence
 * numbers, at {@code cursor} is the one to send from. Packets, by sequence number: before {@code unacked} they are
 * answered, {@code next} is sent next, and {@code end} is the first never sent. Going back means to set {@code cursor}
 * and {@code next} back to the first packet unanswered; numbers once assigned stay.
 */
final class SendWindow {

    /** Answer of {@link #locate} when an unanswered READ or atomic stands before. */
    static final long BEHIND_UNANSWERED = -1;

    private final SendQueue queue;
    private long head;
    private long assigned;
    private long cursor;
    private int cursorPacket;
    private int unacked;
    private int next;
    private int end;

    SendWindow(final SendQueue queue) {
        this.queue = queue;
    }

    void start(final int firstPsn) {
        unacked = firstPsn;
        next = firstPsn;
        end = firstPsn;
    }

    long head() {
        return head;
    }

    long cursor() {
        return cursor;
    }

    int cursorPacket() {
        return cursorPacket;
    }

    int unacked() {
        return unacked;
    }

    int next() {
        return next;
    }

    int end() {
        return end;
    }

    /** Whether packets are sent and not answered. */
    boolean hasUnanswered() {
        return unacked != end;
    }

    /** Whether some request has sequence numbers and is not complete. */
    boolean hasIncomplete() {
        return head != assigned;
    }

    /** Whether the cursor stands at a request without sequence numbers. */
    boolean isAtNewRequest() {
        return cursor == assigned;
    }

    /** Packets sent since the last one answered, as far as the cursor is. */
    int inFlight() {
        return PacketSequenceNumber.distance(unacked, next);
    }

    /** Whether the next packet was sent before. */
    boolean isRetransmission() {
        return PacketSequenceNumber.distance(next, end) > 0;
    }

    /** Whether a sequence number belongs to a packet sent and not answered. */
    boolean isUnanswered(final int psn) {
        return PacketSequenceNumber.distance(unacked, psn) >= 0 && PacketSequenceNumber.distance(psn, end) > 0;
    }

    /** Gives sequence numbers to the request at the cursor. */
    void assign(final int packets) {
        queue.assign(queue.offset(cursor), next, packets);
        assigned++;
    }

    /** Moves the cursor over packets just sent. */
    void advance(final int packets) {
        cursorPacket += packets;
        next = PacketSequenceNumber.plus(next, packets);
        if (PacketSequenceNumber.distance(end, next) > 0) {
            end = next;
        }
        if (cursorPacket == queue.packets(queue.offset(cursor))) {
            cursor++;
            cursorPacket = 0;
        }
    }

    /** Sets the cursor to the first packet unanswered. */
    void goBack() {
        cursor = head;
        next = unacked;
        cursorPacket = hasIncomplete() ? answeredOfHead() : 0;
    }

    /** Sets the cursor forward to the first packet unanswered, should it stand before it. */
    void catchUp() {
        if (PacketSequenceNumber.distance(next, unacked) > 0) {
            goBack();
        }
    }

    /** Packets of the oldest incomplete request that are answered. */
    int answeredOfHead() {
        return unacked - queue.firstPsn(queue.offset(head)) & PacketSequenceNumber.MASK;
    }

    /**
     * Finds the request that a packet belongs to.
     *
     * @param psn sequence number of a packet {@linkplain #isUnanswered unanswered}.
     * @return number of the request, or {@link #BEHIND_UNANSWERED}.
     */
    long locate(final int psn) {
        int ahead = PacketSequenceNumber.distance(unacked, psn);
        long request = head;
        int packets = queue.packets(queue.offset(head)) - answeredOfHead();
        while (ahead >= packets) {
            if (isAnswered(request)) {
                return BEHIND_UNANSWERED;
            }
            ahead -= packets;
            request++;
            packets = queue.packets(queue.offset(request));
        }
        return ahead > 0 && isAnswered(request) ? BEHIND_UNANSWERED : request;
    }

    private boolean isAnswered(final long request) {
        return RequestPackets.isAnswered(queue.operation(queue.offset(request)));
    }

    /**
     * Takes packets of the oldest incomplete request for answered.
     *
     * @param limit sequence number up to which packets are answered, exclusive.
     * @return true when all packets of that request are answered now.
     */
    boolean answerHead(final int limit) {
        final int left = queue.packets(queue.offset(head)) - answeredOfHead();
        final int answered = Math.min(left, PacketSequenceNumber.distance(unacked, limit));
        unacked = PacketSequenceNumber.plus(unacked, answered);
        return answered == left;
    }

    /** Retires the oldest incomplete request; its slot is the poster's again. */
    void retireHead() {
        head++;
        queue.retire(head);
    }

    /** Retires a request that never got sequence numbers, in the course of flushing. */
    void retireUnassigned() {
        retireHead();
        assigned = Math.max(assigned, head);
        cursor = head;
        cursorPacket = 0;
    }
}
