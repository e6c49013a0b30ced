// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import static dev.ffmverbs.ccm.witness.WitnessSite.DEVICES;
import static dev.ffmverbs.ccm.witness.WitnessSite.FIRST;
import static dev.ffmverbs.ccm.witness.WitnessSite.LIMIT_NS;
import static dev.ffmverbs.ccm.witness.WitnessSite.found;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePair;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.ownership.ArbiterAnswer.Standing;
import dev.ffmverbs.ccm.ownership.ArbiterException;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.cm.ConnectionException;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.cm.ConnectionParameters;
import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused, by name: lists of witnesses, blocks, strangers and requests. */
@Timeout(120)
class BadWitnessTest {

    private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** An address for documentation, which no device has (RFC 5737). */
    private static final String NOBODYS_ADDRESS = "192.0.2.1";

    private static final OwnershipWord SECOND = new OwnershipWord(2, 0);

    private static InetSocketAddress at(final String address, final int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private static void assertRefused(final String reason, final NodePair devices, final InetSocketAddress... list) {
        devices.require();
        final WitnessArbiter.Builder builder = WitnessArbiter.builder(devices.deviceA(), "A", at("10.9.9.1", 7471),
            new PartnerAddress("B", at("10.9.9.2", 7471)));
        List.of(list).forEach(builder::witness);
        final IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, builder::open);
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aListWithoutAMajorityOfItsOwnIsRefused(final NodePair devices) {
        final InetSocketAddress w3 = at("10.9.9.3", 7470);
        final InetSocketAddress w4 = at("10.9.9.4", 7470);
        final InetSocketAddress w5 = at("10.9.9.5", 7470);

        assertRefused("there are 0 witnesses; there must be 1, or 3", devices);
        assertRefused("there are 2 witnesses; there must be 1, or 3", devices, w3, w4);
        assertRefused("witness 10.9.9.3:7470 is given twice", devices, w3, w4, w3);
        assertRefused("there are 4 witnesses", devices, w3, w4, w5, at("10.9.9.6", 7470));
        assertRefused("witness 10.9.9.1:7471 has the address and port of this node", devices, at("10.9.9.1", 7471));
        assertRefused("witness 10.9.9.2:7471 has an address and port of partner B", devices, w3, w4,
            at("10.9.9.2", 7471));
        assertRefused("numeric address of one machine", devices, at("0.0.0.0", 7470));
        assertRefused("numeric address of one machine", devices, at("10.9.9.3", 0));
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aPairHasTwoNodesWithNames(final NodePair devices) {
        devices.require();
        final PartnerAddress a = new PartnerAddress("A", at("10.9.9.2", 7471));

        assertThrows(IllegalArgumentException.class, () -> WitnessArbiter.builder(devices.deviceA(), "A",
            at("10.9.9.1", 7471), a).witness(at("10.9.9.3", 7470)).open());
        assertThrows(IllegalArgumentException.class, () -> WitnessArbiter.builder(devices.deviceA(), "B?",
            at("10.9.9.1", 7471), a).witness(at("10.9.9.3", 7470)).open());
        assertThrows(IllegalArgumentException.class, () -> WitnessArbiter.builder(devices.deviceA(), "B",
            at("10.9.9.1", 7471), a).ownership("two words").witness(at("10.9.9.3", 7470)).open());
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void nobodyAsksForNoTerm(final NodePair devices) {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter a = site.open(0);

            assertThrows(IllegalArgumentException.class, () -> a.win(OwnershipWord.NONE, LIMIT_NS));
            assertThrows(IllegalArgumentException.class, () -> a.renew(OwnershipWord.NONE, LIMIT_NS));
            assertThrows(IllegalArgumentException.class, () -> a.foundWith(OwnershipWord.NONE, LIMIT_NS));
        }
    }

    /** Waits until an arbiter gives this reason why it cannot ask its witness. */
    private static void awaitRefusal(final WitnessArbiter arbiter, final String reason) {
        final long startNs = System.nanoTime();
        String message = "";
        while (!message.contains(reason)) {
            assertTrue(System.nanoTime() - startNs < LIMIT_NS, message);
            message = assertThrows(ArbiterException.class, () -> arbiter.read(SHORT_NS)).getMessage();
        }
    }

    private static void assertUnusable(final NodePair devices, final String reason, final Consumer<WitnessSite> change)
        throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter a = site.openFounded(FIRST);

            change.accept(site);

            awaitRefusal(a, reason);
            assertThrows(ArbiterException.class, () -> a.win(SECOND, 0));
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aBlockWithGarbageIsRefused(final NodePair devices) throws Exception {
        assertUnusable(devices, "its memory does not hold a block of a witness",
            site -> site.block(0).memory().fill((byte) 0x5A));
        assertUnusable(devices, "its block holds no word of an ownership but 0xffffffffffffffff",
            site -> site.setWord(0, -1));
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aBlockOfALaterVersionIsRefused(final NodePair devices) throws Exception {
        assertUnusable(devices, "its block has version 2, this node has version 1",
            site -> BlockLayout.LAYOUT_VERSION.set(site.block(0).memory(), 0L, 2));
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aBlockOfAnotherPairIsRefused(final NodePair devices) throws Exception {
        assertUnusable(devices, "its block belongs to another pair",
            site -> BlockLayout.PAIR_LOW.set(site.block(0).memory(), 0L, 77L));
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aBlockOfAnotherIncarnationIsRefused(final NodePair devices) throws Exception {
        assertUnusable(devices, "its block belongs to another incarnation of the witness",
            site -> BlockLayout.INCARNATION_HIGH.set(site.block(0).memory(), 0L, 77L));
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void nodesThatNameDifferentWitnessesAreToldSo(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 3)) {
            final WitnessArbiter a = site.openFounded(FIRST);
            final WitnessArbiter b = site.open(site.builder("B", site.addressB(),
                new PartnerAddress("A", site.addressA())).witness(site.witnesses.getFirst().address()));

            assertNotEquals(a.storeNumber(), b.storeNumber(), "the nodes see it even if they share no witness");
            awaitRefusal(b, "the partner names other witnesses");
            assertThrows(ArbiterException.class, () -> b.win(new OwnershipWord(2, 1), SHORT_NS));
            assertTrue(a.renew(FIRST, LIMIT_NS));
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void theOrderOfTheListDoesNotMatter(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 3)) {
            final WitnessArbiter a = site.openFounded(FIRST);
            final WitnessArbiter.Builder builder =
                site.builder("B", site.addressB(), new PartnerAddress("A", site.addressA()));
            site.witnesses.reversed().forEach(witness -> builder.witness(witness.address()));

            final WitnessArbiter b = site.open(builder);
            assertEquals(a.storeNumber(), b.storeNumber());
            assertTrue(b.win(new OwnershipWord(2, 1), LIMIT_NS));
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aNodeWithoutTheSecretIsRefusedBeforeItGetsABlock(final NodePair devices) throws Exception {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            for (final SharedSecret secret : List.of(SharedSecret.NONE,
                SharedSecret.of("another secret of that kind".getBytes()))) {
                final WitnessArbiter a = site.open(site.builder(0).secret(secret));

                awaitRefusal(a, "do not have the same shared secret");
            }
            assertEquals(List.of(), site.witnesses.getFirst().pairs());
            assertTrue(site.witnesses.getFirst().refusals() >= 2);
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aWitnessWithoutTheSecretOfTheNodeIsRefused(final NodePair devices) throws Exception {
        devices.require();
        final InetSocketAddress address = devices.endpointB();
        try (Witness witness = Witness.start(devices.deviceB(), address, SharedSecret.NONE);
            WitnessSite site = new WitnessSite(devices, 0)) {
            final WitnessArbiter a = site.open(site.builder(0).witness(witness.address()));

            awaitRefusal(a, "does not have the shared secret of this node");
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void withoutSecretsAnybodyIsAdmitted(final NodePair devices) throws Exception {
        devices.require();
        try (Witness witness = Witness.start(devices.deviceB(), devices.endpointB(), SharedSecret.NONE);
            WitnessSite site = new WitnessSite(devices, 0)) {
            final WitnessArbiter a =
                site.open(site.builder(0).secret(SharedSecret.NONE).witness(witness.address()));

            found(a, FIRST);
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aWitnessThatIsFullSaysSoAndServesThePairsThatItHas(final NodePair devices) throws Exception {
        devices.require();
        try (Witness witness = Witness.start(devices.deviceB(), devices.endpointB(), WitnessSite.SECRET, 1);
            WitnessSite site = new WitnessSite(devices, 0)) {
            final WitnessArbiter first = site.open(site.builder(0).witness(witness.address()));
            found(first, FIRST);
            final WitnessArbiter second =
                site.open(site.builder(0).ownership("other").witness(witness.address()));

            awaitRefusal(second, "no room for another pair: it serves 1 pairs, and no more");
            assertTrue(site.open(site.builder(1).witness(witness.address())).win(SECOND, LIMIT_NS));
        }
    }

    private static Refusal refusalOf(final NodePair devices, final Witness witness, final byte[] request) {
        try (Context context = devices.deviceA().open();
            CompletionQueue queue = context.createCompletionQueue(4);
            ProtectionDomain domain = context.allocateProtectionDomain();
            QueuePair queuePair = domain.createQueuePair(QueuePairConfiguration.reliableConnection(queue));
            ConnectionManager connections = ConnectionManager.open(context)) {
            final ConnectionException rejected = assertThrows(ConnectionException.class, () -> connections.connect(
                new InetSocketAddress(devices.addressA(), 0), witness.address(), queuePair,
                ConnectionParameters.defaults().withPrivateData(request), Duration.ofSeconds(10)));
            assertEquals(ConnectionException.Reason.REJECTED, rejected.reason());
            return Refusal.decode(rejected.privateData());
        }
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void requestsThatAreNotThoseOfANodeAreRefused(final NodePair devices) {
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final Witness witness = site.witnesses.getFirst();
            final byte[] good = PairRequest.of(PairNumber.of(PairNames.of("A", "B", "")), 0, 1, devices.addressA(),
                WitnessSite.SECRET).encode();

            assertEquals(Refusal.NOT_A_NODE, refusalOf(devices, witness, "hello".getBytes()));
            assertEquals(Refusal.OTHER_VERSION, refusalOf(devices, witness, withByte(good, 4, 2)));
            assertEquals(Refusal.NOT_A_NODE, refusalOf(devices, witness, withByte(good, 32, 2)), "there is no node 2");
            assertEquals(Refusal.WRONG_SECRET, refusalOf(devices, witness, withByte(good, 8, 2)), "another pair");
            assertEquals(Refusal.WRONG_SECRET, refusalOf(devices, witness, withByte(good, 24, 2)), "another nonce");
            assertEquals(List.of(), witness.pairs());
            assertEquals(5, witness.refusals());
        }
    }

    private static byte[] withByte(final byte[] data, final int index, final int value) {
        final byte[] changed = data.clone();
        changed[index] = (byte) (changed[index] + value);
        return changed;
    }

    @ParameterizedTest
    @MethodSource(DEVICES)
    void aRequestIsOfNoUseAtAnotherAddress(final NodePair devices) {
        devices.require();
        final byte[] request = PairRequest.of(PairNumber.of(PairNames.of("A", "B", "")), 0, 1,
            InetAddress.ofLiteral(NOBODYS_ADDRESS), WitnessSite.SECRET).encode();
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            assertEquals(Refusal.WRONG_SECRET, refusalOf(devices, site.witnesses.getFirst(), request));
        }
    }

    private static void requireTwoSoftwareDevices(final NodePair devices) {
        devices.require();
        Assumptions.assumeTrue(devices.deviceA().provider().equals(SoftRoceDevices.PROVIDER)
            && !devices.deviceA().name().equals(devices.deviceB().name()), "only software devices have faults");
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#all")
    void aSwapWhoseAnswerIsLostIsUnknownAndTheNextTermIsWon(final NodePair devices) throws Exception {
        requireTwoSoftwareDevices(devices);
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter a = site.open(0);
            assertEquals(Standing.FRESH, a.read(LIMIT_NS).standing());
            try {
                SoftRoceDevices.injectFaults(devices.deviceA().name(),
                    FaultSettings.NONE.withPartition(FaultSettings.Partition.INCOMING));
                assertThrows(ArbiterException.class, () -> a.foundWith(FIRST, SHORT_NS));
                assertThrows(ArbiterException.class, () -> a.win(SECOND, SHORT_NS));
            } finally {
                SoftRoceDevices.injectFaults(devices.deviceA().name(), FaultSettings.NONE);
            }

            assertEquals(FIRST, a.read(LIMIT_NS).word(), "the witness had the swap");
            assertTrue(a.win(SECOND, LIMIT_NS));
            assertTrue(a.renew(SECOND, LIMIT_NS));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.ccm.NodePair#all")
    void noSwapTakesEffectAfterItsNodeHasReadTheWordOverALaterConnection(final NodePair devices) throws Exception {
        requireTwoSoftwareDevices(devices);
        final int delayMs = 40;
        try (WitnessSite site = new WitnessSite(devices, 1)) {
            final WitnessArbiter a = site.openFounded(FIRST);
            try {
                SoftRoceDevices.injectFaults(devices.deviceA().name(), FaultSettings.NONE.withShares(0, 0, 0, 0, 0.7)
                    .withTimes(1, TimeUnit.MILLISECONDS.toNanos(delayMs)));
                for (long term = 2; term < 20; term++) {
                    winInAHurry(a, new OwnershipWord(term, 0));
                    final OwnershipWord before = a.read(LIMIT_NS).word();
                    Thread.sleep(2 * delayMs);
                    assertEquals(before, site.block(0).describe().word());
                }
            } finally {
                SoftRoceDevices.injectFaults(devices.deviceA().name(), FaultSettings.NONE);
            }
        }
    }

    /** Most of these attempts end before their answer. */
    private static void winInAHurry(final WitnessArbiter arbiter, final OwnershipWord word) throws Exception {
        try {
            arbiter.win(word, TimeUnit.MILLISECONDS.toNanos(30));
        } catch (final ArbiterException unknown) {
            assertTrue(unknown.getMessage().contains("'win " + word + "' was not decided"), unknown.getMessage());
        }
    }
}
