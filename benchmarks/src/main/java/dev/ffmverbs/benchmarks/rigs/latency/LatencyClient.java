// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.benchmarks.sampling.CompilerTime;
import dev.ffmverbs.benchmarks.sampling.Steadiness;
import java.io.IOException;

/** The end that begins and measures the time. Not thread-safe. */
public final class LatencyClient implements AutoCloseable {

    /** Operations in one window of the warm-up. */
    private static final int WINDOW = 1000;

    /** The optimizing compiler compiles a loop after about ten thousand iterations. */
    private static final int LEAST_WINDOWS = 30;

    private static final int MOST_WINDOWS = 1000;

    private final Measurement measurement;
    private final Endpoint endpoint;
    private final PeerExchange exchange;
    private final LatencyLoop loop;

    /**
     * Opens the device and connects to the server.
     *
     * @param measurement what is measured; the server must have the same.
     * @param host        host of the server.
     * @param port        TCP port on which it listens, or soon will.
     * @throws IOException          if there is no such server, or it measures something else.
     * @throws InterruptedException if the calling thread is interrupted while it waits for the server.
     */
    public LatencyClient(final Measurement measurement, final String host, final int port)
        throws IOException, InterruptedException {
        this.measurement = measurement;
        endpoint = measurement.openEndpoint();
        PeerExchange opened = null;
        boolean connected = false;
        try {
            opened = PeerExchange.connect(host, port);
            exchange = opened;
            final EndpointAddress peer = exchange.introduce(measurement, endpoint.address());
            endpoint.connect(peer);
            endpoint.confine();
            loop = measurement.operation().createLoop(endpoint, peer, measurement.sizeBytes(), true);
            exchange.meet();
            connected = true;
        } finally {
            if (!connected) {
                if (opened != null) {
                    opened.close();
                }
                endpoint.close();
            }
        }
    }

    /**
     * Warms both ends up until the latency is steady, with at most a million operations.
     *
     * @return a sentence on the course of the warm-up, with a warning if the latency did not become steady.
     * @throws IOException if the server has gone away.
     */
    public String warmUp() throws IOException {
        final CompilerTime compiler = new CompilerTime();
        final Steadiness steadiness = new Steadiness(LEAST_WINDOWS);
        for (int window = 0; window < MOST_WINDOWS && !steadiness.isReached(); window++) {
            steadiness.add(measure(WINDOW).row().typicalUs(), compiler.spentNs());
        }
        return (steadiness.isReached() ? "warm-up until steady: " : "WARNING: not steady after the warm-up: ")
            + steadiness + " usec, " + WINDOW + " operations each";
    }

    /**
     * Times operations.
     *
     * @param iterations number of operations, at least 2.
     * @return their latencies.
     * @throws IOException if the server has gone away.
     * @throws dev.ffmverbs.benchmarks.device.OperationException if an operation fails, or does not complete within
     *                                                           30 s.
     */
    public LatencyResult measure(final int iterations) throws IOException {
        final long[] timesNs = new long[iterations];
        exchange.sendCount(iterations);
        loop.run(iterations, timesNs);
        return LatencyResult.of(measurement.operation(), measurement.sizeBytes(), iterations, timesNs);
    }

    /**
     * Returns the name of the device that is measured on.
     *
     * @return for example {@code mlx5_0}.
     */
    public String deviceName() {
        return endpoint.deviceName();
    }

    /**
     * Asks the server to end, and closes everything.
     *
     * @throws IOException if the server has gone away already.
     */
    @Override
    public void close() throws IOException {
        try (endpoint; exchange) {
            exchange.sendCount(LatencyServer.END);
            exchange.meet();
        }
    }
}
