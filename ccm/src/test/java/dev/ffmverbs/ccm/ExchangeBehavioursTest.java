// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.QueuePairState;
import dev.ffmverbs.RemoteMemory;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Required behaviours of what follows the handshake, numbered as in {@code ccm/README.md}. */
@Timeout(120)
class ExchangeBehavioursTest {

    private static final String ALL = "dev.ffmverbs.ccm.NodePair#all";
    private static final String SINGLE = "dev.ffmverbs.ccm.NodePair#single";
    private static final long MEMORY_BYTES = 4096 + 24;

    /** On a busy machine a thread may wait this long, so the last beat may be this old, or the verdict this late. */
    private static final long BUSY_MS = 1_000;

    /** The bound is that of the configuration. The default would take 10 s. */
    private static final LivenessThresholds SOON_DEAD = LivenessThresholds.defaults()
        .withInterval(Duration.ofMillis(20)).withDeadAfter(Duration.ofSeconds(3), Duration.ofSeconds(4));

    private final RecordingClient clientA = new RecordingClient("log", 2, MEMORY_BYTES);
    private final RecordingClient clientB = new RecordingClient("log", 2, MEMORY_BYTES);

    /** Asserts that the steps are there in this order. */
    static void assertInOrder(final List<String> happened, final String... steps) {
        int last = -1;
        for (final String step : steps) {
            final int index = happened.indexOf(step);
            assertTrue(index > last, step + " is missing or too early in " + happened);
            last = index;
        }
    }

