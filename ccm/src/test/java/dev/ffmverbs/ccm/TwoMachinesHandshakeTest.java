// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.internal.handshake.Handshake;
import dev.ffmverbs.ccm.internal.link.PartnerLink;
import dev.ffmverbs.ccm.value.AttemptOutcome;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HandshakeStep;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.TraceEntry;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link HandshakeBehavioursTest}'s rows with the nodes on two machines. Each machine checks what it can see. */
@Timeout(240)
class TwoMachinesHandshakeTest {

    @RegisterExtension
    static final OtherMachine OTHER = new OtherMachine();

    private static final List<HandshakeStep> FOUR_STEPS = List.of(HandshakeStep.values());
    private static final MemoryAddresses ELSEWHERE = new MemoryAddresses(0x7100_0000_0000L, 0x7100_0000_1000L);

    private static AcceptingNode acceptingNode() {
        return new AcceptingNode(OTHER.device(), "B", OTHER.ownAddress(), "A", OTHER.partnerAddress());
    }

    private static InitiatingNode initiatingNode() {
        return new InitiatingNode(OTHER.device(), "A", OTHER.ownAddress(), "B", OTHER.partnerAddress());
    }

    /**
     * Runs the accepting machine's side of an attempt in which the first machine's rights are revoked before a step.
     */
    private static void revokeWhenAsked(final AcceptingNode node) {
        OTHER.meet("revoke");
        node.partner.revoke();
        OTHER.meet("revoked");
    }

    private static void askToRevoke() {
        OTHER.meet("revoke");
        OTHER.meet("revoked");
    }

    private static Set<Long> memoryRead(final List<TraceEntry> trace) {
        return trace.stream().filter(entry -> entry.step().isRead()).map(TraceEntry::memoryAddress)
            .collect(Collectors.toSet());
    }

