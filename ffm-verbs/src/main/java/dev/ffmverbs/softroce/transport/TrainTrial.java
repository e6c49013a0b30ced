// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * Tests whether the peer accepts trains, with one packet at a time that follows another. The packet is one of the
 * requests or one of the responses of a connection.
 *
 * <p>The packet is sent for the first time, so that no earlier copy of it can arrive instead. Another packet follows
 * it, alone, so that the peer notices a gap at once. A program may never send more than two packets at once, and no
 * packet follows its second. That one is sent as a trial, too, if there has been no better one for a while. If the peer
 * does not accept it, a timer repeats it, which proves nothing. A few such repetitions end trials of this kind.
 */
final class TrainTrial {

    private final PeerTrains peer;
    private boolean runs;
    private boolean ends;
    private int psn;

    TrainTrial(final PeerTrains peer) {
        this.peer = peer;
    }

    /**
     * Returns whether a packet sent for the first time may be sent as a trial.
     *
     * @param isLast whether no other packet follows it.
     */
    boolean mayBegin(final boolean isLast) {
        return !runs && (isLast ? peer.areTriedWithLast() : peer.areTried());
    }

    /** Records that such a packet was sent in a train, behind another. */
    void begin(final int newPsn, final boolean isLast) {
        runs = true;
        ends = isLast;
        psn = newPsn;
    }

    /** Records that the peer has received everything before a sequence number. */
    void receivedBefore(final int limit) {
        peer.countReceived();
        if (runs && PacketSequenceNumber.distance(psn, limit) > 0) {
            runs = false;
            peer.markTaken();
        }
    }

    /** Records that the peer lacks a packet and nothing before it. Returns whether it is the packet on trial. */
    boolean missedAt(final int missing) {
        final boolean refused = runs && psn == missing;
        runs = false;
        if (refused) {
            peer.countRefusal();
        }
        return refused;
    }

    /** Ends the trial without a result, because packets are sent again for an unknown reason. */
    void abandon() {
        if (runs && ends) {
            peer.countUnansweredLast();
        }
        runs = false;
    }

    /** Ends the trial, because the peer is a new one. */
    void reset() {
        runs = false;
    }

    /** Returns whether the packet on trial is in a range of packets. */
    boolean isWithin(final int firstPsn, final int packets) {
        return runs && (psn - firstPsn & PacketSequenceNumber.MASK) < packets;
    }
}
