// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.OwnershipUses.Use;
import java.rmi.RemoteException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * How the clock of a machine compares with {@link System#nanoTime} of this process, within bounds.
 *
 * <p>Each exchange brackets a reading of the other clock between two readings of the own one. As clocks drift, a
 * measurement holds for its own time, and the bounds between two measurements include those of both.
 */
final class MachineClock {

    private static final int EXCHANGES = 20;

    private static final Bounds SAME = new Bounds(0, 0);

    private final NavigableMap<Long, Bounds> measured = new TreeMap<>();
    private final Reading reading;

    /** What to add to a reading of the other clock: at least, and at most. */
    private record Bounds(long leastNs, long mostNs) {

        private Bounds and(final Bounds other) {
            return new Bounds(Math.max(leastNs, other.leastNs), Math.min(mostNs, other.mostNs));
        }

        private Bounds or(final Bounds other) {
            return new Bounds(Math.min(leastNs, other.leastNs), Math.max(mostNs, other.mostNs));
        }
    }

    /** Reads the clock. */
    @FunctionalInterface
    interface Reading {
        long readNs() throws RemoteException;
    }

    private MachineClock(final Reading reading) {
        this.reading = reading;
    }

    /** Returns the clock of this machine, which needs no measurement. */
    static MachineClock ofThisMachine() {
        return new MachineClock(null);
    }

    /** Returns the clock of another machine, which has been measured once. */
    static MachineClock of(final Reading reading) throws RemoteException {
        final MachineClock clock = new MachineClock(reading);
        clock.measure();
        return clock;
    }

    /** Compares the clocks again. */
    void measure() throws RemoteException {
        if (reading == null) {
            return;
        }
        Bounds bounds = new Bounds(Long.MIN_VALUE, Long.MAX_VALUE);
        long readNs = 0;
        for (int i = 0; i < EXCHANGES; i++) {
            final long beforeNs = System.nanoTime();
            readNs = reading.readNs();
            bounds = bounds.and(new Bounds(beforeNs - readNs, System.nanoTime() - readNs));
        }
        measured.put(readNs, bounds);
    }

    private Bounds at(final long ns) {
        if (reading == null) {
            return SAME;
        }
        final Map.Entry<Long, Bounds> before = measured.floorEntry(ns);
        final Map.Entry<Long, Bounds> after = measured.ceilingEntry(ns);
        return before == null ? after.getValue()
            : after == null ? before.getValue() : before.getValue().or(after.getValue());
    }

    /**
     * Returns a use in the time of this process, as short as it can have been, so that what a judge finds wrong is
     * wrong.
     *
     * @param node name of the node.
     * @param use  term, time of the first use and of the last.
     */
    Use convert(final String node, final long[] use) {
        return new Use(node, use[0], use[1] + at(use[1]).mostNs, use[2] + at(use[2]).leastNs);
    }

    /** Returns the widest bounds of a measurement: a shorter overlap of two owners can go unseen. */
    long uncertaintyNs() {
        return measured.values().stream().mapToLong(bounds -> bounds.mostNs - bounds.leastNs).max().orElse(0);
    }
}
