// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.cluster;

import dev.ffmverbs.benchmarks.sampling.Samples;
import java.util.List;
import java.util.Set;

/** A suite that needs two nodes. */
public interface ClusterWorkload {

    /** Names of these suites. */
    Set<String> SUITES = Set.of("handshake", "heartbeat", "mirrored-log");

    /**
     * Measures everything.
     *
     * @return the samples of each operation; if samples lack completions, something was lost.
     * @throws InterruptedException if the calling thread is interrupted.
     */
    List<Samples> measure() throws InterruptedException;

    /**
     * Creates the workload of a suite.
     *
     * @param suite      name of the suite.
     * @param deviceName name of the device among verbs devices.
     * @param budgetMs   how long each operation of a single node is measured, in milliseconds.
     * @return the workload.
     * @throws IllegalArgumentException if there is no such suite.
     * @throws IllegalStateException    if the device has no IP address.
     */
    static ClusterWorkload of(final String suite, final String deviceName, final long budgetMs) {
        final TwoNodes.Places places = TwoNodes.Places.on(deviceName);
        return switch (suite) {
            case "handshake" -> new FormationWorkload(places, budgetMs);
            case "heartbeat" -> new HeartbeatWorkload(places, budgetMs);
            case "mirrored-log" -> new MirroredLogWorkload(places, budgetMs);
            default -> throw new IllegalArgumentException("no suite of two nodes is named " + suite);
        };
    }
}
