// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.cluster;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.DeviceAddresses;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.value.BootPhase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Two nodes, A and B, each the other's partner. */
final class TwoNodes implements AutoCloseable {

    /** Port of A. B has the next one, because both may be at one address. */
    private static final int PORT = 7471;
    private static final long LIMIT_S = 30;

    private final Arrivals atA;
    private final Arrivals atB = new Arrivals();
    private final ClusterConnectionManager a;
    private final ClusterConnectionManager b;

    /**
     * Where two nodes run.
     *
     * @param deviceNames names of two devices.
     * @param hosts       the address of each.
     */
    record Places(List<String> deviceNames, List<String> hosts) {

        /**
         * Chooses places on a device. Both nodes run on it, except that each has its own software device.
         *
         * @throws IllegalStateException if the device has no address.
         */
        static Places on(final String deviceName) {
            final boolean software = deviceName.equals(MeasuredDevice.SOFT.verbsName());
            final List<String> names = List.of(deviceName, software ? MeasuredDevice.SECOND_SOFT : deviceName);
            return new Places(names, names.stream().map(Places::hostOf).toList());
        }

        private static String hostOf(final String deviceName) {
            return DeviceAddresses.of(Verbs.device(deviceName)).stream().findFirst().map(InetAddress::getHostAddress)
                .orElseThrow(() -> new IllegalStateException("device " + deviceName
                    + " has no IP address for a node to listen at: give its network interface one"));
        }

        InetSocketAddress address(final int index) {
            return new InetSocketAddress(hosts.get(index), PORT + index);
        }

        /** Returns whether the link between the nodes can be cut. */
        boolean canBeCut() {
            return deviceNames.contains(MeasuredDevice.SOFT.verbsName());
        }
    }

    /** Counts the sessions of one node. */
    static class Arrivals implements SessionListener {
        private final Semaphore sessions = new Semaphore(0);

        @Override
        public final void sessionUp(final Session session) {
            sessions.release();
        }
    }

    /**
     * Starts both nodes.
     *
     * @param places    where they run.
     * @param listener  is notified of what happens at A.
     * @param configure adds to the configuration of a node, by its name.
     */
    TwoNodes(
        final Places places, final Arrivals listener,
        final BiConsumer<String, ClusterConnectionManager.Builder> configure) {
        atA = listener;
        b = start(places, 1, configure, atB);
        boolean complete = false;
        try {
            a = start(places, 0, configure, atA);
            complete = true;
        } finally {
            if (!complete) {
                b.close();
            }
        }
        a.bootPhase(BootPhase.ACTIVE);
        b.bootPhase(BootPhase.ACTIVE);
    }

    private static ClusterConnectionManager start(
        final Places places, final int index, final BiConsumer<String, ClusterConnectionManager.Builder> configure,
        final SessionListener listener) {
        final List<String> names = List.of("A", "B");
        final ClusterConnectionManager.Builder builder = ClusterConnectionManager
            .builder(Verbs.device(places.deviceNames().get(index)), names.get(index), places.address(index))
            .partner(new PartnerAddress(names.get(1 - index), places.address(1 - index))).listener(listener);
        configure.accept(names.get(index), builder);
        return builder.start();
    }

    /**
     * Waits until both nodes have one session more than at the last wait.
     *
     * @return false if that takes longer than 30 s.
     */
    boolean awaitSessions() throws InterruptedException {
        return atA.sessions.tryAcquire(LIMIT_S, TimeUnit.SECONDS) && atB.sessions.tryAcquire(LIMIT_S, TimeUnit.SECONDS);
    }

    ClusterConnectionManager a() {
        return a;
    }

    @Override
    public void close() {
        a.close();
        b.close();
    }
}
