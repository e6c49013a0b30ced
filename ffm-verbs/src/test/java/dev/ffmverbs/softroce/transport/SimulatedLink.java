// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * One direction of a simulated network. Every packet arrives after the same time, unless a test removes it.
 *
 * <p>With {@link #formTrains}, packets leave in trains. A train is lost, duplicated, delayed or dropped
 * by a full receiver as a whole. A link that cuts trains treats each of their packets separately. Single bits
 * flip in single packets.
 */
final class SimulatedLink implements PacketSink {

    private static final int MAX_TRAIN_BYTES = 65_000;
    private static final long LATENCY_NS = 5_000;
    /** Memory that a system accounts for a train or a single packet, in addition to its bytes. */
    private static final int OVERHEAD_BYTES = 768;

    private final LongSupplier clockNs;
    private final RocePacket outgoing = new RocePacket();
    private final RocePacket incoming = new RocePacket();
    private final PriorityQueue<Train> underWay =
        new PriorityQueue<>(Comparator.comparingLong(Train::arrivalNs).thenComparingLong(Train::number));
    private final Deque<Train> buffered = new ArrayDeque<>();
    private List<byte[]> gathered = new ArrayList<>();
    private Predicate<RocePacket> loses = packet -> false;
    private FaultSettings faults = FaultSettings.NONE;
    private SplittableRandom random = new SplittableRandom(0);
    private boolean formsTrains;
    private boolean cutsTrains;
    private int bufferBytes = Integer.MAX_VALUE;
    private int bufferedBytes;
    private long packetNs;
    private long readyNs;
    private int placed;
    private long trains;

    int room = Integer.MAX_VALUE;
    int packets;
    int overflows;
    int longestTrain;

    SimulatedLink(final LongSupplier clockNs) {
        this.clockNs = clockNs;
    }

    /** Packets that leave, arrive and are handled together. */
    private record Train(List<byte[]> packets, long arrivalNs, long number) {

        int accountedBytes() {
            return OVERHEAD_BYTES + packets.stream().mapToInt(bytes -> bytes.length).sum();
        }
    }

    /** Chooses packets to lose. The filter is called once for each packet, in order. */
    void lose(final Predicate<RocePacket> filter) {
        loses = filter;
    }

    void formTrains() {
        formsTrains = true;
    }

    void sendSingly() {
        formsTrains = false;
    }

    @Override
    public String toString() {
        return (formsTrains ? cutsTrains ? "trains cut" : "trains whole" : "single packets")
            + ", longest " + longestTrain + ", buffer " + bufferBytes + ", overflows " + overflows;
    }

    /** Sets whether faults apply to trains as a whole or to each of their packets. */
    void disturb(final FaultSettings settings, final boolean cuts) {
        faults = settings;
        random = new SplittableRandom(settings.seed());
        cutsTrains = cuts;
    }

    /** Sets the receiver's time for each packet, and its buffer size. Packets that do not fit are dropped. */
    void limitReceiver(final int bytes, final long nsPerPacket) {
        bufferBytes = bytes;
        packetNs = nsPerPacket;
    }

    @Override
    public RocePacket claim() {
        return room > 0 ? outgoing : null;
    }

    @Override
    public int place(final RocePacket packet, final UdpPath path, final boolean mayFollow) {
        if (!formsTrains || !mayFollow || !fits(packet.lengthBytes())) {
            flush();
        }
        placed = gathered.size();
        return placed;
    }

    private boolean fits(final int bytes) {
        if (gathered.isEmpty()) {
            return true;
        }
        final int first = gathered.getFirst().length;
        return gathered.size() < MAX_TRAIN_PACKETS && (gathered.size() + 1) * first <= MAX_TRAIN_BYTES
            && gathered.getLast().length == first && bytes <= first;
    }

    @Override
    public void submit(final RocePacket packet, final UdpPath path) {
        if (placed < 0) {
            flush();
        }
        placed = -1;
        packets++;
        room--;
        if (loses.test(packet)) {
            // A filter removes a packet from the train, so the packets after it are lost to the receiver.
            flush();
            return;
        }
        final byte[] bytes = new byte[packet.lengthBytes()];
        packet.buffer().get(0, bytes);
        gathered.add(bytes);
        if (!formsTrains) {
            flush();
        }
    }

    @Override
    public void flush() {
        if (!gathered.isEmpty()) {
            longestTrain = Math.max(longestTrain, gathered.size());
            if (cutsTrains) {
                gathered.forEach(bytes -> dispatch(new ArrayList<>(List.of(bytes))));
            } else {
                dispatch(gathered);
            }
            gathered = new ArrayList<>();
        }
    }

    private void dispatch(final List<byte[]> train) {
        final long nowNs = clockNs.getAsLong();
        final boolean drops = draw(faults.drop());
        final boolean duplicates = draw(faults.duplicate());
        long delayNs = draw(faults.reorder()) ? random.nextLong(faults.reorderNs()) : 0;
        delayNs = draw(faults.delay()) ? random.nextLong(faults.maximumDelayNs()) : delayNs;
        for (final byte[] bytes : train) {
            if (draw(faults.corrupt())) {
                final int bit = random.nextInt(bytes.length * Byte.SIZE);
                bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            }
        }
        if (!drops) {
            underWay.add(new Train(train, nowNs + LATENCY_NS + delayNs, trains++));
            if (duplicates) {
                final long laterNs = random.nextLong(faults.maximumDelayNs());
                underWay.add(new Train(train, nowNs + LATENCY_NS + laterNs, trains++));
            }
        }
    }

    private boolean draw(final double share) {
        return share > 0 && random.nextDouble() < share;
    }

    /** Returns the time until something arrives or is handled, or the greatest number if nothing does. */
    long waitNs() {
        final long nowNs = clockNs.getAsLong();
        final long arrival = underWay.isEmpty() ? Long.MAX_VALUE : Math.max(0, underWay.peek().arrivalNs - nowNs);
        return buffered.isEmpty() ? arrival : Math.min(arrival, Math.max(0, readyNs - nowNs));
    }

    void deliver(final PacketReceiver target, final UdpPath path) {
        final long nowNs = clockNs.getAsLong();
        while (!underWay.isEmpty() && underWay.peek().arrivalNs - nowNs <= 0) {
            final Train train = underWay.poll();
            if (bufferedBytes >= bufferBytes) {
                overflows++;
            } else {
                readyNs = buffered.isEmpty() ? nowNs + packetNs * train.packets.size() : readyNs;
                buffered.add(train);
                bufferedBytes += train.accountedBytes();
            }
        }
        while (!buffered.isEmpty() && readyNs - nowNs <= 0) {
            final Train train = buffered.poll();
            bufferedBytes -= train.accountedBytes();
            readyNs = nowNs + (buffered.isEmpty() ? 0 : packetNs * buffered.peek().packets.size());
            for (final byte[] bytes : train.packets) {
                incoming.buffer().put(0, bytes);
                incoming.lengthBytes(bytes.length);
                target.receive(incoming, Arrival.over(path), nowNs);
            }
        }
    }
}
