// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What one run measured.
 *
 * @param p50Ns          median time of an operation, in nanoseconds.
 * @param p99Ns          time that one operation in a hundred exceeds.
 * @param operations     operations that count.
 * @param elapsedNs      time all of them took.
 * @param allocatedBytes bytes that all threads concerned allocated meanwhile.
 */
record RunFigures(long p50Ns, long p99Ns, int operations, long elapsedNs, long allocatedBytes) {

    double bytesPerSecond(final ReadLoad load) {
        return (double) load.lengthBytes() * operations * TimeUnit.SECONDS.toNanos(1) / elapsedNs;
    }

    /** Packets in both directions, without acknowledgements. */
    double packetsPerSecond(final ReadLoad load) {
        return (1.0 + load.responses()) * operations * TimeUnit.SECONDS.toNanos(1) / elapsedNs;
    }

    String row(final ReadLoad load, final String who) {
        return String.format(Locale.ROOT, "%10.2f %10.2f %12.1f %12.0f %10.2f  %s", p50Ns / 1e3, p99Ns / 1e3,
            bytesPerSecond(load) / 1e6, packetsPerSecond(load), (double) allocatedBytes / operations, who);
    }

    static String header() {
        return String.format("%10s %10s %12s %12s %10s", "p50[us]", "p99[us]", "MB/s", "packets/s", "B/op");
    }
}
