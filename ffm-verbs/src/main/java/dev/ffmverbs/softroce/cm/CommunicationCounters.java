// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.util.concurrent.atomic.AtomicLongArray;

/** The counters of a communication manager. Thread-safe. */
final class CommunicationCounters {

    private final AtomicLongArray counts = new AtomicLongArray(CommunicationCounter.values().length);

    void increment(final CommunicationCounter counter) {
        counts.incrementAndGet(counter.ordinal());
    }

    long get(final CommunicationCounter counter) {
        return counts.get(counter.ordinal());
    }
}
