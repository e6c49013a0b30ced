// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.examples;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

/**
 * Makes meters of what nodes and software devices record with the JDK Flight Recorder. The events are the only source,
 * so that a recording and a dashboard say the same.
 *
 * <table>
 *   <caption>Meters</caption>
 *   <tr><th>meter</th><th>tags</th><th>of the event</th></tr>
 *   <tr><td>{@code ccm.heartbeat}, a timer</td><td>node, partner</td><td>{@code dev.ffmverbs.ccm.Heartbeat}</td></tr>
 *   <tr><td>{@code ccm.heartbeat.missed}</td><td>node, partner</td>
 *     <td>{@code dev.ffmverbs.ccm.HeartbeatMiss}</td></tr>
 *   <tr><td>{@code ccm.session}</td><td>node, partner, change</td><td>{@code dev.ffmverbs.ccm.Session}</td></tr>
 *   <tr><td>{@code softroce}, a gauge</td><td>device, counter</td><td>{@code dev.ffmverbs.softroce.Counter}</td></tr>
 * </table>
 */
final class FlightRecorderMetrics implements MeterBinder, AutoCloseable {

    private static final String NODE_EVENTS = "dev.ffmverbs.ccm.";
    private static final String COUNTER = "dev.ffmverbs.softroce.Counter";

    private final RecordingStream stream = new RecordingStream();
    private final Map<Tags, AtomicLong> counters = new ConcurrentHashMap<>();

    @Override
    public void bindTo(final MeterRegistry registry) {
        // Heartbeats are not recorded by default, because there are a hundred per second and partner.
        stream.enable(NODE_EVENTS + "Heartbeat");
        stream.enable(COUNTER).withPeriod(Duration.ofMillis(500));
        stream.onEvent(NODE_EVENTS + "Heartbeat", event -> registry.timer("ccm.heartbeat", partner(event))
            .record(event.getDuration("readNs")));
        stream.onEvent(NODE_EVENTS + "HeartbeatMiss",
            event -> registry.counter("ccm.heartbeat.missed", partner(event)).increment());
        stream.onEvent(NODE_EVENTS + "Session", event -> registry.counter(
            "ccm.session", partner(event).and("change", event.getString("change"))).increment());
        stream.onEvent(COUNTER, event -> count(registry, event));
        // What one event does to a meter must not keep the others from theirs.
        stream.onError(Throwable::printStackTrace);
        stream.startAsync();
    }

    private static Tags partner(final RecordedEvent event) {
        return Tags.of("node", event.getString("node"), "partner", event.getString("partner"));
    }

    /** A gauge holds its value weakly, so the map keeps it. */
    private void count(final MeterRegistry registry, final RecordedEvent event) {
        final String name = event.getString("counter");
        if (name == null) {
            // In a stream of JDK 25, the name of a counter is missing now and then. A recording in a file has it.
            return;
        }
        final Tags tags = Tags.of("device", event.getString("device"), "counter", name);
        counters.computeIfAbsent(tags, added -> registry.gauge("softroce", added, new AtomicLong()))
            .set(event.getLong("total"));
    }

    @Override
    public void close() {
        stream.close();
    }
}
