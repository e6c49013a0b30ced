// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.scale;

import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Names and addresses by which the nodes find each other, and their liveness thresholds. */
final class NodePlaces {

    /** Number of partners in one process. */
    static final int PARTNERS_PER_PROCESS = 125;

    private static final String NODE = "measured";
    private static final int FIRST_PORT = 20_000;
    private static final int INTERVALS_UNTIL_SUSPECT = 5;
    private static final int INTERVALS_UNTIL_DEAD = 20;

    private NodePlaces() {
    }

    /** Returns the address of the device of a process. Process 0 is the measured node; the others run partners. */
    static String host(final long run, final int process) {
        return "127." + (192 + (run >> 16 & 31)) + "." + (run >> 8 & 0xFF) + "." + (1 + (run & 15) * 15 + process);
    }

    static PartnerAddress node(final long run) {
        return new PartnerAddress(NODE, new InetSocketAddress(host(run, 0), FIRST_PORT));
    }

    static PartnerAddress partner(final long run, final int number) {
        return new PartnerAddress("partner-" + number, new InetSocketAddress(
            host(run, 1 + number / PARTNERS_PER_PROCESS), FIRST_PORT + number % PARTNERS_PER_PROCESS));
    }

    static LivenessThresholds thresholds(final long intervalMs) {
        final Duration dead = Duration.ofMillis(INTERVALS_UNTIL_DEAD * intervalMs);
        return new LivenessThresholds(Duration.ofMillis(intervalMs),
            Duration.ofMillis(INTERVALS_UNTIL_SUSPECT * intervalMs), dead, dead, Duration.ofMillis(intervalMs));
    }
}
