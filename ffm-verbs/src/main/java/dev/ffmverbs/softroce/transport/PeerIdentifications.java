// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Icrc;

/**
 * Which IPv4 identifications a peer sends. What it does not send is corruption, so that the checksum keeps its power.
 *
 * <p>A peer of one kind sends 0, or 0, 1, 2, ... where packets leave as a train. A peer of the other kind counts up,
 * through all 65 536 values; Linux rxe does. Its counter never stands at 0 twice without large values in between, which
 * tells one kind from the other.
 *
 * <p>Small identifications always pass. They are 64 of 2^32 checksums, so 26 of 32 bits of checking power remain for a
 * peer that sends trains. A peer that counts up leaves 16.
 */
final class PeerIdentifications {

    /** Most packets in a train; a packet's identification is its index. */
    private static final int TRAIN_PACKETS = 64;
    /** Zeros without a large identification in between after which large ones are corruption. */
    private static final int TELLING_ZEROS = 2;

    private int zeros;

    void reset() {
        zeros = 0;
    }

    /** Takes note of a packet; returns false if it is corrupt. */
    boolean accepts(final int identification) {
        if (identification == 0) {
            zeros = Math.min(TELLING_ZEROS, zeros + 1);
            return true;
        }
        if (identification == Icrc.CORRUPT) {
            return false;
        }
        if (identification < TRAIN_PACKETS) {
            return true;
        }
        if (zeros == TELLING_ZEROS) {
            return false;
        }
        zeros = 0;
        return true;
    }

    /** Whether a packet that was accepted shows that the peer sends trains. */
    boolean isOfTrain(final int identification) {
        return identification != 0 && zeros == TELLING_ZEROS;
    }
}
