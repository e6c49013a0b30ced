// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.EnumMap;
import java.util.Map;

/** Counts of one device. They are updated under its dispatch lock and may be read by any thread at any time. */
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
     * Adds an amount.
     *
     * @param counter what happened.
     * @param amount  number of events, bytes or packets to add.
     */
    public void add(final TransportCounter counter, final long amount) {
        final long[] counts = this.counts;
        final int index = counter.ordinal();
        COUNT.setOpaque(counts, index, counts[index] + amount);
    }

    /**
     * Reads one counter.
     *
     * @param counter counter to read.
     * @return its count so far.
     */
    public long get(final TransportCounter counter) {
        return (long) COUNT.getOpaque(counts, counter.ordinal());
    }

    /**
     * Reads all counters.
     *
     * @return a copy of the counts. They are read one after the other, not as an atomic snapshot.
     */
    public Map<TransportCounter, Long> snapshot() {
        final Map<TransportCounter, Long> snapshot = new EnumMap<>(TransportCounter.class);
        for (final TransportCounter counter : TransportCounter.values()) {
            snapshot.put(counter, get(counter));
        }
        return snapshot;
    }
}
