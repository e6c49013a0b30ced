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
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link ExchangeBehavioursTest}'s rows with the nodes on two machines. Each machine checks what it can see. */
@Timeout(240)
class TwoMachinesExchangeTest {

    @RegisterExtension
    static final OtherMachine OTHER = new OtherMachine();

    private static final int MEMORY_BYTES = 4096 + 24;

    /** A busy machine may let a thread wait for this long. */
    private static final long BUSY_MS = 1_000;

    private final RecordingClient client = new RecordingClient("log", 2, MEMORY_BYTES);

    /** One machine SENDs bytes of its client, and the other finds them where it posted a receive. */
    private static void assertSends(final boolean fromHere, final ClientSession here, final long number) {
        final MemoryRegion memory = here.allocate(Long.BYTES);
        if (fromHere) {
            memory.segment().set(ValueLayout.JAVA_LONG, 0, number);
            OTHER.meet("receive posted");
            assertEquals(WorkCompletionStatus.SUCCESS, PortOperations.send(here.port(0), memory, Long.BYTES));
        } else {
            PortOperations.postReceive(here.port(0), memory);
            OTHER.meet("receive posted");
            assertEquals(WorkCompletionStatus.SUCCESS, PortOperations.complete(here.port(0)));
            assertEquals(number, memory.segment().get(ValueLayout.JAVA_LONG, 0));
        }
        OTHER.meet("sent " + number);
    }

    private static void assertSendsBothWays(final ClientSession here) {
        assertSends(OTHER.isFirst(), here, 0x1234_5678_9ABC_DEF0L);
        assertSends(!OTHER.isFirst(), here, 0x0FED_CBA9_8765_4321L);
    }

