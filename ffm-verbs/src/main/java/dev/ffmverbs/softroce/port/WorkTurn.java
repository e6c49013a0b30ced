// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/**
 * Decides how much of the work of a port a thread does before it releases the dispatch lock, and when it checks the
 * deadlines.
 *
 * <p>A turn consists of rounds. In each, a batch of packets is received and then answered. Guarded by the dispatch
 * lock.
 */
final class WorkTurn {

    /**
     * Maximum number of packets received before they are answered, so that one acknowledgement covers all. Reached by
     * doubling.
     */
    private static final int MAX_BATCH_PACKETS = 32;

    private static final int MAX_ROUNDS = 16;

    /**
     * Number of packets to receive before a thread that waits for the lock gets it. This takes a tenth of the longest
     * turn. Connecting takes the lock some ten times. It would take as many of the longest turns otherwise, and with
     * fewer packets, those would wait instead.
     */
    private static final int PACKETS_BEFORE_OTHERS = MAX_BATCH_PACKETS;

    private int batch;
    private int packets;
    private int rounds;
    private int unexpiredRounds;
    private boolean full;

    void begin() {
        batch = 1;
        packets = 0;
        rounds = 0;
    }

    /** Returns the maximum number of packets to receive in this round. */
    int batch() {
        return batch;
    }

    /** Records the packets of this round. Returns whether there may be more. */
    boolean isFull(final int received) {
        full = received >= batch;
        packets += received;
        rounds++;
        unexpiredRounds++;
        batch = Math.min(2 * batch, MAX_BATCH_PACKETS);
        return full;
    }

    /**
     * Returns whether to check the deadlines in this round. That is when all packets were received, because late
     * responses may have arrived while no thread was here to receive them. If there are always more packets, it is
     * after a number of rounds, in however many turns.
     */
    boolean mustExpire() {
        if (full && unexpiredRounds < MAX_ROUNDS) {
            return false;
        }
        unexpiredRounds = 0;
        return true;
    }

    /** Returns whether to release the lock in any case. */
    boolean isOver() {
        return rounds >= MAX_ROUNDS;
    }

    /** Returns whether to release the lock if another thread waits for it. */
    boolean letsOthersIn() {
        return packets >= PACKETS_BEFORE_OTHERS;
    }
}
