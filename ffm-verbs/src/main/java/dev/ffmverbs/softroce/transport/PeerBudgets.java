// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.wire.IpAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * The number of request packets that all connections to one peer may have in flight together, for each peer. They share
 * the receive buffer of that peer, whose size a sender does not know.
 *
 * <p>Each loss halves the number, because the connections must together be no faster than the buffer allows. Whenever
 * as many packets were answered as may be in flight, the number grows again.
 *
 * <p>Guarded by the dispatch lock. The holder of the lock gives a turn to the connection that is
 * {@linkplain #next next}.
 */
public final class PeerBudgets {

    /** Minimum number of packets in flight to a peer. It is large enough for a loss among them to show as a gap. */
    static final int LEAST_PACKETS = 8;
    /** More than the connections of a usual program send. Without losses, they do not notice each other. */
    static final int MOST_PACKETS = 4096;
    private static final int GROWTH_SHARE = 8;

    private final Map<IpAddress, Budget> byAddress = new HashMap<>();

    /** The budgets that have something free for a connection that waits. */
    private final Queue<Budget> open = new ArrayDeque<>();

    /** Number of packets that one connection may have in flight. */
    private final int windowPackets;

    PeerBudgets(final int windowPackets) {
        this.windowPackets = windowPackets;
    }

    /** The budget of one peer. */
    private final class Budget {

        private final IpAddress address;
        private final SharedBudget packets = new SharedBudget(MOST_PACKETS);
        private int limit = MOST_PACKETS;
        private int answered;
        private int members;
        private boolean isOpen;

        Budget(final IpAddress address) {
            this.address = address;
        }

        private void change(final int newLimit) {
            limit = newLimit;
            answered = 0;
            packets.limit(newLimit);
        }

        void shrink() {
            change((int) Math.max(LEAST_PACKETS, Math.min(limit, Math.max(windowPackets, packets.amountInUse())) / 2));
        }

        void grow(final int answeredPackets) {
            if (limit < MOST_PACKETS) {
                answered += answeredPackets;
                if (answered >= limit) {
                    change(Math.min(MOST_PACKETS, limit + Math.max(LEAST_PACKETS, limit / GROWTH_SHARE)));
                }
            }
        }

        void openIfNext() {
            if (!isOpen && packets.next() != SharedBudget.NOBODY) {
                open.add(this);
                isOpen = true;
            }
        }
    }

    /**
     * Returns the connection that may continue.
     *
     * @return number of a queue pair that waits for packets that are free, or {@link SharedBudget#NOBODY}.
     */
    public int next() {
        Budget first = open.peek();
        while (first != null) {
            final int queuePair = first.packets.next();
            if (queuePair != SharedBudget.NOBODY) {
                return queuePair;
            }
            open.remove();
            first.isOpen = false;
            first = open.peek();
        }
        return SharedBudget.NOBODY;
    }

    /** Returns how many peers are known. */
    int size() {
        return byAddress.size();
    }

    /**
     * Adds a connection to those that share the budget of a peer.
     *
     * @param address   address of the peer.
     * @param queuePair number of the queue pair.
     * @return its share, which leaves in the end.
     */
    Share join(final IpAddress address, final int queuePair) {
        final Budget budget = byAddress.computeIfAbsent(address, Budget::new);
        final Share share = new Share(budget, queuePair);
        budget.members++;
        return share;
    }

    /**
     * The share of one connection.
     *
     * <p>A peer that is silent may be gone, or have lost what all connections sent. Until it answers again, the
     * connection sends it one packet at a time, and gives that back once the peer is silent again. It does not hold
     * back other connections for long.
     */
    final class Share {

        private final Budget budget;
        private final SharedBudget.Share packets;
        private int taken;
        private boolean doubtful;
        private boolean left;

        private Share(final Budget budget, final int queuePair) {
            this.budget = budget;
            this.packets = budget.packets.newShare(queuePair);
        }

        /**
         * Takes a packet, or waits for one.
         *
         * @param inFlight number of packets of this connection in flight.
         * @return whether the packet may be sent. If not, the connection retries in its next turn.
         */
        boolean take(final int inFlight) {
            if (doubtful && inFlight > 0) {
                return false;
            }
            final boolean free = packets.take(1);
            taken += free ? 1 : 0;
            return free;
        }

        /** Returns whether the connection waits. */
        boolean isWaiting() {
            return packets.isWaiting();
        }

        /** Returns whether the packet just taken is the last one for now, so that it should be acknowledged. */
        boolean isLast() {
            return doubtful || budget.packets.isUsedUp();
        }

        /** Returns how many packets all connections to the peer may have in flight. */
        int limit() {
            return budget.limit;
        }

        /** Returns a packet that was not sent after all. */
        void giveBack() {
            giveBack(1);
        }

        private void giveBack(final int count) {
            if (taken > 0) {
                final int returned = Math.min(taken, count);
                taken -= returned;
                packets.giveBack(returned);
            }
            budget.openIfNext();
        }

        /**
         * Records that the peer has answered.
         *
         * @param answered packets that were answered. A response to a READ counts as one for each of its packets.
         * @param inFlight packets still in flight.
         */
        void recordAnswers(final int answered, final int inFlight) {
            doubtful = false;
            budget.grow(answered);
            giveBack(inFlight == 0 ? taken : answered);
        }

        /** Records that something was lost. */
        void recordLoss() {
            budget.shrink();
        }

        /** Records that nothing is in flight, because the connection sends everything unanswered again. */
        void restart() {
            giveBack(taken);
        }

        /** Records that the peer may be gone, because it is silent. */
        void doubtPeer() {
            doubtful = true;
            packets.leave();
            giveBack(taken);
        }

        /** Records that the connection has used its turn. */
        void endTurn() {
            packets.endTurn();
            budget.openIfNext();
        }

        /** Ends the share. */
        void leave() {
            packets.leave();
            giveBack(taken);
            if (!left) {
                left = true;
                budget.members--;
                if (budget.members == 0) {
                    byAddress.remove(budget.address);
                }
            }
        }
    }
}