    @Test
    void row01TheTraceIsReadWriteReadWriteEachAfterTheFormerSucceeded() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            Attempts.assertReadWriteReadWrite(machines.partner().trace());
            machines.checked();
        }
    }

    @Test
    void row01AFaultAtAStepLeavesNoLaterStepInThatAttempt() {
        if (!OTHER.isFirst()) {
            try (AcceptingNode node = acceptingNode()) {
                OTHER.meet("listening");
                FOUR_STEPS.forEach(step -> revokeWhenAsked(node));
                OTHER.meet("checked");
            }
            return;
        }
        try (InitiatingNode node = initiatingNode()) {
            OTHER.meet("listening");
            for (int step = 1; step <= FOUR_STEPS.size(); step++) {
                try (PartnerLink link =
                    FaultyLink.before(node.connect(), step, TwoMachinesHandshakeTest::askToRevoke)) {
                    final Handshake handshake = node.shakeHands(link);

                    assertEquals(FOUR_STEPS.subList(0, step), node.steps(), handshake.detail());
                    assertNotEquals(AttemptOutcome.OK, handshake.outcome());
                }
            }
            OTHER.meet("checked");
        }
    }

    @Test
    void row02TheFirstReadIsOfThePresetAddressOnEveryAttemptAndAfterARestart() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER)) {
            machines.start(machines.builder().memory(ELSEWHERE));
            if (OTHER.isFirst()) {
                machines.events.await("up 2", TwoNodes.LIMIT);
                final List<TraceEntry> firstReads = machines.partner().trace().stream()
                    .filter(entry -> entry.step() == HandshakeStep.R1).toList();
                assertTrue(firstReads.size() >= 2, firstReads.toString());
                assertEquals(Set.of(ELSEWHERE.statusAddress()), memoryRead(firstReads));
            } else {
                machines.node.close();
                machines.node = machines.builder().memory(ELSEWHERE).start();
            }
            machines.checked();
        }
    }

    @Test
    void row10And11And12TheSessionStartsFromConfigurationAloneWithoutAnyCall() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            Attempts.assertReadWriteReadWrite(machines.partner().trace());
            machines.events.awaitStep("CLIENTS_SENT", TwoNodes.LIMIT);
            ExchangeBehavioursTest.assertInOrder(machines.events.exchange,
                "W2", "PEER_INFORMATION_SENT", "CLIENTS_SENT");
            machines.checked();
        }
    }

    @Test
    void row13TheFirstReadAloneGatesTheFirstWrite() {
        if (!OTHER.isFirst()) {
            try (AcceptingNode node = acceptingNode()) {
                OTHER.meet("listening");
                revokeWhenAsked(node);
                OTHER.meet("checked");
            }
            return;
        }
        try (InitiatingNode node = initiatingNode()) {
            OTHER.meet("listening");
            try (PartnerLink link = FaultyLink.before(node.connect(), 1, TwoMachinesHandshakeTest::askToRevoke)) {
                node.shakeHands(link);
                assertEquals(List.of(HandshakeStep.R1), node.steps(), "a failed READ, and no WRITE");
            }
            try (PartnerLink link = FaultyLink.failing(node.connect(), 3)) {
                node.shakeHands(link);
                assertEquals(List.of(HandshakeStep.R1, HandshakeStep.W1, HandshakeStep.R2), node.steps(),
                    "a good READ, and exactly one WRITE");
            }
            OTHER.meet("checked");
        }
    }

    @Test
    void row14And17And18TheAddressIsConfiguredInNumbersAndTheFirstOperationGoesThere() throws Exception {
        assertThrows(IllegalArgumentException.class,
            () -> new PartnerAddress("B", InetSocketAddress.createUnresolved("host", 7471)));
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            assertEquals(OTHER.partnerAddress(), machines.partner().trace().getFirst().remote());
            machines.checked();
        }
    }

    @Test
    void row15And16AllOperationsGoToTheConfiguredAddressAndPort() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            assertEquals(Set.of(OTHER.partnerAddress()),
                machines.partner().trace().stream().map(TraceEntry::remote).collect(Collectors.toSet()));
            machines.checked();
        }
    }

    @Test
    void row15And16AtAWrongPortNothingIsWritten() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER)) {
            if (OTHER.isFirst()) {
                final InetSocketAddress right = OTHER.partnerAddress();
                OTHER.meet("listening");
                machines.node = machines.builder(new InetSocketAddress(right.getAddress(), right.getPort() + 100))
                    .start();
                machines.events.awaitOutcome(AttemptOutcome.NOT_LISTENING, TwoNodes.LIMIT);
                assertEquals(List.of(), machines.partner().trace());
            } else {
                machines.node = machines.builder().start();
                OTHER.meet("listening");
            }
            machines.checked();
        }
    }

    @Test
    void row19SuccessiveReadsShowEachBootPhaseOfThePartner() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            for (final BootPhase phase : List.of(BootPhase.INITIALIZING, BootPhase.BOOTING, BootPhase.ACTIVE)) {
                machines.node.bootPhase(phase);
                final long startNs = System.nanoTime();
                while (machines.partner().bootPhase().orElse(null) != phase) {
                    assertTrue(System.nanoTime() - startNs < TwoNodes.LIMIT.toNanos(), "never saw " + phase);
                    Thread.sleep(1);
                }
                OTHER.meet("saw " + phase);
            }
        }
    }

    @Test
    void row21And33TheSessionFormsWhileEverythingAboveIsHeldBackIndefinitely() throws Exception {
        try (TwoMachines machines = new TwoMachines(OTHER).start()) {
            Attempts.assertReadWriteReadWrite(machines.partner().trace());
            assertEquals(BootPhase.INITIALIZING, machines.partner().bootPhase().orElseThrow());
            assertEquals(Set.of(MemoryAddresses.defaults().statusAddress()), memoryRead(machines.partner().trace()));
            machines.checked();
        }
    }

    @Test
    void row28And31ANodeThatIssuedNothingIsConnectedToAndReadFrom() {
        if (!OTHER.isFirst()) {
            try (AcceptingNode node = acceptingNode()) {
                OTHER.meet("listening");
                OTHER.exchange("boot id", node.bootId);
                OTHER.meet("checked");
                assertEquals(1, node.handlerCalls.get(), "no handler has run for READs and WRITEs");
            }
            return;
        }
        try (InitiatingNode node = initiatingNode()) {
            OTHER.meet("listening");
            try (PartnerLink link = node.connect()) {
                final Handshake handshake = node.shakeHands(link);

                assertEquals(AttemptOutcome.OK, handshake.outcome(), handshake.detail());
                assertEquals(OTHER.exchange("boot id", ""), handshake.partnerBootId().toString(),
                    "what is read is what the partner holds");
                assertEquals(BootPhase.INITIALIZING, link.status().bootPhase(), "complete before it is active");
                OTHER.meet("checked");
            }
        }
    }
}
