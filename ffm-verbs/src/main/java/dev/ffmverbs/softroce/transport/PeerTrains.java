// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

/**
 * Determines whether a peer accepts trains, that is, packets with an IPv4 identification other than 0.
 *
 * <p>A device of version 0.1 accepts every packet until it has received two with identification 0. From then on it
 * drops packets with any other identification. It therefore loses every packet of a train except the first. A
 * connection tests its peer first:
 * <ol>
 *   <li>Packets travel alone until the peer has received two.
 *   <li>Then single packets follow another one, in a {@link TrainTrial}. If the peer receives such a packet, it accepts
 *       trains for the rest of the connection, whatever the link loses later. If {@value #REFUSALS} in a row are
 *       missing although everything before them has arrived, the peer does not accept trains. Each missing packet is
 *       sent again alone, so that only a round trip is lost.
 *   <li>After {@value #PATIENCE} packets that no other packet followed, such packets are trials, too. Trials of this
 *       kind end after {@value #REFUSALS} of them were repeated by a timer, because that costs more than a round trip.
 * </ol>
 *
 * <p>A peer that sends trains also accepts them. Devices that do not accept trains do not send them either.
 */
final class PeerTrains {

    /** Number of consecutive trial packets, each the only loss of its train, that ordinary loss is unlikely to hit. */
    static final int REFUSALS = 3;

    /** Number of last packets that leave alone before one is sent as a trial. */
    static final int PATIENCE = 16;

    private static final int FIRST_PACKETS = 2;

    /** What is known about the peer. */
    private enum Knowledge {
        /** The peer may not have received two packets yet. */
        NOTHING,
        /** The next trial decides. */
        TRYING,
        /** The peer accepts trains. */
        TAKEN,
        /** The peer accepts packets with identification 0 only. */
        REFUSED
    }

    private final ReliableConnection connection;
    private final TransportCounters counters;
    private Knowledge knowledge = Knowledge.NOTHING;
    private int received;
    private int refusals;
    private int lastPackets;
    private int unansweredLast;

    PeerTrains(final ReliableConnection connection, final TransportCounters counters) {
        this.connection = connection;
        this.counters = counters;
    }

    /** Resets everything for a new peer. */
    void reset() {
        knowledge = Knowledge.NOTHING;
        received = 0;
        refusals = 0;
        lastPackets = 0;
        unansweredLast = 0;
    }

    /** Returns whether any packet may follow another. */
    boolean areTaken() {
        return knowledge == Knowledge.TAKEN;
    }

    /** Returns whether a trial is useful now. */
    boolean areTried() {
        return knowledge == Knowledge.TRYING;
    }

    /** Returns whether a trial with a packet that no other follows is useful now. */
    boolean areTriedWithLast() {
        return areTried() && lastPackets >= PATIENCE && unansweredLast < REFUSALS;
    }

    /** Records that a packet was sent for the first time, and no other packet follows it. */
    void countLast() {
        if (areTried() && lastPackets < PATIENCE) {
            lastPackets++;
        }
    }

    /** Records that a timer has repeated a packet on trial that no other packet followed. */
    void countUnansweredLast() {
        unansweredLast++;
    }

    /** Records that the peer has received at least one more packet. */
    void countReceived() {
        if (knowledge == Knowledge.NOTHING && ++received == FIRST_PACKETS) {
            knowledge = Knowledge.TRYING;
        }
    }

    /** Records that the peer has received a packet that followed another, or has sent one. */
    void markTaken() {
        knowledge = Knowledge.TAKEN;
    }

    /** Records that a trial packet is missing although everything before it has arrived. */
    void countRefusal() {
        if (knowledge == Knowledge.TRYING && ++refusals == REFUSALS) {
            knowledge = Knowledge.REFUSED;
            counters.increment(TransportCounter.TRAIN_FALLBACKS);
            connection.report(AsynchronousEvents.TRAINS_REFUSED);
        }
    }
}
