// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.PacketSink;

/**
 * The IPv4 identifications that a peer uses. Any other value means corruption, so that the checksum keeps its strength.
 *
 * <p>One kind of peer sends 0, or 0, 1, 2, ... where packets leave as a train. The other kind, such as Linux rxe,
 * counts up through all 65 536 values. Its counter never reaches 0 twice without large values in between, which
 * distinguishes the two kinds.
 *
 * <p>Small identifications always pass. They admit 64 of 2^32 checksums, so that 26 of 32 bits of checking strength
 * remain for a peer that sends trains. For a peer that counts up, 16 bits remain.
 */
final class PeerIdentifications {

    /** Number of zeros without a large identification in between after which large ones count as corruption. */
    private static final int TELLING_ZEROS = 2;

    private int zeros;

    void reset() {
        zeros = 0;
    }

    /** Records the identification of a packet. Returns false if the packet is corrupt. */
    boolean accepts(final int identification) {
        return accepts(identification, true);
    }

    /**
     * Returns false if a packet is corrupt.
     *
     * @param learns whether to record its identification. A packet that another machine may have sent in the name of
     *               the peer shows nothing about the peer.
     */
    boolean accepts(final int identification, final boolean learns) {
        if (identification == 0) {
            if (learns) {
                zeros = Math.min(TELLING_ZEROS, zeros + 1);
            }
            return true;
        }
        if (identification == Icrc.CORRUPT) {
            return false;
        }
        if (identification < PacketSink.MAX_TRAIN_PACKETS) {
            // The index of a packet in its train.
            return true;
        }
        if (zeros == TELLING_ZEROS) {
            return false;
        }
        if (learns) {
            zeros = 0;
        }
        return true;
    }

    /** Returns whether an accepted packet shows that the peer sends trains. */
    boolean isOfTrain(final int identification) {
        return identification != 0 && zeros == TELLING_ZEROS;
    }
}
