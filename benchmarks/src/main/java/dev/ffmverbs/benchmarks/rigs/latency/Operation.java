// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;

/** An operation whose latency is measured, and how perftest defines it. */
public enum Operation {

    /** RDMA READ: the whole round trip, as an application waits for it. */
    READ("ib_read_lat", 1),

    /** RDMA WRITE into the peer's memory, which the peer polls and answers by another: half the round trip. */
    WRITE("ib_write_lat", 2),

    /** SEND into a receive of the peer, which answers by another: half the round trip. */
    SEND("ib_send_lat", 2);

    private final String perftestTool;
    private final int transfersPerSample;

    Operation(final String perftestTool, final int transfersPerSample) {
        this.perftestTool = perftestTool;
        this.transfersPerSample = transfersPerSample;
    }

    /**
     * The program of perftest that measures the same.
     *
     * @return its name.
     */
    public String perftestTool() {
        return perftestTool;
    }

    /**
     * By what the time between two posts is divided to give one latency.
     *
     * @return 1 when the initiator waits for its own operation, 2 when for the peer's answer.
     */
    public int transfersPerSample() {
        return transfersPerSample;
    }

    /**
     * The measured loop.
     *
     * @param endpoint  this end, connected.
     * @param peer      the other end's address.
     * @param sizeBytes bytes per operation.
     * @param first     whether this end begins; the other answers.
     * @return the loop.
     */
    LatencyLoop loop(
        final Endpoint endpoint, final EndpointAddress peer, final int sizeBytes,
        final boolean first) {
        return switch (this) {
            case READ -> first ? new ReadLoop(endpoint, peer, sizeBytes) : LatencyLoop.PASSIVE;
            case WRITE -> new WriteLoop(endpoint, peer, sizeBytes, first);
            case SEND -> new SendLoop(endpoint, sizeBytes, first);
        };
    }
}
