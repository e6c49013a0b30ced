// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.BusyWait;
import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.benchmarks.device.TimedReads;

/** An operation whose latency is measured, as perftest defines it. */
public enum Operation {

    /** RDMA READ: the whole round trip, as an application waits for it. */
    READ("ib_read_lat", 1),

    /** RDMA WRITE into the peer's memory, which the peer polls and answers by another WRITE: half the round trip. */
    WRITE("ib_write_lat", 2),

    /** SEND into a receive of the peer, which answers by another SEND: half the round trip. */
    SEND("ib_send_lat", 2);

    private final String perftestTool;
    private final int transfersPerSample;

    Operation(final String perftestTool, final int transfersPerSample) {
        this.perftestTool = perftestTool;
        this.transfersPerSample = transfersPerSample;
    }

    /**
     * Returns the program of perftest that measures the same.
     *
     * @return its name.
     */
    public String perftestTool() {
        return perftestTool;
    }

    /**
     * Returns the number by which the time between two posts is divided to give one latency.
     *
     * @return 1 if the initiator waits for its own operation, 2 if it waits for the peer's answer.
     */
    public int transfersPerSample() {
        return transfersPerSample;
    }

    /**
     * Creates the measured loop of one end.
     *
     * @param endpoint  this end, connected.
     * @param peer      the other end's address.
     * @param sizeBytes bytes per operation.
     * @param first     whether this end begins; the other answers.
     * @return the loop.
     */
    LatencyLoop createLoop(
        final Endpoint endpoint, final EndpointAddress peer, final int sizeBytes, final boolean first) {
        return switch (this) {
            case READ -> first ? createReadLoop(endpoint, peer, sizeBytes) : LatencyLoop.PASSIVE;
            case WRITE -> new WriteLoop(endpoint, peer, sizeBytes, first);
            case SEND -> new SendLoop(endpoint, sizeBytes, first);
        };
    }

    /** Does what {@code ib_read_lat} times: post a READ, and poll until it has completed. */
    private static LatencyLoop createReadLoop(
        final Endpoint endpoint, final EndpointAddress peer, final int sizeBytes) {
        final BusyWait wait = new BusyWait(LatencyLoop.LIMIT);
        final TimedReads reads = new TimedReads(endpoint, peer, sizeBytes, 1, wait::poll);
        return (iterations, timesNs) -> reads.run(iterations, timesNs, null);
    }
}
