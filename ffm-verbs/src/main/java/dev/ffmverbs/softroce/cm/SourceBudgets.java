// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.Inet4Address;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Limits how many unsolicited messages are handled: requests, and answers to nothing.
 *
 * <p>An address is known if this device has asked it for a connection, or has had one with it. Each known address has a
 * budget that others cannot use up. All other addresses belong to strangers. Each stranger has a small budget, and all
 * strangers together have another one.
 *
 * <p>A request that exceeds its budget and comes again has another chance, in a budget for such requests alone. So a
 * peer is admitted by its retransmissions while somebody else floods from its address, or from any address.
 *
 * <p>Nothing a stranger does makes this object grow. Strangers' budgets are a table of fixed size over which addresses
 * are spread by a random factor; two addresses in one place share a budget. The number of known addresses is limited,
 * and the one unused for longest is forgotten first.
 *
 * <p>Guarded by the communication manager's lock.
 */
final class SourceBudgets {

    /** Enough for a program that makes hundreds of connections at once. */
    static final int KNOWN_PER_SECOND = 250;
    static final int KNOWN_BURST = 512;

    static final int STRANGER_PER_SECOND = 50;
    static final int STRANGER_BURST = 128;

    static final int ALL_STRANGERS_PER_SECOND = 200;
    static final int ALL_STRANGERS_BURST = 256;

    static final int REPEATED_PER_SECOND = 100;
    static final int REPEATED_BURST = 32;

    static final int KNOWN_LIMIT = 4_096;

    private static final int PLACE_BITS = 10;

    private final int factor;
    private final Budget[] strangers = new Budget[1 << PLACE_BITS];
    private final Budget allStrangers;
    private final Budget repeated;
    private final SeenRequests seen;
    private final Map<Integer, Budget> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<Integer, Budget> eldest) {
            return size() > KNOWN_LIMIT;
        }
    };

    /**
     * Creates full budgets without known addresses.
     *
     * @param seed  spreads addresses and requests over tables; must be unknown to others.
     * @param nowNs the time.
     */
    SourceBudgets(final long seed, final long nowNs) {
        final SplittableRandom random = new SplittableRandom(seed);
        factor = random.nextInt() | 1;
        seen = new SeenRequests(random.nextLong());
        repeated = new Budget(REPEATED_PER_SECOND, REPEATED_BURST, nowNs);
        allStrangers = new Budget(ALL_STRANGERS_PER_SECOND, ALL_STRANGERS_BURST, nowNs);
        for (int i = 0; i < strangers.length; i++) {
            strangers[i] = new Budget(STRANGER_PER_SECOND, STRANGER_BURST, nowNs);
        }
    }

    /** Makes an address known, because this device has decided to deal with it. */
    void makeKnown(final Inet4Address source, final long nowNs) {
        final Integer key = PeerKeys.number(source);
        if (known.get(key) == null) {
            known.put(key, new Budget(KNOWN_PER_SECOND, KNOWN_BURST, nowNs));
        }
    }

    /**
     * Takes one request out of the budget of its source, or out of the budget for requests that come again.
     *
     * @param peerId communication id of the source.
     * @return false if both are used up; the request must be dropped.
     */
    boolean takeRequest(final Inet4Address source, final int peerId, final long nowNs) {
        return take(source, nowNs) || seen.recordDrop(PeerKeys.of(source, peerId)) && takeFrom(repeated, nowNs);
    }

    /**
     * Takes one message out of the budget of its source.
     *
     * @return false if it is used up; the message must be dropped.
     */
    boolean take(final Inet4Address source, final long nowNs) {
        final Budget own = known.get(PeerKeys.number(source));
        if (own != null) {
            return takeFrom(own, nowNs);
        }
        final Budget stranger = strangers[PeerKeys.number(source) * factor >>> Integer.SIZE - PLACE_BITS];
        if (!stranger.allows(nowNs) || !takeFrom(allStrangers, nowNs)) {
            return false;
        }
        stranger.take(nowNs);
        return true;
    }

    private static boolean takeFrom(final Budget budget, final long nowNs) {
        final boolean allowed = budget.allows(nowNs);
        if (allowed) {
            budget.take(nowNs);
        }
        return allowed;
    }

    int knownCount() {
        return known.size();
    }
}
