// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/**
 * Whether a peer takes trains, that is, packets with an IPv4 identification other than 0.
 *
 * <p>A device of version 0.1 takes every packet until it has received two with identification 0; from then on it drops
 * those with another. So trains lose exactly the packets that follow. A connection finds out first:
 * <ol>
 *   <li>Packets travel alone until the peer has received two.
 *   <li>Then single packets follow another, in a {@link TrainTrial}. When the peer receives one, it takes trains, for
 *       the rest of the connection's life, whatever the link loses later. When {@value #REFUSALS} in a row are missing
 *       while everything before them has arrived, it takes none. Each is sent again alone, so nothing is lost but one
 *       round trip.
 * </ol>
 *
 * <p>A peer that sends trains takes them: devices that cannot take them cannot send them either.
 */
final class PeerTrains {

    /** Missing packets in a row, each the only one its train lost, that no ordinary loss is likely to choose. */
    static final int REFUSALS = 3;

    private static final int FIRST_PACKETS = 2;

    /** What is known. */
    private enum Knowledge {
        /** The peer may not have received two packets yet. */
        NOTHING,
        /** The next trial tells. */
        TRYING,
        /** The peer takes trains. */
        TAKEN,
        /** The peer takes packets with identification 0 only. */
        REFUSED
    }

    private final ReliableConnection connection;
    private final TransportCounters counters;
    private Knowledge knowledge = Knowledge.NOTHING;
    private int received;
    private int refusals;

    PeerTrains(final ReliableConnection connection, final TransportCounters counters) {
        this.connection = connection;
        this.counters = counters;
    }

    /** Forgets everything, because there is a new peer. */
    void reset() {
        knowledge = Knowledge.NOTHING;
        received = 0;
        refusals = 0;
    }

    /** Whether any packet may follow another. */
    boolean areTaken() {
        return knowledge == Knowledge.TAKEN;
    }

    /** Whether a trial makes sense now. */
    boolean areTried() {
        return knowledge == Knowledge.TRYING;
    }

    /** Notes that the peer has received one more packet at least. */
    void countReceived() {
        if (knowledge == Knowledge.NOTHING && ++received == FIRST_PACKETS) {
            knowledge = Knowledge.TRYING;
        }
    }

    /** Notes that the peer has received a packet that followed another, or has sent one. */
    void markTaken() {
        knowledge = Knowledge.TAKEN;
    }

    /** Notes that a packet on trial is missing, and nothing before it. */
    void countRefusal() {
        if (knowledge == Knowledge.TRYING && ++refusals == REFUSALS) {
            knowledge = Knowledge.REFUSED;
            counters.increment(TransportCounter.TRAIN_FALLBACKS);
            connection.report(AsynchronousEvents.TRAINS_REFUSED);
        }
    }
}
