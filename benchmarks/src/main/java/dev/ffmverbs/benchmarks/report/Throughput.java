// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.report;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The throughput of a batch of transfers, in perftest's units.
 *
 * @param messagesPerUs messages per microsecond, perftest's {@code MsgRate[Mpps]}.
 * @param megabytesPerS 2<sup>20</sup> bytes per second, perftest's {@code BW average[MB/sec]}.
 */
record Throughput(double messagesPerUs, double megabytesPerS) {

    private static final Pattern BATCH = Pattern.compile(".+-batch-(\\d+)");
    private static final Pattern OF_SIDES = Pattern.compile(
        "(?:write-chain|read-stream|write-stream)-(\\d+)-(?:poll|block)(?:-\\d+-pairs)?(?:-\\d+-threads)?");
    private static final int MESSAGES = 16;
    private static final double NS_PER_US = 1e3;
    private static final double US_PER_S = 1e6;
    private static final double BYTES_PER_MEGABYTE = 1 << 20;

    /** Computes the throughput from the time of an operation; empty if that is not a batch of transfers. */
    static Optional<Throughput> of(final String operation, final double ns) {
        final Matcher batch = BATCH.matcher(operation);
        final Matcher ofSides = OF_SIDES.matcher(operation);
        if (ns <= 0) {
            return Optional.empty();
        }
        if (ofSides.matches()) {
            return Optional.of(of(NS_PER_US / ns, Long.parseLong(ofSides.group(1))));
        }
        return batch.matches() ? Optional.of(of(MESSAGES * NS_PER_US / ns, Long.parseLong(batch.group(1))))
            : Optional.empty();
    }

    private static Throughput of(final double messagesPerUs, final long lengthBytes) {
        return new Throughput(messagesPerUs, messagesPerUs * US_PER_S * lengthBytes / BYTES_PER_MEGABYTE);
    }

    String messageRate() {
        return String.format(Locale.ROOT, "%.4f", messagesPerUs);
    }

    String bandwidth() {
        return String.format(Locale.ROOT, "%.2f", megabytesPerS);
    }
}