    @Test
    void row03InformationClientsPortsReadyAndAlertFollowTheHandshakeInThisOrder() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start(client)) {
            client.ready();
            machines.events.awaitStep("CLIENT_TOLD log", TwoNodes.LIMIT);
            ExchangeBehavioursTest.assertInOrder(machines.events.exchange, "R1", "W1", "R2", "W2",
                "PEER_INFORMATION_SENT", "CLIENTS_SENT", "PORTS_CREATED log", "PORTS_CONNECTED log", "READY_SENT log",
                "CLIENT_TOLD log");
            ExchangeBehavioursTest.assertInOrder(machines.events.exchange, "W2", "PEER_INFORMATION_RECEIVED",
                "CLIENTS_RECEIVED", "PORTS_CREATED log");
            machines.checked();
        }
    }

    @Test
    void row04VersionsOfBothSidesArriveCrosswise() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER)) {
            machines.start(machines.builder()
                .versions(new Versions(OTHER.isFirst() ? 3 : 9, 1)));
            assertEquals(OTHER.isFirst() ? 9 : 3,
                machines.events.sessions.getFirst().partnerInformation().protocolVersion());
            assertEquals(OTHER.isFirst() ? "B" : "A",
                machines.events.sessions.getFirst().partnerInformation().nodeName());
            machines.checked();
        }
    }

    @Test
    void row05TheClientsAreTransferredAsOneSet() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER)) {
            if (OTHER.isFirst()) {
                machines.start();
            } else {
                machines.start(new RecordingClient("one", 1, 8), new RecordingClient("two", 2, 16));
            }
            machines.events.awaitStep("CLIENTS_RECEIVED", TwoNodes.LIMIT);
            assertEquals(OTHER.isFirst()
                    ? List.of(new ClientRequirements("one", 1, 8), new ClientRequirements("two", 2, 16)) : List.of(),
                machines.partner().clients(), "both in the first set, or an empty one");
            machines.checked();
        }
    }

    @Test
    void row06AsManyPortsAreThereAsAskedFor() throws Exception {
        final List<RecordingClient> clients =
            List.of(0, 1, 7).stream().map(ports -> new RecordingClient("p" + ports, ports, 8)).toList();
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            clients.forEach(machines.node::register);
            for (final RecordingClient asking : clients) {
                final ClientSession session = asking.ready();
                assertEquals(asking.requirements().portsRequired(), session.ports().size());
                final MemoryRegion local = session.allocate(8);
                for (final Port port : session.ports()) {
                    assertEquals(WorkCompletionStatus.SUCCESS,
                        PortOperations.write(port, local, port.partnerMemory().address(0, 8), 8), port.toString());
                }
            }
            machines.checked();
        }
    }

    @Test
    void row07ClientMemoryIsReachableToItsLastByteAndNotBeyond() throws Exception {
        final byte mine = (byte) (OTHER.isFirst() ? 0x5A : 0xA5);
        try (TwoMachines machines = new TwoMachines(OTHER).start(client)) {
            final ClientSession session = client.ready();
            final MemoryRegion local = session.allocate(1);
            local.segment().set(ValueLayout.JAVA_BYTE, 0, mine);
            final RemoteMemory remote = session.port(0).partnerMemory();

            assertEquals(MEMORY_BYTES, remote.lengthBytes());
            assertEquals(WorkCompletionStatus.SUCCESS,
                PortOperations.write(session.port(0), local, remote.address(MEMORY_BYTES - 1, 1), 1));
            OTHER.meet("written");
            assertEquals((byte) ~mine, session.memory().get(ValueLayout.JAVA_BYTE, MEMORY_BYTES - 1));
            assertEquals(WorkCompletionStatus.SUCCESS,
                PortOperations.read(session.port(1), local, remote.address(MEMORY_BYTES - 1, 1), 1));
            assertEquals(mine, local.segment().get(ValueLayout.JAVA_BYTE, 0));
            OTHER.meet("read");
            if (OTHER.isFirst()) {
                PortOperations.assertWriteRefused(
                    session.port(0), local, remote.address() + MEMORY_BYTES, remote.rkey(), 1);
                PortOperations.assertReadRefused(session.port(1), local, remote.address() + MEMORY_BYTES, 1);
            }
            machines.checked();
        }
    }

    @Test
    void row08And09APartnerWithClientsHasASessionWithOneThatHasThemToo() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start(client)) {
            assertSendsBothWays(client.ready());
            assertEquals(1, machines.partner().clients().size());
        }
    }

    @Test
    void row08And09APartnerWithoutClientsHasASession() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER)) {
            if (OTHER.isFirst()) {
                machines.start();
            } else {
                machines.start(client);
                client.await("refused ONLY_HERE");
            }
            machines.checked();
        }
    }

    @Test
    void row20BytesOfOneClientArriveAtTheOther() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start(client)) {
            assertSendsBothWays(client.ready());
            assertEquals(OTHER.partnerAddress(), machines.partner().address());
        }
    }

    @Test
    void row22And25And29APortIsASeparateQueuePairWithSendAndReceiveQueuesAndRights() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start(client)) {
            final ClientSession session = client.ready();
            for (final Port port : session.ports()) {
                assertEquals(QueuePairState.READY_TO_SEND, port.queuePair().state());
                assertTrue(port.queuePair().configuration().sendRequests() >= 1);
                assertTrue(port.queuePair().configuration().receiveRequests() >= 1);
            }
            assertNotEquals(session.port(0).queuePair().number(), session.port(1).queuePair().number());
            assertNotEquals(session.port(0).completionQueue(), session.port(1).completionQueue());
            assertSendsBothWays(session);
            final MemoryRegion local = session.allocate(8);
            final RemoteMemory remote = session.port(0).partnerMemory();
            assertEquals(WorkCompletionStatus.SUCCESS,
                PortOperations.write(session.port(0), local, remote.address(), 8));
            assertEquals(WorkCompletionStatus.SUCCESS,
                PortOperations.read(session.port(0), local, remote.address(), 8));
            machines.checked();
        }
    }

    @Test
    void row23And26And30AClientGetsPortsByAskingTheManager() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            assertEquals(List.of(), client.heard);
            machines.node.register(client);
            assertSendsBothWays(client.ready());
        }
    }

    @Test
    void row24And27TheManagerEstablishesAndTheProcessOfTheInitiatingSideUsesTheConnection() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start(client)) {
            final ClientSession session = client.ready();
            assertSends(OTHER.isFirst(), session, 3);
            Attempts.assertReadWriteReadWrite(machines.partner().trace());
            assertEquals(OTHER.isFirst() ? "B" : "A", session.partner().name());
            machines.checked();
        }
    }

    @Test
    void row32HeartbeatsAdvanceAndTheirEndIsSeenWithinTheBound() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            final Partner partner = machines.partner();
            final long startNs = System.nanoTime();
            while (partner.heartbeats().count() < 20) {
                assertTrue(System.nanoTime() - startNs < TwoNodes.LIMIT.toNanos(), partner.heartbeats().toString());
                Thread.sleep(1);
            }
            assertEquals(List.of("up 1"), machines.events.heardOfSessions(), "the counter advances");
            OTHER.meet("advanced");
            if (OTHER.isFirst()) {
                assertItsEndIsSeenWithinTheBound(machines);
            } else {
                machines.node.publisher().stop();
            }
            machines.checked();
        }
    }

    private static void assertItsEndIsSeenWithinTheBound(final TwoMachines machines) throws InterruptedException {
        final long stoppedNs = System.nanoTime();
        machines.events.await("SUSPECT STALLED", TwoNodes.LIMIT);
        machines.events.await("down", TwoNodes.LIMIT);
        final long tookMs = (System.nanoTime() - stoppedNs) / 1_000_000;
        final long boundMs = machines.node.configuration().liveness().stalledDeadAfter().toMillis();
        assertTrue(tookMs >= boundMs - BUSY_MS && tookMs < boundMs + 5 * BUSY_MS, "down after " + tookMs + " ms");
    }

    @Test
    void row34OnTheAcceptingSideBothReadsComeFirstAndTheProcessUsesTheConnectionThen() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            Attempts.assertReadWriteReadWrite(machines.partner().trace());
            assertEquals(BootPhase.INITIALIZING, machines.partner().bootPhase().orElseThrow());
            machines.checked();
            machines.node.register(client);
            assertSends(!OTHER.isFirst(), client.ready(), 4);
        }
    }
}
