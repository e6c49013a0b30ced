// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

/**
 * Limits the messages of unknown addresses. Each address has a small budget, and all together have another one.
 *
 * <p>A random factor spreads the addresses over a table of fixed size, so a stranger cannot make it grow. Two addresses
 * in one place share a budget.
 *
 * <p>Guarded by the communication manager's lock.
 */
final class StrangerBudgets {

    static final int PER_SECOND = 50;
    static final int BURST = 128;

    static final int ALL_PER_SECOND = 200;
    static final int ALL_BURST = 256;

    private static final int PLACE_BITS = 10;

    private final int factor;
    private final Budget[] places = new Budget[1 << PLACE_BITS];
    private final Budget all;

    /**
     * Creates full budgets.
     *
     * @param factor spreads addresses over the table; odd and secret.
     * @param nowNs  the time.
     */
    StrangerBudgets(final int factor, final long nowNs) {
        this.factor = factor;
        all = new Budget(ALL_PER_SECOND, ALL_BURST, nowNs);
        for (int i = 0; i < places.length; i++) {
            places[i] = new Budget(PER_SECOND, BURST, nowNs);
        }
    }

    /**
     * Sets how many messages of strangers are allowed at once: half of the number for one stranger, the whole for all
     * together, and neither below its default. The number per second does not change.
     */
    void expectAtOnce(final int number) {
        all.changeBurst(Math.max(ALL_BURST, number));
        for (final Budget place : places) {
            place.changeBurst(Math.max(BURST, number / 2));
        }
    }

    /**
     * Takes one message out of the budget of an address. Returns false if it or the budget of all strangers is used up.
     */
    boolean tryTake(final int address, final long nowNs) {
        final Budget own = places[address * factor >>> Integer.SIZE - PLACE_BITS];
        if (!own.allows(nowNs) || !all.tryTake(nowNs)) {
            return false;
        }
        own.take(nowNs);
        return true;
    }
}
