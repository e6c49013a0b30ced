// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The types of this library that a program can name. The list is short, and each type on it has a reason. */
class ExportedTypesTest {

    private static final String ROOT = "dev.ffmverbs.ccm";

    private static final Map<String, String> EXPORTED_PACKAGES = Map.of(
        "", "the node, its listener, its partners, its clients",
        ".value", "what a node is configured with, and what it reports",
        ".mirror", "the client that pairs of nodes need most",
        ".ownership", "who of a pair owns, and who decides it",
        ".witness", "the arbiter of those who run no coordination service");

    /** Names without the root package; a record of events is exported because {@link NodeEvent} is. */
    private static final Map<String, String> EXPORTED_TYPES = Map.ofEntries(
        Map.entry("ClusterConnectionManager", "a node"),
        Map.entry("ClusterConnectionManager$Builder", "configures and starts a node"),
        Map.entry("NodeConfiguration", "what a running node was started with"),
        Map.entry("NodeAddress", "reads addresses as people write them"),
        Map.entry("PartnerAddress", "a partner's name and addresses, for the builder"),
        Map.entry("DeviceAddresses", "which addresses a node can listen on"),
        Map.entry("NodeEvent", "what happens to a node, one record for each kind of event"),
        Map.entry("NodeEvent$PartnerEvent", "events that concern one partner"),
        Map.entry("NodeEvent$SessionEvent", "events of a session"),
        Map.entry("NodeEvent$OwnershipEvent", "events of an ownership, which reports them to its node"),
        Map.entry("NodeEvent$SessionEnded", "the four ends of a session"),
        Map.entry("NodeEventListener", "receives every event by one method"),
        Map.entry("SessionListener", "receives each kind of event by a method of that name"),
        Map.entry("Partner", "a partner and its state"),
        Map.entry("Session", "two incarnations that agreed; the listener and the partner provide it"),
        Map.entry("ExchangeStep", "the listener is notified of each"),
        Map.entry("ClientRefusal", "why a client gets no ports, for the listener"),
        Map.entry("ClusterClient", "implemented by programs that want ports and memory"),
        Map.entry("ClientRequirements", "what a client asks for"),
        Map.entry("ClientRegistration", "ends a client"),
        Map.entry("ClientSession", "a client's ports and memory in one session"),
        Map.entry("Port", "a client's connected queue pair"),
        Map.entry("value.MemoryAddresses", "the predetermined addresses, for the builder"),
        Map.entry("value.LivenessThresholds", "when a partner is suspect and when dead, for the builder"),
        Map.entry("value.Timeouts", "how long a node waits, for the builder"),
        Map.entry("value.SharedSecret", "who may be a partner, for the builder"),
        Map.entry("value.BootId", "one boot of a node"),
        Map.entry("value.BootPhase", "how far a node has booted; programs set it and read the partner's"),
        Map.entry("value.Incarnation", "one side of a session"),
        Map.entry("value.PeerInformation", "version and features of the partner of a session"),
        Map.entry("value.HandshakeStep", "names the four operations of a handshake"),
        Map.entry("value.HandshakeTimes", "how long each of them took"),
        Map.entry("value.TraceEntry", "one operation of a handshake; the listener and the partner provide it"),
        Map.entry("value.AttemptOutcome", "why an attempt failed, for the listener"),
        Map.entry("value.AttemptOutcome$Retry", "when it is repeated, and whether somebody has to act"),
        Map.entry("value.Liveness", "the verdict on a partner"),
        Map.entry("value.Silence", "in which way a partner is silent"),
        Map.entry("value.HeartbeatSummary", "percentiles of a partner's heartbeats"),
        Map.entry("value.Rejection", "why somebody was rejected, for the listener"),
        Map.entry("value.WinOutcome", "what became of an attempt to win a term, for the listener"),
        Map.entry("value.Acquisition", "what it took to acquire a term, for the listener"),
        Map.entry("value.OwnershipLoss", "why a term has ended, for the listener"),
        Map.entry("mirror.MirroredLog", "a log of which the partner has a copy"),
        Map.entry("mirror.MirrorState", "how complete that copy is"),
        Map.entry("mirror.LogEntries", "reads the entries of either copy"),
        Map.entry("ownership.Ownership", "what one of two nodes owns"),
        Map.entry("ownership.OwnershipBuilder", "configures and starts it"),
        Map.entry("ownership.OwnershipListener", "is notified of terms acquired and lost"),
        Map.entry("mirror.EntriesTrimmedException", "a reader has missed entries"),
        Map.entry("mirror.LogContinuation", "how a log continues in a new term"),
        Map.entry("mirror.IncompleteLogException", "it cannot continue yet"),
        Map.entry("mirror.LogReplacedException", "a reader has read what is no longer in the log"),
        Map.entry("ownership.Arbiter", "implemented by those who already run a coordination service"),
        Map.entry("ownership.ArbiterAnswer", "what an arbiter holds"),
        Map.entry("ownership.ArbiterAnswer$Standing", "how much its word is worth"),
        Map.entry("ownership.ArbiterException", "an arbiter did not answer"),
        Map.entry("ownership.OwnershipWord", "a term and who has won it"),
        Map.entry("witness.Witness", "the third voice, for programs that run it themselves"),
        Map.entry("witness.WitnessedPair", "what a witness can say of a pair"),
        Map.entry("witness.WitnessArbiter", "asks one witness or three"),
        Map.entry("witness.WitnessArbiter$Builder", "says which, and for which pair"));

