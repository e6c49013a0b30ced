// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Configuration;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
class FlightRecordingTest {

    private static final String PREFIX = "dev.ffmverbs.ccm.";
    private static final String SETTINGS = "/META-INF/ccm.jfc";
    private static final int BEATS = 20;
    private static final Predicate<String> EVENT_CLASS =
        Pattern.compile("dev/ffmverbs/ccm/internal/events/\\w+Event[.]class").asMatchPredicate();

    private static Configuration settings() throws Exception {
        try (Reader reader = new InputStreamReader(ClusterConnectionManager.class.getResourceAsStream(SETTINGS))) {
            return Configuration.create(reader);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#single")
    void aRecordingWithTheShippedSettingsShowsACompleteSession(final NodePair pair, @TempDir final Path folder)
        throws Exception {
        final Path file = folder.resolve("node.jfr");
        try (Recording recording = new Recording(settings())) {
            recording.start();
            try (TwoNodes nodes = new TwoNodes(pair)) {
                nodes.start(new RecordingClient("log", 1, 4096), new RecordingClient("log", 1, 4096));
                nodes.awaitSession();
                nodes.eventsA.awaitStep("CLIENT_TOLD log", TwoNodes.LIMIT);
                final long before = nodes.partnerOfA().heartbeats().count();
                while (nodes.partnerOfA().heartbeats().count() < before + BEATS) {
                    Thread.sleep(1);
                }
                nodes.b.close();
                nodes.eventsA.await("left", TwoNodes.LIMIT);
            }
            recording.stop();
            recording.dump(file);
        }
        final List<RecordedEvent> ofA = RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().startsWith(PREFIX) && "A".equals(event.getString("node")))
            .toList();
        assertEquals(Set.of("R1", "W1", "R2", "W2"), Set.copyOf(values(ofA, "HandshakeStep", "step")));
        assertEquals(List.of("UP", "LEFT"), values(ofA, "Session", "change").stream()
            .filter(change -> !change.equals("CONNECTION_LOST")).toList());
        assertEquals(List.of("OPENED", "CLOSED"), values(ofA, "Ports", "change"));
        assertTrue(values(ofA, "ExchangeStep", "step").contains("CLIENT_TOLD"), ofA.toString());
        assertTrue(values(ofA, "Heartbeat", "readNs").size() >= BEATS, ofA.toString());
    }

    private static List<String> values(final List<RecordedEvent> events, final String kind, final String field) {
        return events.stream().filter(event -> event.getEventType().getName().equals(PREFIX + kind))
            .map(event -> event.getValue(field).toString()).toList();
    }

    @Test
    void theShippedSettingsNameEveryEventThereIs() throws Exception {
        final Set<String> named = settings().getSettings().keySet().stream()
            .filter(name -> name.startsWith(PREFIX)).map(name -> name.substring(0, name.indexOf('#')))
            .collect(Collectors.toSet());
        for (final Class<?> type : typesOfEvents()) {
            if (!Modifier.isAbstract(type.getModifiers())) {
                FlightRecorder.register(type.asSubclass(Event.class));
            }
        }
        final Set<String> existing = FlightRecorder.getFlightRecorder().getEventTypes().stream()
            .map(type -> type.getName()).filter(name -> name.startsWith(PREFIX)).collect(Collectors.toSet());
        assertEquals(existing, named, "the classes of events, and the names in ccm.jfc");
    }

    /** Returns the classes of the package of events. */
    private static List<Class<?>> typesOfEvents() throws Exception {
        final ModuleReference library = ModuleFinder.of(Path.of(
            ClusterConnectionManager.class.getProtectionDomain().getCodeSource().getLocation().toURI()))
            .findAll().iterator().next();
        final List<Class<?>> types = new ArrayList<>();
        try (ModuleReader reader = library.open(); Stream<String> resources = reader.list()) {
            for (final String name : resources.filter(EVENT_CLASS).toList()) {
                types.add(Class.forName(name.substring(0, name.lastIndexOf('.')).replace('/', '.')));
            }
        }
        return types;
    }
}
