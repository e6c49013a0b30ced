// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.spi.AddressText;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Witnesses and arbiters that are called when they cannot answer. */
@Timeout(60)
class WitnessMisuseTest {

    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final String DEVICES = "dev.ffmverbs.ccm.NodePair#single";

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aWitnessThatIsClosedHasNoPairsToShow(final NodePair devices) {
        devices.require();
        final Witness witness = Witness.start(devices.deviceB(), devices.endpointB(), SharedSecret.NONE);
        assertEquals(List.of(), witness.pairs());

        witness.close();
        witness.close();

        assertThrows(IllegalStateException.class, witness::pairs);
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aCallWithoutTimeDoesNotWait(final NodePair devices) {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter arbiter = site.open(0);
            site.witnesses.getFirst().close();
            for (final long timeoutNs : new long[] {0, -1, Long.MIN_VALUE}) {
                assertThrows(ArbiterException.class, () -> arbiter.read(timeoutNs));
            }
        }
    }

    /** A keeper that throws would be called again and again, and the voice would not know why it has no connection. */
    @ParameterizedTest
    @MethodSource(DEVICES)
    void anAttemptThatIsRefusedBeforeItBeginsIsToldAndTriedAgain(final NodePair devices) {
        devices.require();
        final PairNames names = PairNames.of("A", "B", "");
        final Voice voice = new Voice(new InetSocketAddress("0.0.0.0", 7470), names, 1);
        final VoiceKeeper.Keeping node = new VoiceKeeper.Keeping(
            "node A", PairNumber.of(names), 0, devices.endpointA(), SharedSecret.NONE, () -> { });
        try (VoiceDevice device = VoiceDevice.open(devices.deviceA(), 1);
             VoiceKeeper keeper = new VoiceKeeper(voice, node, device)) {
            final long againNs = keeper.advance(System.nanoTime());

            assertTrue(againNs > 0 && againNs < Long.MAX_VALUE, () -> "again in " + againNs + " ns");
            assertTrue(voice.describe().endsWith("which is not the address of one host"), voice::describe);
        }
    }

    /** Each of them ends the other's connection, and neither would know why. */
    @ParameterizedTest
    @MethodSource(DEVICES)
    void twoArbitersOfOneNodeAreToldWhyTheirConnectionsEnd(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter one = site.open(0);
            final WitnessArbiter other = site.open(0);
            final long startNs = System.nanoTime();
            String told = "";
            while (!told.contains("another arbiter connects as the same node")) {
                assertTrue(System.nanoTime() - startNs < LIMIT_NS, told);
                told = ask(one) + ask(other);
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    private static String ask(final WitnessArbiter arbiter) throws InterruptedException {
        try {
            return arbiter.read(1).toString();
        } catch (final ArbiterException e) {
            return e.getMessage();
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aConnectionThatLastsEndsTheSuspicionThatTwoArbitersAreOneNode(final NodePair devices) {
        try (WitnessSite site = new WitnessSite(devices, 1);
             VoiceDevice device = VoiceDevice.open(devices.deviceA(), 2)) {
            final PairNames names = PairNames.of("A", "B", "");
            final InetSocketAddress witness = site.witnesses.getFirst().address();
            final Voice voice = new Voice(witness, names, 1);
            final VoiceKeeper.Keeping node = new VoiceKeeper.Keeping(
                "node A", PairNumber.of(names), 0, site.addressA(), WitnessSite.SECRET, () -> { });
            try (VoiceKeeper keeper = new VoiceKeeper(voice, node, device)) {
                try (VoiceKeeper other = new VoiceKeeper(new Voice(witness, names, 1), node, device)) {
                    advanceUntil(voice, "another arbiter connects as the same node", keeper, other);
                }
                advanceUntil(voice, "it does not answer", keeper);
                final long nowNs = System.nanoTime();
                assertTrue(keeper.advance(nowNs) <= TimeUnit.SECONDS.toNanos(11), "looks again later");

                assertEquals(Long.MAX_VALUE, keeper.advance(nowNs + TimeUnit.SECONDS.toNanos(11)));
            }
        }
    }

    private static void advanceUntil(final Voice voice, final String words, final VoiceKeeper... keepers) {
        final long startNs = System.nanoTime();
        while (!voice.describe().contains(words)) {
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, voice::describe);
            for (final VoiceKeeper keeper : keepers) {
                keeper.advance(System.nanoTime());
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void anArbiterNeedsTheAddressOfItsNode(final NodePair devices) {
        devices.require();
        for (final InetSocketAddress address : List.of(new InetSocketAddress("0.0.0.0", 7471),
            new InetSocketAddress("224.0.0.1", 7471), InetSocketAddress.createUnresolved("node-a", 7471))) {
            final WitnessArbiter.Builder builder = WitnessArbiter.builder(devices.deviceA(), "A", address,
                PartnerAddress.parse("B=10.9.9.2:7471")).witness(new InetSocketAddress("10.9.9.3", 7470));
            assertEquals("the address of the node is " + AddressText.of(address)
                + "; it must be the numeric address of one machine",
                assertThrows(IllegalArgumentException.class, builder::open).getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void anArbiterGoesOnAfterTheConnectionManagerOfItsDeviceHasEnded(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1);
            SharedDevice shared = SharedDevice.open(devices.deviceA())) {
            site.witnesses.getFirst().close();
            final WitnessArbiter arbiter = site.open(0);
            final ConnectionManager ended = shared.connections();
            closeBetweenAttempts(ended);
            site.restart(0);
            assertEquals(Standing.FRESH, arbiter.read(LIMIT_NS).standing());
            assertNotSame(ended, shared.connections());
        }
    }

    /** A connection manager cannot be closed while the arbiter attempts to connect. */
    private static void closeBetweenAttempts(final ConnectionManager manager) {
        boolean closed = false;
        while (!closed) {
            try {
                manager.close();
                closed = true;
            } catch (final IllegalStateException connecting) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }
}
