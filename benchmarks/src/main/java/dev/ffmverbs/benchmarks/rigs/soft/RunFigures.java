// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What one run measured.
 *
 * @param p50Ns          median time of an operation, in nanoseconds.
 * @param p99Ns          time that one operation in a hundred exceeds, in nanoseconds.
 * @param operations     operations that count.
 * @param elapsedNs      time that all of them took, in nanoseconds.
 * @param allocatedBytes bytes that all threads concerned allocated during that time.
 */
public record RunFigures(long p50Ns, long p99Ns, int operations, long elapsedNs, long allocatedBytes) {

    /**
     * Computes the throughput.
     *
     * @param load READs that were measured.
     * @return payload bytes per second.
     */
    public double bytesPerSecond(final ReadLoad load) {
        return (double) load.lengthBytes() * operations * TimeUnit.SECONDS.toNanos(1) / elapsedNs;
    }

    /** Packets in both directions, without acknowledgements. */
    private double packetsPerSecond(final ReadLoad load) {
        return (1.0 + load.responses()) * operations * TimeUnit.SECONDS.toNanos(1) / elapsedNs;
    }

    String row(final ReadLoad load, final String side) {
        return String.format(Locale.ROOT, "%10.2f %10.2f %12.1f %12.0f %10.2f  %s", p50Ns / 1e3, p99Ns / 1e3,
            bytesPerSecond(load) / 1e6, packetsPerSecond(load), (double) allocatedBytes / operations, side);
    }

    static String header() {
        return String.format("%10s %10s %12s %12s %10s", "p50[us]", "p99[us]", "MB/s", "packets/s", "B/op");
    }
}
