// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.Inet4Address;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How many messages that nobody waits for are handled: requests, and answers to nothing.
 *
 * <p>An address is known when this device has asked it for a connection, or has had one with it. Each known address has
 * a budget that others cannot use up. All other addresses belong to strangers. A stranger has a small budget, and all
 * strangers together have another one.
 *
 * <p>A request that is beyond its budget and comes again has another chance, in a budget that only such requests have.
 * So a peer gets in by its retransmissions while somebody else floods from its address, or from any.
 *
 * <p>Nothing a stranger does makes this object grow. Strangers' budgets are a table of fixed size over which addresses
 * are spread by a random factor; two that share a place share a budget. Known addresses are limited in number, and the
 * one longest unused is forgotten first.
 *
 * <p>Used under the communication manager's lock.
 */
final class SourceBudgets {

    /** Room for a program that makes hundreds of connections at once. */
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
     * Starts with full budgets and nobody known.
     *
     * @param seed  of what spreads addresses and requests over tables, unknown to others.
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

    /** Notes that this device deals with an address by its own decision. */
    void makeKnown(final Inet4Address source, final long nowNs) {
        final Integer key = PeerKeys.number(source);
        if (known.get(key) == null) {
            known.put(key, new Budget(KNOWN_PER_SECOND, KNOWN_BURST, nowNs));
        }
    }

    /**
     * Takes one request out of its source's budget, or of that for requests that come again.
     *
     * @param peerId the id that the source calls the connection by.
     * @return false when they are used up; the request is to be dropped.
     */
    boolean takeRequest(final Inet4Address source, final int peerId, final long nowNs) {
        return take(source, nowNs) || seen.note(PeerKeys.of(source, peerId)) && takeFrom(repeated, nowNs);
    }

    /**
     * Takes one message out of its source's budget.
     *
     * @return false when that is used up; the message is to be dropped.
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
