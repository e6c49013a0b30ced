// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.NodePair;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.ownership.OwnershipWord;
import dev.ffmverbs.ccm.value.SharedSecret;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Witnesses on one device, and nodes A and B that ask them from another or the same. */
final class WitnessSite implements AutoCloseable {

    /** Where these tests run: one device of every provider. */
    static final String DEVICES = "dev.ffmverbs.ccm.NodePair#single";

    /** Long enough for a busy machine. */
    static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(20);

    static final OwnershipWord FIRST = new OwnershipWord(1, 0);

    static final SharedSecret SECRET = SharedSecret.of("correct horse battery staple".getBytes());

    final List<Witness> witnesses = new ArrayList<>();

    private final NodePair devices;
    private final InetSocketAddress addressA;
    private final InetSocketAddress addressB;
    private final List<WitnessArbiter> arbiters = new ArrayList<>();

    WitnessSite(final NodePair devices, final int count) {
        devices.require();
        this.devices = devices;
        addressA = devices.endpointA();
        addressB = devices.endpointA();
        for (int i = 0; i < count; i++) {
            witnesses.add(Witness.start(devices.deviceB(), devices.endpointB(), SECRET));
        }
    }

    /** Returns a builder for node 0 or 1, with all witnesses. */
    WitnessArbiter.Builder builder(final int node) {
        final WitnessArbiter.Builder builder = node == 0
            ? builder("A", addressA, new PartnerAddress("B", addressB))
            : builder("B", addressB, new PartnerAddress("A", addressA));
        witnesses.forEach(witness -> builder.witness(witness.address()));
        return builder;
    }

    /** Returns a builder for any node, without witnesses. */
    WitnessArbiter.Builder builder(final String node, final InetSocketAddress address, final PartnerAddress partner) {
        return WitnessArbiter.builder(devices.deviceA(), node, address, partner).secret(SECRET);
    }

    InetSocketAddress addressA() {
        return addressA;
    }

    InetSocketAddress addressB() {
        return addressB;
    }

    NodePair devices() {
        return devices;
    }

    /** Opens an arbiter, which is closed with this object. */
    WitnessArbiter open(final WitnessArbiter.Builder builder) {
        final WitnessArbiter arbiter = builder.open();
        arbiters.add(arbiter);
        return arbiter;
    }

    WitnessArbiter open(final int node) {
        return open(builder(node));
    }

    /** Opens an arbiter of node A, which has founded a word. */
    WitnessArbiter openFounded(final OwnershipWord word) throws Exception {
        return found(open(0), word);
    }

    /** Founds a word, and returns the arbiter. */
    static WitnessArbiter found(final WitnessArbiter arbiter, final OwnershipWord word) throws Exception {
        arbiter.read(LIMIT_NS);
        assertTrue(arbiter.foundWith(word, LIMIT_NS), () -> arbiter + " cannot found " + word);
        return arbiter;
    }

    /** Ends a witness, and starts another incarnation of it at the same address. */
    void restart(final int index) {
        final InetSocketAddress address = witnesses.get(index).address();
        witnesses.get(index).close();
        witnesses.set(index, Witness.start(devices.deviceB(), address, SECRET));
    }

    /** Returns the block of A and B at a witness. */
    PairBlock block(final int index) {
        return witnesses.get(index).block(PairNumber.of(PairNames.of("A", "B", "")));
    }

    boolean isStoredEverywhere(final OwnershipWord word) {
        for (int i = 0; i < witnesses.size(); i++) {
            final PairBlock block = block(i);
            if (block == null || !block.describe().word().equals(word)) {
                return false;
            }
        }
        return true;
    }

    /** Overwrites the word of A and B at a witness, as no node does. */
    void setWord(final int index, final long bits) {
        BlockLayout.WORD.setVolatile(block(index).memory(), 0L, bits);
    }

    @Override
    public void close() {
        arbiters.forEach(WitnessArbiter::close);
        witnesses.forEach(Witness::close);
    }
}
