// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Limits how many unsolicited messages are handled. There are two kinds: requests to listeners, and messages that are
 * only answered, which are requests without a listener and answers to nothing.
 *
 * <p>The two kinds have separate budgets. A device answers as soon as it is open. Peers that send requests before the
 * application listens are refused, and send them again. These refusals do not use the budgets for requests to
 * listeners.
 *
 * <p>An address is known if this device has requested a connection with it, or has had one. Each known address has
 * budgets that others cannot use up. All other addresses belong to {@linkplain StrangerBudgets strangers}.
 *
 * <p>A request to a listener that exceeds its budget and is repeated has another chance, in a budget for such requests
 * alone. A peer is thus admitted by its retransmissions even while another host floods from its address, or from any
 * address.
 *
 * <p>A stranger cannot make this object grow. The number of known addresses is limited, and the least recently used
 * address is forgotten first.
 *
 * <p>Guarded by the communication manager's lock.
 */
final class SourceBudgets {

    /** Enough for a program that creates hundreds of connections at once. */
    static final int KNOWN_PER_SECOND = 250;
    static final int KNOWN_BURST = 512;

    static final int REPEATED_PER_SECOND = 100;
    static final int REPEATED_BURST = 32;

    static final int KNOWN_LIMIT = 4_096;

    /** Most requests admitted at once because an application listens with a large backlog. */
    static final int MOST_AT_ONCE = 2_048;

    private final StrangerBudgets strangersRequests;
    private final StrangerBudgets strangersAnswers;
    private final Budget repeated;
    private final SeenRequests seen;
    private int knownBurst = KNOWN_BURST;
    private final Map<InetAddress, KnownBudgets> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<InetAddress, KnownBudgets> eldest) {
            return size() > KNOWN_LIMIT;
        }
    };

    /** The budgets of one known address. */
    private record KnownBudgets(Budget requests, Budget answers) {
    }

    /**
     * Creates full budgets without known addresses.
     *
     * @param seed  spreads addresses and requests over tables; must be secret.
     * @param nowNs the time.
     */
    SourceBudgets(final long seed, final long nowNs) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int factor = random.nextInt() | 1;
        seen = new SeenRequests(random.nextLong());
        repeated = new Budget(REPEATED_PER_SECOND, REPEATED_BURST, nowNs);
        strangersRequests = new StrangerBudgets(factor, nowNs);
        strangersAnswers = new StrangerBudgets(factor, nowNs);
    }

    /**
     * Admits as many requests at once as the listeners' backlogs hold, because peers that start together send their
     * requests together. The number admitted per second does not change.
     *
     * @param backlogs sum of the listeners' backlogs; at most {@link #MOST_AT_ONCE} count.
     */
    void expectAtOnce(final long backlogs) {
        final int number = (int) Math.min(MOST_AT_ONCE, backlogs);
        strangersRequests.expectAtOnce(number);
        knownBurst = Math.max(KNOWN_BURST, number);
        known.values().forEach(budgets -> budgets.requests.changeBurst(knownBurst));
    }

    /** Makes an address known, because this device has a connection with it or requests one. */
    void makeKnown(final InetAddress source, final long nowNs) {
        if (known.get(source) == null) {
            known.put(source, new KnownBudgets(new Budget(KNOWN_PER_SECOND, knownBurst, nowNs),
                new Budget(KNOWN_PER_SECOND, KNOWN_BURST, nowNs)));
        }
    }

    /**
     * Takes one request to a listener out of the budget of its source, or out of the budget for repeated requests.
     *
     * @param peerId communication id of the source.
     * @return false if both are used up; the request must be dropped.
     */
    boolean takeRequest(final InetAddress source, final int peerId, final long nowNs) {
        final int network = PeerKey.networkOf(source);
        final KnownBudgets own = known.get(source);
        return (own != null ? own.requests.tryTake(nowNs) : strangersRequests.tryTake(network, nowNs))
            || seen.recordDrop((long) network << Integer.SIZE | Integer.toUnsignedLong(peerId))
                && repeated.tryTake(nowNs);
    }

    /**
     * Takes one message that is only answered out of the budget of its source for these.
     *
     * @return false if it is used up; the message must be dropped.
     */
    boolean takeAnswer(final InetAddress source, final long nowNs) {
        final KnownBudgets own = known.get(source);
        return own != null ? own.answers.tryTake(nowNs)
            : strangersAnswers.tryTake(PeerKey.networkOf(source), nowNs);
    }

    int knownCount() {
        return known.size();
    }
}
