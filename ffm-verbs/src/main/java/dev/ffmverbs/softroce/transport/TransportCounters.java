// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.EnumMap;
import java.util.Map;

/** Counts of one device: added to under its dispatch lock, read by any thread at any time. */
public final class TransportCounters {

    private static final VarHandle COUNT =
        MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final long[] counts = new long[TransportCounter.values().length];

    /** Creates counters that start at zero. */
    public TransportCounters() {
        // All counts are zero.
    }

    /**
     * Adds one.
     *
     * @param counter what happened.
     */
    public void increment(final TransportCounter counter) {
        add(counter, 1);
    }

    /**
     * Adds some.
     *
     * @param counter what happened.
     * @param amount  how often, or how much of it.
     */
    public void add(final TransportCounter counter, final long amount) {
        final long[] counts = this.counts;
        final int index = counter.ordinal();
        COUNT.setOpaque(counts, index, counts[index] + amount);
    }

    /**
     * Reads one counter.
     *
     * @param counter which one.
     * @return its count so far.
     */
    public long get(final TransportCounter counter) {
        return (long) COUNT.getOpaque(counts, counter.ordinal());
    }

    /**
     * Reads all counters.
     *
     * @return a copy of the counts, one after the other, not one moment's state.
     */
    public Map<TransportCounter, Long> snapshot() {
        final Map<TransportCounter, Long> snapshot = new EnumMap<>(TransportCounter.class);
        for (final TransportCounter counter : TransportCounter.values()) {
            snapshot.put(counter, get(counter));
        }
        return snapshot;
    }
}