    private static ModuleReference library() throws Exception {
        return ModuleFinder.of(Path.of(
            ClusterConnectionManager.class.getProtectionDomain().getCodeSource().getLocation().toURI()))
            .findAll().iterator().next();
    }

    private static Set<String> exportedPackages(final ModuleReference library) {
        return library.descriptor().exports().stream().filter(exports -> !exports.isQualified())
            .map(ModuleDescriptor.Exports::source).collect(Collectors.toSet());
    }

    private static Set<String> publicTypes(final ModuleReference library) throws Exception {
        final Set<String> exported = exportedPackages(library);
        final Set<String> found = new TreeSet<>();
        try (ModuleReader reader = library.open(); Stream<String> resources = reader.list()) {
            final String end = ".class";
            for (final String resource : resources.filter(name -> name.endsWith(end) && name.contains("/")).toList()) {
                final String name = resource.substring(0, resource.length() - end.length()).replace('/', '.');
                if (exported.contains(name.substring(0, name.lastIndexOf('.'))) && isPublic(name)) {
                    found.add(name);
                }
            }
        }
        return found;
    }

    private static boolean isPublic(final String name) throws ClassNotFoundException {
        Class<?> type = Class.forName(name, false, ExportedTypesTest.class.getClassLoader());
        while (type != null && Modifier.isPublic(type.getModifiers())) {
            type = type.getEnclosingClass();
        }
        return type == null;
    }

    private static boolean isRecordOfEvents(final String name) {
        try {
            final Class<?> type = Class.forName(name, false, ExportedTypesTest.class.getClassLoader());
            return type.isRecord() && NodeEvent.class.isAssignableFrom(type);
        } catch (final ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> difference(final Set<String> from, final Set<String> without) {
        final Set<String> difference = new TreeSet<>(from);
        difference.removeAll(without);
        return difference;
    }

    @Test
    void everyExportedTypeIsOnTheListWithAReason() throws Exception {
        final Set<String> listed = EXPORTED_TYPES.keySet().stream().map(name -> ROOT + "." + name)
            .collect(Collectors.toCollection(TreeSet::new));

        final Set<String> exported = publicTypes(library());
        exported.removeIf(ExportedTypesTest::isRecordOfEvents);
        assertEquals(Set.of(), difference(exported, listed), "exported, and without a reason in EXPORTED_TYPES");
        assertEquals(Set.of(), difference(listed, exported), "in EXPORTED_TYPES, and not exported");
        assertEquals(53, listed.stream().filter(name -> !name.contains("$")).count(), "types that are not nested");
    }

    @Test
    void everyExportedPackageIsOnTheListWithAReasonAndNothingIsInternal() throws Exception {
        final Set<String> listed =
            EXPORTED_PACKAGES.keySet().stream().map(name -> ROOT + name).collect(Collectors.toSet());

        assertEquals(listed, exportedPackages(library()));
    }
}
