// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.PacketSequenceNumber;

/**
 * One packet at a time that follows another in a train, to see whether the peer takes it: of the requests that a
 * connection sends, or of its answers.
 *
 * <p>The packet is sent for the first time, so that no earlier copy of it can be what arrives, and another packet comes
 * after it, alone, so that the peer notices a gap at once.
 */
final class TrainTrial {

    private final PeerTrains peer;
    private boolean runs;
    private int psn;

    TrainTrial(final PeerTrains peer) {
        this.peer = peer;
    }

    void reset() {
        runs = false;
    }

    /** Whether a packet that is sent for the first time, and before others, may follow another as a trial. */
    boolean mayBegin() {
        return !runs && peer.areTried();
    }

    /** Notes that such a packet was sent in a train, behind another. */
    void begin(final int newPsn) {
        runs = true;
        psn = newPsn;
    }

    /** Notes that the peer has received everything before a sequence number. */
    void receivedBefore(final int limit) {
        peer.countReceived();
        if (runs && PacketSequenceNumber.distance(psn, limit) > 0) {
            runs = false;
            peer.markTaken();
        }
    }

    /** Notes that the peer misses a packet, and nothing before it; returns whether it is the one on trial. */
    boolean missedAt(final int missing) {
        final boolean refused = runs && psn == missing;
        runs = false;
        if (refused) {
            peer.countRefusal();
        }
        return refused;
    }

    /** Gives up, because packets are about to be sent again and the peer has not said why. */
    void abandon() {
        runs = false;
    }

    /** Whether the packet on trial is one of some packets in a row. */
    boolean isWithin(final int firstPsn, final int packets) {
        return runs && (psn - firstPsn & PacketSequenceNumber.MASK) < packets;
    }
}
