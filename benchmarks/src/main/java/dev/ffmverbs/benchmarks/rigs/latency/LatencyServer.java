// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** The end that answers: it does as many operations as its client says, until the client has finished. */
public final class LatencyServer {

    /** Sent instead of a number of operations if there are no more. */
    static final int END = 0;

    private LatencyServer() {
    }

    /**
     * Serves one client, as the main program of a process.
     *
     * @param arguments operation, device, GID index, size in bytes and TCP port, as {@link #command} writes them.
     * @throws IOException if the client measures something else, or goes away.
     */
    public static void main(final String[] arguments) throws IOException {
        JavaProgram.exitOnFailure();
        serve(new Measurement(Operation.valueOf(arguments[0]), arguments[1], Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3])), Integer.parseInt(arguments[4]), System.out);
    }

    /** Returns the command line of a server that runs like this JVM. */
    static List<String> command(final Measurement measurement, final int port) {
        return JavaProgram.command(JavaProgram.ownOptions(), LatencyServer.class, measurement.operation().name(),
            measurement.deviceName(), Integer.toString(measurement.gidIndex()),
            Integer.toString(measurement.sizeBytes()), Integer.toString(port));
    }

    /**
     * Serves one client.
     *
     * @param measurement what is measured; the client must have the same.
     * @param port        TCP port to listen on.
     * @param log         receives a line when the server listens.
     * @throws IOException if the port is taken, or the client measures something else or goes away.
     */
    public static void serve(final Measurement measurement, final int port, final PrintStream log)
        throws IOException {
        try (Endpoint endpoint = measurement.openEndpoint()) {
            log.println("device " + endpoint.deviceName() + ": waiting for the client on TCP port " + port);
            try (PeerExchange exchange = PeerExchange.accept(port)) {
                final EndpointAddress peer = exchange.introduce(measurement, endpoint.address());
                endpoint.connect(peer);
                endpoint.confine();
                final LatencyLoop loop =
                    measurement.operation().createLoop(endpoint, peer, measurement.sizeBytes(), false);
                exchange.meet();
                long[] timesNs = new long[0];
                for (int count = exchange.receiveCount(); count != END; count = exchange.receiveCount()) {
                    timesNs = count > timesNs.length ? new long[count] : timesNs;
                    loop.run(count, timesNs);
                }
                exchange.meet();
            }
        }
    }
}
