// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.Icrc;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.PacketSink;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/**
 * Applies the faults of an unreliable network to outgoing packets.
 *
 * <p>Delayed packets stay here until {@link #release()}, which must be called at {@link #dueNs()}. The number of
 * delayed packets is limited. When all places are taken, packets pass at once. A cut of the link also applies to
 * incoming packets, which do not pass through this class. Call {@link #dropIncoming} for each of them.
 *
 * <p>Faults are drawn when a packet is placed, so that a lost or delayed packet leaves no gap in a train. A delayed
 * packet is placed again when it leaves.
 *
 * <p>Any thread may change the settings at any time. Everything else is guarded by the lock that guards the sink.
 * Nothing is allocated per packet.
 */
public final class FaultInjector implements PacketSink {

    private final PacketSink next;
    private final TransportCounters counters;
    private final LongSupplier clockNs;
    private final SplittableRandom random;
    private final RocePacket[] held;
    private final UdpPath[] heldPath;
    private final long[] heldUntilNs;
    private final boolean[] heldMayFollow;
    private final Icrc icrc = new Icrc();
    private int heldCount;
    private volatile Course course;

    /** The fault of the packet claimed last, and the identification that it is sealed with. */
    private boolean placed;
    private boolean drops;
    private boolean corrupts;
    private boolean duplicates;
    private boolean reorders;
    private boolean delays;
    private boolean mayFollow;
    private int identification;

    /** Settings, the only peer that they cut off, or null, and the time at which they took effect. */
    private record Course(FaultSettings settings, IpAddress peer, long startNs) {

        boolean cutsOutgoing(final IpAddress to) {
            return settings.partition().cutsOutgoing() && (peer == null || peer.equals(to));
        }

        boolean cutsIncoming(final Arrival arrival) {
            return settings.partition().cutsIncoming() && (peer == null || arrival.isFrom(peer));
        }

        boolean hasBegun(final LongSupplier clockNs) {
            return settings.startNs() == 0 || clockNs.getAsLong() - startNs >= 0;
        }
    }

    /**
     * Creates an injector.
     *
     * @param next     sink that receives the packets.
     * @param counters counts the faults.
     * @param settings faults to inject. Later settings do not change the seed.
     * @param clockNs  a monotonic clock in nanoseconds.
     * @param places   maximum number of delayed packets.
     */
    public FaultInjector(
        final PacketSink next, final TransportCounters counters, final FaultSettings settings,
        final LongSupplier clockNs, final int places) {
        this.next = next;
        this.counters = counters;
        this.clockNs = clockNs;
        this.course = course(settings);
        this.random = new SplittableRandom(settings.seed());
        this.held = new RocePacket[places];
        for (int i = 0; i < places; i++) {
            held[i] = new RocePacket();
        }
        this.heldPath = new UdpPath[places];
        this.heldUntilNs = new long[places];
        this.heldMayFollow = new boolean[places];
    }

    private Course course(final FaultSettings settings) {
        return new Course(settings, settings.peer() == null ? null : IpAddress.of(settings.peer()),
            settings.startNs() == 0 ? 0 : clockNs.getAsLong() + settings.startNs());
    }

    /**
     * Changes the faults injected from now on. The seed no longer has an effect.
     *
     * @param newSettings new settings.
     */
    public void settings(final FaultSettings newSettings) {
        course = course(newSettings);
    }

    /**
     * Drops and counts an incoming packet if its direction is cut. Must be called once for each incoming packet.
     *
     * @param arrival where it came from.
     * @return true if the caller must ignore the packet.
     */
    public boolean dropIncoming(final Arrival arrival) {
        final Course course = this.course;
        final boolean drops = course.cutsIncoming(arrival) && course.hasBegun(clockNs);
        if (drops) {
            counters.increment(TransportCounter.FAULTS_DROPPED);
        }
        return drops;
    }

    @Override
    public RocePacket claim() {
        placed = false;
        return next.claim();
    }

    @Override
    public int place(final RocePacket packet, final UdpPath path, final boolean packetMayFollow) {
        placed = true;
        mayFollow = packetMayFollow;
        drawFaults(path);
        final boolean leavesNow = !drops && !isLate();
        identification = leavesNow ? next.place(packet, path, packetMayFollow) : 0;
        return identification;
    }

    private void drawFaults(final UdpPath path) {
        final Course course = this.course;
        final boolean begun = course.hasBegun(clockNs);
        final FaultSettings settings = begun ? course.settings() : FaultSettings.NONE;
        drops = draw(settings.drop());
        corrupts = draw(settings.corrupt());
        duplicates = draw(settings.duplicate());
        reorders = draw(settings.reorder());
        delays = draw(settings.delay());
        drops |= begun && course.cutsOutgoing(path.remoteIp());
    }

    /** Returns whether the packet is to be held and a place is free. */
    private boolean isLate() {
        final int taken = heldCount + (duplicates ? 1 : 0);
        return (delays || reorders) && taken < held.length;
    }

    @Override
    public void submit(final RocePacket packet, final UdpPath path) {
        if (!placed) {
            mayFollow = false;
            drawFaults(path);
            identification = 0;
        }
        placed = false;
        if (drops) {
            counters.increment(TransportCounter.FAULTS_DROPPED);
            return;
        }
        final FaultSettings settings = course.settings();
        if (duplicates) {
            hold(packet, path, settings.maximumDelayNs(), TransportCounter.FAULTS_DUPLICATED);
        }
        if (corrupts) {
            counters.increment(TransportCounter.FAULTS_CORRUPTED);
            final int bit = random.nextInt(packet.lengthBytes() * Byte.SIZE);
            final int index = packet.startOffset() + bit / Byte.SIZE;
            packet.buffer().put(index, (byte) (packet.buffer().get(index) ^ 1 << bit % Byte.SIZE));
        }
        final boolean late = delays && hold(packet, path, settings.maximumDelayNs(), TransportCounter.FAULTS_DELAYED)
            || reorders && hold(packet, path, settings.reorderNs(), TransportCounter.FAULTS_REORDERED);
        if (!late) {
            next.submit(packet, path);
        }
    }

    @Override
    public void flush() {
        next.flush();
    }

    /** Draws whether a fault with a given share happens now. */
    private boolean draw(final double share) {
        return share > 0 && random.nextDouble() < share;
    }

    private boolean hold(
        final RocePacket packet, final UdpPath path, final long maximumNs, final TransportCounter kind) {
        if (heldCount == held.length) {
            return false;
        }
        held[heldCount].copyFrom(packet);
        icrc.reseal(held[heldCount], path, identification, 0);
        heldMayFollow[heldCount] = mayFollow;
        heldPath[heldCount] = path;
        heldUntilNs[heldCount] = clockNs.getAsLong() + 1 + random.nextLong(maximumNs);
        heldCount++;
        counters.increment(kind);
        return true;
    }

    /**
     * Returns whether there are delayed packets.
     *
     * @return true if {@link #dueNs()} is valid.
     */
    public boolean holdsPackets() {
        return heldCount > 0;
    }

    /**
     * Returns when to call {@link #release()} next.
     *
     * @return a reading of the clock.
     */
    public long dueNs() {
        return heldUntilNs[earliest()];
    }

    /** Passes on the packets whose delay has passed, unless the sink is full. */
    public void release() {
        final Course course = this.course;
        final long nowNs = clockNs.getAsLong();
        while (heldCount > 0) {
            final int index = earliest();
            if (nowNs - heldUntilNs[index] < 0) {
                return;
            }
            final RocePacket packet = next.claim();
            if (packet == null) {
                return;
            }
            packet.copyFrom(held[index]);
            final UdpPath path = heldPath[index];
            final boolean mayFollow = heldMayFollow[index];
            remove(index);
            if (course.cutsOutgoing(path.remoteIp()) && course.hasBegun(clockNs)) {
                counters.increment(TransportCounter.FAULTS_DROPPED);
            } else {
                icrc.reseal(packet, path, 0, next.place(packet, path, mayFollow));
                next.submit(packet, path);
            }
        }
    }

    private int earliest() {
        int earliest = 0;
        for (int i = 1; i < heldCount; i++) {
            if (heldUntilNs[i] - heldUntilNs[earliest] < 0) {
                earliest = i;
            }
        }
        return earliest;
    }

    /** Fills the gap with the last packet, by swapping places instead of copying. */
    private void remove(final int index) {
        heldCount--;
        final RocePacket free = held[index];
        held[index] = held[heldCount];
        held[heldCount] = free;
        heldPath[index] = heldPath[heldCount];
        heldUntilNs[index] = heldUntilNs[heldCount];
        heldMayFollow[index] = heldMayFollow[heldCount];
        heldPath[heldCount] = null;
    }
}
