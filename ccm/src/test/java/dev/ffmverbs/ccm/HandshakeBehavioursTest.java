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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Required behaviours of the handshake, numbered as in {@code ccm/README.md}. */
@Timeout(120)
class HandshakeBehavioursTest {

    private static final String ALL = "dev.ffmverbs.ccm.NodePair#all";
    private static final String SINGLE = "dev.ffmverbs.ccm.NodePair#single";
    private static final List<HandshakeStep> FOUR_STEPS = List.of(HandshakeStep.values());
    private static final MemoryAddresses ELSEWHERE = new MemoryAddresses(0x7100_0000_0000L, 0x7100_0000_1000L);

    @ParameterizedTest
    @MethodSource(ALL)
    void row01TheTraceIsReadWriteReadWriteEachAfterTheFormerSucceeded(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            Attempts.assertReadWriteReadWrite(nodes.partnerOfA().trace());
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row01AFaultAtAStepLeavesNoLaterStepInThatAttempt(final NodePair pair) {
        try (HandshakeNodes nodes = new HandshakeNodes(pair)) {
            for (int step = 1; step <= FOUR_STEPS.size(); step++) {
                if (pair.isIwarp() && !FOUR_STEPS.get(step - 1).isRead()) {
                    // It is complete when TCP has it. The next READ tells that the partner has refused it.
                    continue;
                }
                try (PartnerLink link = FaultyLink.before(nodes.a.connect(), step, nodes.b.partner::revoke)) {
                    final Handshake handshake = nodes.a.shakeHands(link);

                    assertEquals(FOUR_STEPS.subList(0, step), nodes.a.steps(), handshake.detail());
                    assertNotEquals(AttemptOutcome.OK, handshake.outcome());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row02TheFirstReadIsOfThePresetAddressOnEveryAttemptAndAfterARestart(final NodePair pair) throws Exception {
        pair.requireChosenAddresses();
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.a = nodes.builderA().memory(ELSEWHERE).start();
            nodes.b = nodes.builderB().memory(ELSEWHERE).start();
            nodes.eventsA.await("up 1", TwoNodes.LIMIT);
            nodes.b.close();
            nodes.b = nodes.builderB().memory(ELSEWHERE).start();
            nodes.eventsA.await("up 2", TwoNodes.LIMIT);

            final List<TraceEntry> firstReads = nodes.partnerOfA().trace().stream()
                .filter(entry -> entry.step() == HandshakeStep.R1).toList();
            assertTrue(firstReads.size() >= 2, firstReads.toString());
            assertEquals(Set.of(ELSEWHERE.statusAddress()),
                firstReads.stream().map(TraceEntry::memoryAddress).collect(Collectors.toSet()));
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row10And11And12TheSessionStartsFromConfigurationAloneWithoutAnyCall(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            Attempts.assertReadWriteReadWrite(nodes.partnerOfA().trace());
            nodes.eventsA.awaitStep("CLIENTS_SENT", TwoNodes.LIMIT);
            ExchangeBehavioursTest.assertInOrder(nodes.eventsA.exchange,
                "W2", "PEER_INFORMATION_SENT", "CLIENTS_SENT");
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row13TheFirstReadAloneGatesTheFirstWrite(final NodePair pair) {
        try (HandshakeNodes nodes = new HandshakeNodes(pair)) {
            try (PartnerLink link = FaultyLink.before(nodes.a.connect(), 1, nodes.b.partner::revoke)) {
                nodes.a.shakeHands(link);
                assertEquals(List.of(HandshakeStep.R1), nodes.a.steps(), "a failed READ, and no WRITE");
            }
            try (PartnerLink link = FaultyLink.failing(nodes.a.connect(), 3)) {
                nodes.a.shakeHands(link);
                assertEquals(List.of(HandshakeStep.R1, HandshakeStep.W1, HandshakeStep.R2), nodes.a.steps(),
                    "a good READ, and exactly one WRITE");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:7471", "localhost:7471", "10.9.9.1", "10.9.9.1:0", "10.9.9.1:65536", ":7471",
        "10.9.9.300:7471"})
    void row14And17And18APredeterminedAddressIsInNumbersAndNothingIsLookedUp(final String text) {
        final String refused =
            assertThrows(IllegalArgumentException.class, () -> NodeAddress.parse(text)).getMessage();
        assertTrue(refused.startsWith("\"" + text + "\" is not an address and port: "), refused);
        assertThrows(IllegalArgumentException.class,
            () -> new PartnerAddress("B", InetSocketAddress.createUnresolved("host", 7471)), "no look-up later either");
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row15And16AllOperationsGoToTheConfiguredAddressAndPort(final NodePair pair) throws Exception {
        for (int configuration = 0; configuration < 2; configuration++) {
            try (TwoNodes nodes = new TwoNodes(pair).start()) {
                assertEquals(Set.of(nodes.addressB),
                    nodes.partnerOfA().trace().stream().map(TraceEntry::remote).collect(Collectors.toSet()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row15And16AtAWrongPortNothingIsWritten(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair)) {
            nodes.b = nodes.builderB().start();
            nodes.a = nodes.builderA(new PartnerAddress("B", pair.endpointB())).start();
            nodes.eventsA.awaitOutcome(AttemptOutcome.NOT_LISTENING, TwoNodes.LIMIT);

            assertEquals(List.of(), nodes.partnerOfA().trace());
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row19SuccessiveReadsShowEachBootPhaseOfThePartner(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            for (final BootPhase phase : List.of(BootPhase.INITIALIZING, BootPhase.BOOTING, BootPhase.ACTIVE)) {
                nodes.b.bootPhase(phase);
                final long startNs = System.nanoTime();
                while (nodes.partnerOfA().bootPhase().orElse(null) != phase) {
                    assertTrue(System.nanoTime() - startNs < TwoNodes.LIMIT.toNanos(), "never saw " + phase);
                    Thread.sleep(1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource(SINGLE)
    void row21And33TheSessionFormsWhileEverythingAboveIsHeldBackIndefinitely(final NodePair pair) throws Exception {
        try (TwoNodes nodes = new TwoNodes(pair).start()) {
            Attempts.assertReadWriteReadWrite(nodes.partnerOfA().trace());
            assertEquals(BootPhase.INITIALIZING, nodes.partnerOfA().bootPhase().orElseThrow());
            assertEquals(Set.of(nodes.addressB), nodes.partnerOfA().trace().stream()
                .filter(entry -> entry.step().isRead()).map(TraceEntry::remote).collect(Collectors.toSet()));
            pair.requireChosenAddresses();
            assertEquals(Set.of(MemoryAddresses.defaults().statusAddress()), nodes.partnerOfA().trace().stream()
                .filter(entry -> entry.step().isRead()).map(TraceEntry::memoryAddress).collect(Collectors.toSet()));
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void row28And31ANodeThatIssuedNothingIsConnectedToAndReadFrom(final NodePair pair) {
        try (HandshakeNodes nodes = new HandshakeNodes(pair);
             PartnerLink link = nodes.a.connect()) {
            assertEquals(1, nodes.b.handlerCalls.get());
            final Handshake handshake = nodes.a.shakeHands(link);

            assertEquals(AttemptOutcome.OK, handshake.outcome(), handshake.detail());
            assertEquals(nodes.b.bootId, handshake.partnerBootId(), "what is read is what the partner holds");
            assertEquals(1, nodes.b.handlerCalls.get(), "no handler of the partner has run for READs and WRITEs");
            assertEquals(BootPhase.INITIALIZING, link.status().bootPhase(), "complete before the partner is active");
        }
    }
}
