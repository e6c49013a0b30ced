// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.PartnerAddress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/**
 * Meters of Micrometer for two nodes that exchange heartbeats. {@link FlightRecorderMetrics} is the part to copy: it
 * binds to any registry, of Prometheus or another system.
 */
public final class Metrics {

    private static final int NODE_PORT = 7480;
    private static final int RUN_SECONDS = 3;
    private static final int LIMIT_SECONDS = 20;

    private Metrics() {
    }

    /**
     * Runs two nodes in this process for some seconds, and prints the meters.
     *
     * @param arguments a device and an address of it.
     * @throws Exception if anything fails.
     */
    public static void main(final String[] arguments) throws Exception {
        final Arguments own = Arguments.of(arguments);
        final InetSocketAddress atA = own.at(NODE_PORT);
        final InetSocketAddress atB = own.at(NODE_PORT + 1);
        final Device device = Verbs.device(own.device());
        final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (FlightRecorderMetrics metrics = new FlightRecorderMetrics()) {
            metrics.bindTo(registry);
            try (ClusterConnectionManager a = ClusterConnectionManager.builder(device, "A", atA)
                     .partner(new PartnerAddress("B", atB)).start();
                 ClusterConnectionManager b = ClusterConnectionManager.builder(device, "B", atB)
                     .partner(new PartnerAddress("A", atA)).start()) {
                System.out.println(a + " and " + b);
                Thread.sleep(TimeUnit.SECONDS.toMillis(RUN_SECONDS));
                // Events reach the meters about a second after they were recorded.
                for (int second = 0; registry.find("ccm.heartbeat").timers().size() < 2; second++) {
                    if (second == LIMIT_SECONDS) {
                        throw new IllegalStateException("no heartbeat was recorded; there are "
                            + registry.getMeters());
                    }
                    Thread.sleep(TimeUnit.SECONDS.toMillis(1));
                }
            }
            registry.getMeters().stream().sorted(Comparator.comparing(meter -> meter.getId().toString()))
                .map(Metrics::text).filter(text -> !text.endsWith(" 0")).forEach(System.out::println);
        }
    }

    private static String text(final Meter meter) {
        final String value = switch (meter) {
            case Timer timer -> String.format("%d times, mean %.1f us", timer.count(),
                timer.mean(TimeUnit.NANOSECONDS) / 1000);
            case Counter counter -> String.format("%.0f", counter.count());
            case Gauge gauge -> String.format("%.0f", gauge.value());
            default -> meter.measure().toString();
        };
        return meter.getId().getName() + meter.getId().getTags() + " " + value;
    }
}
