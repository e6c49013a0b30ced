// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * Tests whether the peer accepts trains, with one packet at a time that follows another. The packet is one of the
 * requests or one of the responses of a connection.
 *
 * <p>The packet is sent for the first time, so that no earlier copy of it can arrive instead. Another packet follows
 * it, alone, so that the peer notices a gap at once.
 */
final class TrainTrial {

    private final PeerTrains peer;
    private boolean runs;
    private int psn;

    TrainTrial(final PeerTrains peer) {
        this.peer = peer;
    }

    /** Returns whether a packet sent for the first time, with others to follow, may be sent as a trial. */
    boolean mayBegin() {
        return !runs && peer.areTried();
    }

    /** Records that such a packet was sent in a train, behind another. */
    void begin(final int newPsn) {
        runs = true;
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

    /** Ends the trial without a result: the peer is a new one, or packets are sent again for an unknown reason. */
    void abandon() {
        runs = false;
    }

    /** Returns whether the packet on trial is in a range of packets. */
    boolean isWithin(final int firstPsn, final int packets) {
        return runs && (psn - firstPsn & PacketSequenceNumber.MASK) < packets;
    }
}
