// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.faults.FaultSettings.Partition;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.Opcode;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultInjectorTest {

    private static final int PACKETS = 20_000;
    private static final UdpPath PATH = new UdpPath(1, 4791, 2, 4791);

    /** A packet of the peer, which has address 0.0.0.2. */
    private static final Arrival ARRIVAL = Arrival.over(new UdpPath(2, 4791, 1, 4791));

    private final List<Integer> arrived = new ArrayList<>();
    private int corrupt;
    private boolean full;
    private final TransportCounters counters = new TransportCounters();
    private long nowNs = Long.MAX_VALUE - 1000;

    private final PacketSink sink = new PacketSink() {
        private final RocePacket packet = new RocePacket();
        private final Icrc icrc = new Icrc();

        @Override
        public RocePacket claim() {
            return full ? null : packet;
        }

        @Override
        public void submit(final RocePacket submitted, final UdpPath path) {
            arrived.add(submitted.bth().packetSequenceNumber());
            corrupt += icrc.verify(submitted, Arrival.over(PATH)) == 0 ? 0 : 1;
        }
    };

    private FaultInjector send(final FaultSettings settings) {
        final FaultInjector faults = new FaultInjector(sink, counters, settings, () -> nowNs, 32);
        final Icrc icrc = new Icrc();
        for (int i = 0; i < PACKETS; i++) {
            final RocePacket packet = faults.claim();
            packet.begin(Opcode.SEND_ONLY, 2, i, 0);
            packet.endPayload(100);
            icrc.seal(packet, PATH);
            faults.submit(packet, PATH);
            nowNs += 1000;
            faults.release();
        }
        while (faults.holdsPackets()) {
            nowNs = faults.dueNs();
            faults.release();
        }
        return faults;
    }

    private static FaultSettings of(final String text) {
        return FaultSettings.parse(text);
    }

    @Test
    void passesEverythingWithoutFaults() {
        send(FaultSettings.NONE);
        assertEquals(PACKETS, arrived.size());
        assertEquals(0, corrupt);
    }

    @Test
    void losesTheRequestedShare() {
        send(of("drop=0.2"));
        assertEquals(0.8 * PACKETS, arrived.size(), 0.02 * PACKETS);
        assertEquals(PACKETS - arrived.size(), counters.get(TransportCounter.FAULTS_DROPPED));
    }

    @Test
    void duplicatesTheRequestedShare() {
        send(of("duplicate=0.1,maximumDelayNs=20000"));
        assertEquals(1.1 * PACKETS, arrived.size(), 0.02 * PACKETS);
        assertEquals(arrived.size() - PACKETS, counters.get(TransportCounter.FAULTS_DUPLICATED));
        assertEquals(PACKETS, new HashSet<>(arrived).size());
        assertEquals(0, corrupt);
    }

    @Test
    void corruptsTheRequestedShare() {
        send(of("corrupt=0.3"));
        assertEquals(PACKETS, arrived.size());
        assertEquals(0.3 * PACKETS, corrupt, 0.02 * PACKETS);
        // Some bits flip in the only byte that the checksum does not cover.
        assertEquals(corrupt, counters.get(TransportCounter.FAULTS_CORRUPTED), 0.02 * PACKETS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reorder=0.05,reorderNs=20000", "delay=0.05,maximumDelayNs=20000"})
    void delaysEveryPacketAndSendsItOnce(final String text) {
        send(of(text));
        assertEquals(PACKETS, arrived.size());
        assertEquals(PACKETS, new HashSet<>(arrived).size());
        int overtaken = 0;
        for (int i = 1; i < PACKETS; i++) {
            overtaken += arrived.get(i) < arrived.get(i - 1) ? 1 : 0;
            assertTrue(Math.abs(arrived.get(i) - i) <= 32, "delayed by at most the given time");
        }
        assertEquals(0.05 * PACKETS, overtaken, 0.02 * PACKETS);
        assertEquals(0.05 * PACKETS, counters.get(TransportCounter.FAULTS_REORDERED)
            + counters.get(TransportCounter.FAULTS_DELAYED), 0.02 * PACKETS);
    }

    @Test
    void repeatsItselfForTheSameSeed() {
        final FaultSettings settings = of("seed=5,drop=0.1,duplicate=0.1,reorder=0.1,corrupt=0.1,delay=0.1");
        send(settings);
        final List<Integer> first = List.copyOf(arrived);
        arrived.clear();
        nowNs = Long.MAX_VALUE - 1000;
        send(settings);
        assertEquals(first, arrived);

        arrived.clear();
        send(settings.withSeed(6));
        assertNotEquals(first, arrived);
    }

    @Test
    void cutsOneDirection() {
        final FaultInjector outgoing = send(of("partition=outgoing"));
        assertTrue(arrived.isEmpty());
        assertFalse(outgoing.dropIncoming(ARRIVAL));
        assertEquals(PACKETS, counters.get(TransportCounter.FAULTS_DROPPED));
        final FaultInjector incoming = send(of("partition=incoming"));
        assertEquals(PACKETS, arrived.size());
        assertTrue(incoming.dropIncoming(ARRIVAL));
        assertEquals(PACKETS + 1, counters.get(TransportCounter.FAULTS_DROPPED));
        incoming.settings(FaultSettings.NONE);
        assertFalse(incoming.dropIncoming(ARRIVAL));
        assertTrue(of("partition=both").partition().cutsOutgoing());
    }

    @Test
    void cutsOffOnePeerOnly() {
        final FaultInjector peer = send(of("partition=both,peer=0.0.0.2"));
        assertTrue(arrived.isEmpty());
        assertTrue(peer.dropIncoming(ARRIVAL));
        final FaultInjector other = send(of("partition=both,peer=0.0.0.3"));
        assertEquals(PACKETS, arrived.size());
        assertFalse(other.dropIncoming(ARRIVAL));
    }

    /** Puts all packets in trains of ten, and detects packets that were sealed for another place. */
    private final class TrainSink implements PacketSink {

        private final RocePacket packet = new RocePacket();
        private final Icrc icrc = new Icrc();
        private int inTrain;
        private int misplaced;
        private int followers;

        @Override
        public RocePacket claim() {
            return packet;
        }

        @Override
        public int place(final RocePacket placed, final UdpPath path, final boolean mayFollow) {
            return mayFollow ? inTrain : 0;
        }

        @Override
        public void submit(final RocePacket submitted, final UdpPath path) {
            arrived.add(submitted.bth().packetSequenceNumber());
            final int identification = icrc.verify(submitted, Arrival.over(PATH));
            followers += identification > 0 ? 1 : 0;
            misplaced += identification != inTrain && identification != Icrc.CORRUPT ? 1 : 0;
            inTrain = (inTrain + 1) % 10;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop=0.2", "duplicate=0.2", "reorder=0.2", "delay=0.2",
        "drop=0.1,duplicate=0.1,reorder=0.1,delay=0.1", "startNs=10000000,drop=0.3,reorder=0.3", "partition=outgoing"})
    void faultsWithinTrainsLeaveNoGapAndNoWrongChecksum(final String text) {
        final TrainSink trains = new TrainSink();
        final FaultInjector faults = new FaultInjector(trains, counters, of(text), () -> nowNs, 32);
        final Icrc icrc = new Icrc();
        for (int i = 0; i < PACKETS; i++) {
            final RocePacket packet = faults.claim();
            packet.begin(Opcode.SEND_ONLY, 2, i, 0);
            packet.endPayload(8);
            icrc.seal(packet, PATH, faults.place(packet, PATH, true));
            faults.submit(packet, PATH);
            nowNs += 1000;
            faults.release();
        }
        assertEquals(0, trains.misplaced, "packets sealed for another place in their train");
        assertEquals(PACKETS - counters.get(TransportCounter.FAULTS_DROPPED), new HashSet<>(arrived).size(), 32);
        assertTrue(text.startsWith("partition") || trains.followers > PACKETS / 2, trains.followers + " followers");
    }

    @Test
    void injectsNothingBeforeItsStart() {
        send(of("drop=1,partition=both,startNs=" + 1000L * PACKETS / 2));
        assertEquals(PACKETS / 2, arrived.size());
        assertEquals(PACKETS / 2, counters.get(TransportCounter.FAULTS_DROPPED));
    }

    @Test
    void delayedPacketsPassBeforeACutStarts() {
        final FaultInjector faults = new FaultInjector(sink, counters, of("delay=1"), () -> nowNs, 2);
        for (int i = 0; i < 2; i++) {
            final RocePacket packet = faults.claim();
            packet.begin(Opcode.SEND_ONLY, 2, i, 0);
            packet.endPayload(4);
            faults.submit(packet, PATH);
        }
        faults.settings(of("partition=outgoing,startNs=1000000000"));
        nowNs = faults.dueNs();
        faults.release();
        assertEquals(1, arrived.size());

        nowNs += 1_000_000_000;
        faults.release();
        assertEquals(1, arrived.size(), "the cut has started");
        assertEquals(1, counters.get(TransportCounter.FAULTS_DROPPED));
    }

    @Test
    void keepsDelayedPacketsWhileTheSinkIsFull() {
        final FaultInjector faults = new FaultInjector(sink, counters, of("delay=1"), () -> nowNs, 2);
        for (int i = 0; i < 3; i++) {
            final RocePacket packet = faults.claim();
            packet.begin(Opcode.SEND_ONLY, 2, i, 0);
            packet.endPayload(4);
            faults.submit(packet, PATH);
        }
        assertEquals(List.of(2), arrived, "the third finds no place and passes immediately");
        nowNs += 10_000_000;
        full = true;
        faults.release();
        assertEquals(1, arrived.size());
        full = false;
        faults.release();
        assertEquals(3, arrived.size());
        assertFalse(faults.holdsPackets());
    }

    @Test
    void readsSettingsFromText() {
        assertEquals(new FaultSettings(7, 0.2, 0.01, 0.02, 0.03, 0.04, 5, 6, 8, Partition.INCOMING, null),
            of("seed=7, drop=0.2, duplicate=0.01, reorder=0.02, corrupt=0.03, delay=0.04, reorderNs=5, "
                + "maximumDelayNs=6, startNs=8, partition=incoming"));
        assertEquals(FaultSettings.NONE, of(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "drop=2", "drop=-0.1", "drop=NaN", "drop=x", "loss=0.1", "partition=left",
        "peer=here", "reorderNs=0", "startNs=-1", "seed=1.5"})
    void refusesSettingsThatCannotBeParsed(final String text) {
        final IllegalArgumentException thrown =
            assertThrows(IllegalArgumentException.class, () -> FaultSettings.parse(text));
        final String name = text.replaceAll("=.*", "");
        assertTrue(thrown.getMessage().contains(name), thrown.getMessage());
    }
}
