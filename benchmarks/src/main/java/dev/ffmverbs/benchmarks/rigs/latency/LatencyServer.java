// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.latency;

import dev.ffmverbs.benchmarks.device.Endpoint;
import dev.ffmverbs.benchmarks.device.EndpointAddress;
import java.io.IOException;
import java.io.PrintStream;

/** The end that answers: does as many operations as its client says, until that has finished. */
final class LatencyServer {

    /** Instead of a number of operations: there are no more. */
    static final int END = 0;

    private LatencyServer() {
    }

    static void serve(final Measurement measurement, final int port, final PrintStream log) throws IOException {
        try (Endpoint endpoint = measurement.openEndpoint()) {
            log.println("device " + endpoint.deviceName() + ": waiting for the client on TCP port " + port);
            try (PeerExchange exchange = PeerExchange.accept(port)) {
                final EndpointAddress peer = exchange.introduce(measurement, endpoint.address());
                endpoint.connect(peer);
                endpoint.confine();
                final LatencyLoop loop =
                    measurement.operation().loop(endpoint, peer, measurement.sizeBytes(), false);
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
