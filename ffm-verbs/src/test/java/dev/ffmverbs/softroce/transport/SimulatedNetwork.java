// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.transport;

import dev.ffmverbs.softroce.faults.FaultSettings;
import dev.ffmverbs.softroce.port.FaultInjector;
import dev.ffmverbs.softroce.wire.UdpPath;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** Two endpoints, a link with faults in each direction, and a clock that jumps from event to event. */
final class SimulatedNetwork implements AutoCloseable {

    static final int LEFT_NUMBER = 0x11;
    static final int RIGHT_NUMBER = 0xABCDE;

    private static final int QUANTUM = 7;
    private static final int CONGESTED_PACKETS = 4;
    private static final long CONGESTED_NS = 3_000;
    private static final int HELD_PACKETS = 64;
    private static final UdpPath LEFT_TO_RIGHT = new UdpPath(0x7F000001, 4791, 0x7F000002, 4791);
    private static final UdpPath RIGHT_TO_LEFT = new UdpPath(0x7F000002, 4791, 0x7F000001, 4791);

    final Endpoint left;
    final Endpoint right;
    final FaultInjector leftFaults;
    final FaultInjector rightFaults;
    long nowNs = Long.MAX_VALUE - 1_000_000;
    final SimulatedLink toRight = new SimulatedLink(() -> nowNs);
    final SimulatedLink toLeft = new SimulatedLink(() -> nowNs);
    private SplittableRandom congestion;

    SimulatedNetwork(final TransportSettings settings, final FaultSettings faults, final long memoryBytes) {
        this(settings, faults, memoryBytes, false);
    }

    /** Creates a network with ends that send trains. There is no injector, because it would split the trains. */
    static SimulatedNetwork withTrains(final TransportSettings settings, final long memoryBytes) {
        final SimulatedNetwork network = new SimulatedNetwork(settings, FaultSettings.NONE, memoryBytes, true);
        network.toRight.formTrains();
        network.toLeft.formTrains();
        return network;
    }

    /** Makes the right end a device that neither accepts nor sends trains. */
    void makeRightRefuseTrains() {
        right.refusesTrains = true;
        toLeft.sendSingly();
    }

    @Override
    public String toString() {
        return "to right " + toRight + ", to left " + toLeft + (right.refusesTrains ? ", right refuses trains" : "");
    }

    private SimulatedNetwork(
        final TransportSettings settings, final FaultSettings faults, final long memoryBytes, final boolean trains) {
        leftFaults = new FaultInjector(toRight, new TransportCounters(), faults, () -> nowNs, HELD_PACKETS);
        rightFaults = new FaultInjector(
            toLeft, new TransportCounters(), faults.withSeed(~faults.seed()), () -> nowNs, HELD_PACKETS);
        left = new Endpoint(LEFT_NUMBER, LEFT_TO_RIGHT, trains ? toRight : leftFaults, settings, memoryBytes);
        right = new Endpoint(RIGHT_NUMBER, RIGHT_TO_LEFT, trains ? toLeft : rightFaults, settings, memoryBytes);
    }

    /** Connects both ends with the same attributes. Sequence numbers start just before they wrap. */
    void connect(final int pathMtuBytes, final int maxReadAtomic, final SendAttributes tries) {
        connect(pathMtuBytes, maxReadAtomic, tries, 0xFF_FFFD, 0xFF_FFF0);
    }

    void connect(
        final int pathMtuBytes, final int maxReadAtomic, final SendAttributes tries, final int leftPsn,
        final int rightPsn) {
        left.connect(RIGHT_NUMBER, pathMtuBytes, leftPsn, rightPsn, maxReadAtomic, tries);
        right.connect(LEFT_NUMBER, pathMtuBytes, rightPsn, leftPsn, maxReadAtomic, tries);
    }

    /** Limits links to a few packets at a time, and sometimes to none. Null removes the limit. */
    void congest(final SplittableRandom random) {
        congestion = random;
    }

    /**
     * Runs until a condition is true.
     *
     * @return false if the condition is not true after the last event or the given simulated time.
     */
    boolean runUntil(final BooleanSupplier done, final long limitNs) {
        final long end = nowNs + limitNs;
        while (!done.getAsBoolean()) {
            if (!step() || nowNs - end > 0) {
                return done.getAsBoolean();
            }
        }
        return true;
    }

    /** Runs until no event is left, or until the given simulated time has passed. */
    void settle(final long limitNs) {
        runUntil(() -> false, limitNs);
    }

    /** Runs the next event. Returns false if there is none. */
    boolean step() {
        toRight.room = congestion == null ? Integer.MAX_VALUE : congestion.nextInt(CONGESTED_PACKETS);
        toLeft.room = congestion == null ? Integer.MAX_VALUE : congestion.nextInt(CONGESTED_PACKETS);
        transmit(left);
        transmit(right);
        toRight.flush();
        toLeft.flush();
        long waitNs = congestion == null ? Long.MAX_VALUE : CONGESTED_NS;
        waitNs = Math.min(waitNs, toRight.waitNs());
        waitNs = Math.min(waitNs, toLeft.waitNs());
        for (final FaultInjector faults : new FaultInjector[] {leftFaults, rightFaults}) {
            waitNs = faults.holdsPackets() ? Math.min(waitNs, faults.dueNs() - nowNs) : waitNs;
        }
        for (final Endpoint endpoint : new Endpoint[] {left, right}) {
            final ReliableConnection connection = endpoint.connection;
            waitNs = connection.hasDeadline() ? Math.min(waitNs, connection.deadlineNs() - nowNs) : waitNs;
        }
        if (waitNs == Long.MAX_VALUE) {
            return false;
        }
        nowNs += Math.max(0, waitNs);
        toRight.deliver(right, LEFT_TO_RIGHT);
        toLeft.deliver(left, RIGHT_TO_LEFT);
        leftFaults.release();
        rightFaults.release();
        left.connection.expire(nowNs);
        right.connection.expire(nowNs);
        return true;
    }

    private void transmit(final Endpoint endpoint) {
        boolean more = true;
        while (more) {
            more = endpoint.connection.transmit(nowNs, QUANTUM);
        }
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
