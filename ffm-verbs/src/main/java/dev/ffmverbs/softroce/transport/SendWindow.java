// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * The position of a requester in its send queue and in its sequence of packets.
 *
 * <p>Requests are counted by number. Those before {@code head} are complete, and those before {@code assigned} have
 * sequence numbers for their packets. The next packet to send belongs to the request at {@code cursor}. Packets are
 * counted by sequence number. Those before {@code unacked} are answered, {@code next} is sent next, and {@code end} is
 * the first never sent. To go back is to reset {@code cursor} and {@code next} to the first unanswered packet. Sequence
 * numbers never change once assigned. A request that the device executes itself has none.
 */
final class SendWindow {

    /** Result of {@link #locate} if an unanswered READ or atomic precedes the packet. */
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

    /** Returns the number of the first packet that was never sent. */
    int end() {
        return end;
    }

    /** Returns whether packets are sent and not answered. */
    boolean hasUnanswered() {
        return unacked != end;
    }

    /** Returns whether some request has sequence numbers and is not complete. */
    boolean hasIncomplete() {
        return head != assigned;
    }

    /** Returns whether the cursor is at a request without sequence numbers. */
    boolean isAtNewRequest() {
        return cursor == assigned;
    }

    /** Returns the number of packets sent since the last one answered, up to the cursor. */
    int inFlight() {
        return PacketSequenceNumber.distance(unacked, next);
    }

    /** Returns whether the next packet was sent before. */
    boolean isRetransmission() {
        return PacketSequenceNumber.distance(next, end) > 0;
    }

    /** Returns whether a sequence number belongs to a packet sent and not answered. */
    boolean isUnanswered(final int psn) {
        return PacketSequenceNumber.distance(unacked, psn) >= 0 && PacketSequenceNumber.distance(psn, end) > 0;
    }

    /** Assigns sequence numbers to the request at the cursor. */
    void assign(final int packets) {
        queue.assign(queue.offset(cursor), next, packets);
        assigned++;
    }

    /** Moves the cursor past packets just sent. */
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

    /** Sets the cursor to the first unanswered packet. */
    void goBack() {
        cursor = head;
        next = unacked;
        cursorPacket = hasIncomplete() ? answeredOfHead() : 0;
    }

    /** Moves the cursor forward to the first unanswered packet if it is before it. */
    void catchUp() {
        if (PacketSequenceNumber.distance(next, unacked) > 0) {
            goBack();
        }
    }

    /** Returns the number of answered packets of the oldest incomplete request. */
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
     * Marks packets of the oldest incomplete request as answered.
     *
     * @param limit sequence number up to which packets are answered, exclusive.
     * @return true if all packets of that request are now answered.
     */
    boolean answerHead(final int limit) {
        final int left = queue.packets(queue.offset(head)) - answeredOfHead();
        final int answered = Math.min(left, PacketSequenceNumber.distance(unacked, limit));
        unacked = PacketSequenceNumber.plus(unacked, answered);
        return answered == left;
    }

    /** Retires the oldest incomplete request. Its slot returns to the poster. */
    void retireHead() {
        head++;
        queue.retire(head);
    }

    /** Retires the oldest request, which has no packets. The cursor may still be at it. */
    void retireExecuted() {
        retireHead();
        if (cursor < head) {
            cursor = head;
            cursorPacket = 0;
        }
    }

    /** Retires the oldest request when the connection ends. The request may never have got sequence numbers. */
    void retireUnassigned() {
        retireHead();
        assigned = Math.max(assigned, head);
        cursor = head;
        cursorPacket = 0;
    }

    @Override
    public String toString() {
        return "SendWindow[head=" + head + ", assigned=" + assigned + ", cursor=" + cursor + ", unacked="
            + unacked + ", next=" + next + ", end=" + end + "]";
    }
}
