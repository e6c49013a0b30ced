// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.MemoryRegion;
import dev.ffmverbs.SendRequest;
import dev.ffmverbs.WorkCompletionStatus;
import dev.ffmverbs.WorkCompletions;
import dev.ffmverbs.ccm.internal.memory.ClientsPayload;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientsTest {

    private static final String PAIRS = "dev.ffmverbs.ccm.NodePair#single";

    private final RecordingClient clientA = new RecordingClient("log", 2, 8192);
    private final RecordingClient clientB = new RecordingClient("log", 2, 8192);

    /** Writes a number into the partner's memory and finds it there. */
    private static void assertReaches(final ClientSession from, final ClientSession to, final long number) {
        for (final Port port : from.ports()) {
            final MemoryRegion local = from.allocate(Long.BYTES);
            local.segment().set(ValueLayout.JAVA_LONG, 0, number + port.index());
            assertEquals(WorkCompletionStatus.SUCCESS,
                PortOperations.write(port, local, port.partnerMemory().address(64, 8), Long.BYTES), port.toString());
            assertEquals(number + port.index(), to.memory().get(ValueLayout.JAVA_LONG, 64));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#all")
    void clientsOfTheSameNameGetPortsAndReachEachOthersMemory(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            final ClientSession ofA = clientA.ready();
            final ClientSession ofB = clientB.ready();

            assertEquals(2, ofA.ports().size());
            assertNotEquals(ofA.port(0).queuePair().number(), ofA.port(1).queuePair().number());
            assertReaches(ofA, ofB, 77);
            assertReaches(ofB, ofA, 99);
            assertEquals("B", ofA.partner().name());
            assertEquals(List.of("ready"), clientA.heard, nodes.toString());
        }
        assertEquals(List.of("ready"), clientA.heard);
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aClientRegisteredLateIsServedOnceItsCounterpartIsThere(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            nodes.a.register(clientA);
            clientA.await("refused ONLY_HERE");
            nodes.b.register(clientB);

            assertReaches(clientA.ready(), clientB.ready(), 5);
            assertEquals(List.of("refused ONLY_HERE", "ready"), clientA.heard);
            assertEquals("ready", clientB.heard.getLast());
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void clientsThatAskForDifferentThingsAreRefusedAndOthersProceed(final NodePair pair) throws Exception {
        final RecordingClient other = new RecordingClient("other", 1, 64);
        final RecordingClient larger = new RecordingClient("other", 1, 65);
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            nodes.a.register(other);
            nodes.b.register(larger);
            other.await("refused REQUIREMENTS_DIFFER");
            larger.await("refused REQUIREMENTS_DIFFER");

            assertReaches(clientA.ready(), clientB.ready(), 1);
            assertEquals("client other asks for 1 ports and 64 bytes here, and for 1 ports and 65 bytes at B",
                other.details.getLast());
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void memoryThatCannotBeGivenIsRefusedOnBothSidesAndOthersProceed(final NodePair pair) throws Exception {
        final long tooMuch = 1L << 50;
        final RecordingClient greedyA = new RecordingClient("greedy", 1, tooMuch);
        final RecordingClient greedyB = new RecordingClient("greedy", 1, tooMuch);
        try (TwoNodes nodes = new TwoNodes(pair).start(greedyA, greedyB)) {
            nodes.a.register(clientA);
            nodes.b.register(clientB);

            greedyA.awaitAny("refused CANNOT_BE_GIVEN_");
            greedyB.awaitAny("refused CANNOT_BE_GIVEN_");
            assertReaches(clientA.ready(), clientB.ready(), 3);
        }
    }

    /** A client that brings the memory which its partner reaches. */
    private static final class Supplier extends RecordingClient {

        private final MemorySegment supplied;

        Supplier(final long memoryBytes, final MemorySegment supplied) {
            super("supplier", 1, memoryBytes);
            this.supplied = supplied;
        }

        @Override
        public Optional<MemorySegment> memoryFor(final Partner partner) {
            return Optional.of(supplied);
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aClientMaySupplyTheMemoryThatItsPartnerReachesAndFindsItsContentThere(final NodePair pair) throws Exception {
        final MemorySegment memory = Arena.ofShared().allocate(8192, 4096);
        memory.set(ValueLayout.JAVA_LONG, 128, 4711);
        final RecordingClient supplier = new Supplier(8192, memory);
        final RecordingClient counterpart = new RecordingClient("supplier", 1, 8192);
        try (TwoNodes nodes = new TwoNodes(pair).start(supplier, counterpart)) {
            final ClientSession ofSupplier = supplier.ready();

            assertReaches(counterpart.ready(), ofSupplier, 21);
            assertEquals(21, memory.get(ValueLayout.JAVA_LONG, 64), nodes.toString());
            assertEquals(4711, ofSupplier.memory().get(ValueLayout.JAVA_LONG, 128));
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void suppliedMemoryThatCannotBeUsedIsRefusedWithTheReasonAndOthersProceed(final NodePair pair) throws Exception {
        final RecordingClient tooSmall = new Supplier(8192, Arena.ofAuto().allocate(4096));
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            nodes.b.register(new RecordingClient("supplier", 1, 8192));
            nodes.a.register(tooSmall);
            tooSmall.await("refused CANNOT_BE_GIVEN_HERE");
            assertTrue(tooSmall.details.getLast().contains("the memory that client supplier supplies for partner B has"
                + " 4096 bytes; the client asks for 8192"), tooSmall.details.toString());
            assertReaches(clientA.ready(), clientB.ready(), 1);
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void portsCloseOnBothSidesAndOpenAgainWhenAskedTo(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            final ClientSession ofA = clientA.ready();
            final ClientSession ofB = clientB.ready();

            ofA.close();
            clientB.await("closed");
            assertFalse(ofA.isOpen());
            assertFalse(ofB.isOpen());
            assertThrows(IllegalStateException.class, () -> ofB.allocate(8));

            ofA.reconnect();
            clientA.await("path changed");
            clientB.await("path changed");
            assertReaches(clientA.sessions.getLast(), clientB.sessions.getLast(), 8);
            assertEquals(List.of("ready", "path changed"), clientA.heard, nodes.toString());
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void failedPortsAreReplacedOnRequestWhileTheSessionContinues(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            final ClientSession ofA = clientA.ready();
            clientB.ready();
            final MemoryRegion local = ofA.allocate(8);
            PortOperations.assertReadRefused(
                ofA.port(0), local, ofA.port(0).partnerMemory().address() + 8192, 8);

            ofA.reconnect();
            clientA.await("path changed");
            clientB.await("path changed");

            assertReaches(clientA.sessions.getLast(), clientB.sessions.getLast(), 8);
            assertEquals(List.of("up 1"), nodes.eventsA.heardOfSessions());
            assertEquals(List.of("up 1"), nodes.eventsB.heardOfSessions());
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aRegistrationThatEndsClosesThePartnersPorts(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            final ClientRegistration registration = nodes.a.register(clientA);
            nodes.b.register(clientB);
            clientA.ready();
            clientB.ready();

            registration.close();
            clientB.await("closed");

            final RecordingClient successor = new RecordingClient("log", 2, 8192);
            nodes.a.register(successor);
            clientB.await("path changed");
            assertReaches(successor.ready(), clientB.sessions.getLast(), 6);
            assertFalse(clientA.heard.contains("closed"), "it ended its registration itself");
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void asManyClientsAndPortsAsATableHoldsAreServed(final NodePair pair) throws Exception {
        final int ports = ClientsPayload.MAXIMUM_PORTS / ClientsPayload.MAXIMUM_CLIENTS;
        final List<RecordingClient> ofA = new ArrayList<>();
        final List<RecordingClient> ofB = new ArrayList<>();
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            for (int i = 0; i < ClientsPayload.MAXIMUM_CLIENTS; i++) {
                ofA.add(new RecordingClient("client" + i, ports, 64 + i * 8));
                ofB.add(new RecordingClient("client" + i, ports, 64 + i * 8));
                nodes.a.register(ofA.getLast());
                nodes.b.register(ofB.getLast());
            }
            for (int i = 0; i < ofA.size(); i++) {
                final ClientSession one = ofA.get(i).ready();
                assertEquals(ports, one.ports().size());
                assertEquals(64 + i * 8, one.port(0).partnerMemory().lengthBytes());
                ofB.get(i).ready();
            }
            assertEquals(1, nodes.eventsA.sessions.size(), nodes.eventsA.heard.toString());
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void aSecondClientOfThatNameIsRefused(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            nodes.a.register(clientA);

            assertEquals("a client log is registered already",
                assertThrows(IllegalArgumentException.class, () -> nodes.a.register(clientB)).getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void clientsThatThrowOrBlockHarmNobody(final NodePair pair) throws Exception {
        final RecordingClient throwing = new RecordingClient("throwing", 1, 8) {
            @Override
            public void partnerReady(final ClientSession session) {
                throw new IllegalStateException("on purpose");
            }
        };
        final RecordingClient blocking = new RecordingClient("blocking", 1, 8) {
            @Override
            public void partnerReady(final ClientSession session) {
                super.partnerReady(session);
                while (true) {
                    try {
                        Thread.sleep(Long.MAX_VALUE);
                    } catch (final InterruptedException e) {
                        return;
                    }
                }
            }
        };
        try (TwoNodes nodes = new TwoNodes(pair).start(throwing, new RecordingClient("throwing", 1, 8))) {
            nodes.a.register(blocking);
            nodes.b.register(new RecordingClient("blocking", 1, 8));
            blocking.ready();
            nodes.a.register(clientA);
            nodes.b.register(clientB);

            assertReaches(clientA.ready(), clientB.ready(), 4);
            nodes.b.close();
            clientA.await("left");
            assertTrue(nodes.eventsA.heard.contains("left"), nodes.eventsA.heard.toString());
        }
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void operationsOnAPortAllocateNothing(final NodePair pair) throws Exception {
        AllocatedBytes.requireOptimizingCompiler();
        try (TwoNodes nodes = new TwoNodes(pair).start(clientA, clientB)) {
            final Port port = clientA.ready().port(0);
            final MemoryRegion local = clientA.sessions.getLast().allocate(Long.BYTES);
            final SendRequest request = SendRequest.allocate(1)
                .write(port.partnerMemory().address(0, Long.BYTES), port.partnerMemory().rkey())
                .localMemory(local, 0, Long.BYTES);
            final AtomicLong operations = new AtomicLong();
            final AtomicBoolean stopped = new AtomicBoolean();
            final Thread user = Thread.ofPlatform().name("port-user").daemon().start(() -> {
                final WorkCompletions completions = WorkCompletions.allocate(1);
                while (!stopped.get()) {
                    port.queuePair().postSend(request);
                    while (port.completionQueue().poll(completions) == 0) {
                        Thread.onSpinWait();
                    }
                    operations.lazySet(operations.get() + 1);
                }
            });
            try {
                long least = Long.MAX_VALUE;
                for (int i = 0; i < 20 && least > 0; i++) {
                    final long bytes = AllocatedBytes.of("port-user");
                    awaitCount(operations, operations.get() + 1_000);
                    least = Math.min(least, AllocatedBytes.of("port-user") - bytes);
                }
                assertEquals(0, least, "bytes in 1000 WRITEs and polls, on " + nodes);
            } finally {
                stopped.set(true);
                user.join();
            }
        }
    }

    private static void awaitCount(final AtomicLong operations, final long count) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (operations.get() < count) {
            assertTrue(System.nanoTime() - startNs < TwoNodes.LIMIT.toNanos(), operations + " operations only");
            Thread.sleep(1);
        }
    }
}