    /** Asserts that bytes which one client SENDs arrive at the other. */
    private static void assertSends(final ClientSession from, final ClientSession to, final long number) {
        final MemoryRegion source = from.allocate(Long.BYTES);
        final MemoryRegion target = to.allocate(Long.BYTES);
        source.segment().set(ValueLayout.JAVA_LONG, 0, number);
        PortOperations.postReceive(to.port(0), target);
        assertEquals(WorkCompletionStatus.SUCCESS, PortOperations.send(from.port(0), source, Long.BYTES));
        assertEquals(WorkCompletionStatus.SUCCESS, PortOperations.complete(to.port(0)));
        assertEquals(number, target.segment().get(ValueLayout.JAVA_LONG, 0));
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void row03InformationClientsPortsReadyAndAlertFollowTheHandshakeInThisOrder(final NodePair pair)
        throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            clientA.ready();
            clientB.ready();

            for (final RecordedEvents events : List.of(nodes.eventsA, nodes.eventsB)) {
                events.awaitStep("CLIENT_TOLD log", TwoNodes.LIMIT);
                assertInOrder(events.exchange, "R1", "W1", "R2", "W2", "PEER_INFORMATION_SENT", "CLIENTS_SENT",
                    "PORTS_CREATED log", "PORTS_CONNECTED log", "READY_SENT log", "CLIENT_TOLD log");
                assertInOrder(events.exchange, "W2", "PEER_INFORMATION_RECEIVED", "CLIENTS_RECEIVED",
                    "PORTS_CREATED log");
            }
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row04VersionsOfBothSidesArriveCrosswise(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.b = nodes.builderB().versions(new Versions(9, 1)).start();
            nodes.a = nodes.builderA().versions(new Versions(3, 1)).start();
            nodes.awaitSession();

            assertEquals(9, nodes.eventsA.sessions.getFirst().partnerInformation().protocolVersion());
            assertEquals(3, nodes.eventsB.sessions.getFirst().partnerInformation().protocolVersion());
            assertEquals("B", nodes.eventsA.sessions.getFirst().partnerInformation().nodeName());
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row05TheClientsAreTransferredAsOneSet(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.b = nodes.builderB().client(new RecordingClient("one", 1, 8))
                .client(new RecordingClient("two", 2, 16)).start();
            nodes.a = nodes.builderA().start();
            nodes.eventsA.awaitStep("CLIENTS_RECEIVED", TwoNodes.LIMIT);
            nodes.eventsB.awaitStep("CLIENTS_RECEIVED", TwoNodes.LIMIT);

            assertEquals(List.of(new ClientRequirements("one", 1, 8), new ClientRequirements("two", 2, 16)),
                nodes.partnerOfA().clients(), "both in the first set");
            assertEquals(List.of(), nodes.b.partners().getFirst().clients(), "an empty set");
            nodes.awaitSession();
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row06AsManyPortsAreThereAsAskedFor(final NodePair pair) throws Exception {
        final List<Integer> asked = List.of(0, 1, 7);
        final List<RecordingClient> ofA =
            asked.stream().map(ports -> new RecordingClient("p" + ports, ports, 8)).toList();
        final List<RecordingClient> ofB =
            asked.stream().map(ports -> new RecordingClient("p" + ports, ports, 8)).toList();
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            ofA.forEach(nodes.a::register);
            ofB.forEach(nodes.b::register);
            for (int i = 0; i < asked.size(); i++) {
                final ClientSession ports = ofA.get(i).ready();
                ofB.get(i).ready();
                assertEquals(asked.get(i), ports.ports().size());
                final MemoryRegion local = ports.allocate(8);
                for (final Port port : ports.ports()) {
                    assertEquals(WorkCompletionStatus.SUCCESS,
                        PortOperations.write(port, local, port.partnerMemory().address(0, 8), 8), port.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void row07ClientMemoryIsReachableToItsLastByteAndNotBeyond(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            final ClientSession ofA = clientA.ready();
            final ClientSession ofB = clientB.ready();
            final MemoryRegion local = ofA.allocate(1);
            local.segment().set(ValueLayout.JAVA_BYTE, 0, (byte) 0x5A);
            final RemoteMemory remote = ofA.port(0).partnerMemory();

            assertEquals(MEMORY_BYTES, remote.lengthBytes());
            assertEquals(WorkCompletionStatus.SUCCESS,
                PortOperations.write(ofA.port(0), local, remote.address(MEMORY_BYTES - 1, 1), 1));
            assertEquals((byte) 0x5A, ofB.memory().get(ValueLayout.JAVA_BYTE, MEMORY_BYTES - 1), nodes.toString());
            assertEquals(WorkCompletionStatus.SUCCESS,
                PortOperations.read(ofA.port(1), local, remote.address(MEMORY_BYTES - 1, 1), 1));
            PortOperations.assertWriteRefused(
                ofA.port(0), local, remote.address() + MEMORY_BYTES, remote.rkey(), 1);
            PortOperations.assertReadRefused(ofA.port(1), local, remote.address() + MEMORY_BYTES, 1);
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row08And09APartnerWithClientsAndOneWithoutHaveSessions(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.b = nodes.builderB().client(clientB).start();
            nodes.a = nodes.builderA().start();
            nodes.awaitSession();
            clientB.await("refused ONLY_HERE");
        }
        final RecordingClient other = new RecordingClient("log", 2, MEMORY_BYTES);
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, other)) {
            nodes.awaitSession();
            assertSends(clientA.ready(), other.ready(), 1);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void row20BytesOfOneClientArriveAtTheOther(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            assertSends(clientA.ready(), clientB.ready(), 0x1234_5678_9ABC_DEF0L);
            assertEquals(nodes.addressB, nodes.partnerOfA().address());
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void row22And25And29APortIsASeparateQueuePairWithSendAndReceiveQueuesAndRights(final NodePair pair)
        throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            final ClientSession ofA = clientA.ready();
            final ClientSession ofB = clientB.ready();
            final Set<String> numbers = Stream.of(ofA, ofB).flatMap(ports -> ports.ports().stream())
                .map(port -> port.queuePair().number() + " of " + port.queuePair().device().name())
                .collect(Collectors.toSet());
            assertTrue(numbers.size() == 4 || nodes.partnerOfA().trace().size() > 4, "numbers " + numbers);
            for (final Port port : ofA.ports()) {
                assertEquals(QueuePairState.READY_TO_SEND, port.queuePair().state());
                assertTrue(port.queuePair().configuration().sendRequests() >= 1);
                assertTrue(port.queuePair().configuration().receiveRequests() >= 1);
            }
            assertNotEquals(ofA.port(0).completionQueue(), ofA.port(1).completionQueue());
            assertSends(ofA, ofB, 5);
            assertSends(ofB, ofA, 6);
            final MemoryRegion local = ofA.allocate(8);
            final RemoteMemory remote = ofA.port(0).partnerMemory();
            assertEquals(WorkCompletionStatus.SUCCESS, PortOperations.write(ofA.port(0), local, remote.address(), 8));
            assertEquals(WorkCompletionStatus.SUCCESS, PortOperations.read(ofA.port(0), local, remote.address(), 8));
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row23And26And30AClientGetsPortsByAskingTheManagerAndNoOtherWay(final NodePair pair) throws Exception {
        assertTrue(Stream.of(Port.class, ClientSession.class, Session.class.getNestHost())
            .filter(type -> type != Session.class).flatMap(type -> Stream.of(type.getDeclaredConstructors()))
            .noneMatch(constructor -> Modifier.isPublic(constructor.getModifiers())), "no public constructor");
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            nodes.a.register(clientA);
            nodes.b.register(clientB);
            assertSends(clientA.ready(), clientB.ready(), 2);
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row24And27TheManagerEstablishesAndTheProcessOfTheInitiatingSideUsesTheConnection(final NodePair pair)
        throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            final ClientSession ofA = clientA.ready();
            assertSends(ofA, clientB.ready(), 3);

            Attempts.assertReadWriteReadWrite(nodes.partnerOfA().trace());
            assertEquals("B", ofA.partner().name());
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row32HeartbeatsAdvanceAndTheirEndIsSeenWithinTheBound(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.b = nodes.builderB().start();
            nodes.a = nodes.builderA().liveness(SOON_DEAD).start();
            nodes.awaitSession();
            final Partner partner = nodes.partnerOfA();
            final long startNs = System.nanoTime();
            while (partner.heartbeats().count() < 20) {
                assertTrue(System.nanoTime() - startNs < TwoNodes.LIMIT.toNanos(), partner.heartbeats().toString());
                Thread.sleep(1);
            }
            assertEquals(List.of("up 1"), nodes.eventsA.heardOfSessions(), "the counter advances");
            final long stoppedNs = System.nanoTime();
            nodes.b.publisher().stop();
            nodes.eventsA.await("SUSPECT STALLED", TwoNodes.LIMIT);
            nodes.eventsA.await("down", TwoNodes.LIMIT);

            final long tookMs = (System.nanoTime() - stoppedNs) / 1_000_000;
            final long boundMs = nodes.a.configuration().liveness().stalledDeadAfter().toMillis();
            assertTrue(tookMs >= boundMs - BUSY_MS && tookMs < boundMs + 5 * BUSY_MS, "down after " + tookMs + " ms");
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row34OnTheAcceptingSideBothReadsComeFirstAndTheProcessUsesTheConnectionThen(final NodePair pair)
        throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.b = nodes.builderB().start();
            nodes.a = nodes.builderA().start();
            nodes.awaitSession();
            final Partner partnerOfB = nodes.b.partners().getFirst();
            Attempts.assertReadWriteReadWrite(partnerOfB.trace());
            assertEquals(BootPhase.INITIALIZING, partnerOfB.bootPhase().orElseThrow());

            nodes.a.register(clientA);
            nodes.b.register(clientB);
            assertSends(clientB.ready(), clientA.ready(), 4);
        }
    }
}
