// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.worker;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.sampling.Samples;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.handshake.HandshakeStep;
import dev.ffmverbs.ccm.handshake.HandshakeTimes;
import dev.ffmverbs.ccm.memory.BootPhase;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Two nodes find each other: the four steps of the handshake, all of it, and the whole way from the start of both nodes
 * to their session.
 *
 * <p>Both run in this process, on two devices. The first formation of the process is reported apart: it is what a node
 * that has just been started pays.
 */
final class FormationWorkload {

    private static final int PORT = 7471;
    private static final long LIMIT_S = 30;
    private static final int LEAST_FORMATIONS = 10;

    private final Device[] devices;
    private final InetSocketAddress[] addresses;
    private final long budgetNs;
    private final Map<String, List<Long>> timesNs = new LinkedHashMap<>();
    private int expected;
    private int formed;

    /**
     * Prepares to form sessions.
     *
     * @param deviceNames names of two devices.
     * @param hosts       an address of each.
     * @param budgetMs    how long sessions are formed, but at least ten.
     */
    FormationWorkload(final List<String> deviceNames, final List<String> hosts, final long budgetMs) {
        devices = deviceNames.stream().map(Verbs::device).toArray(Device[]::new);
        addresses = hosts.stream().map(host -> new InetSocketAddress(host, PORT)).toArray(InetSocketAddress[]::new);
        budgetNs = TimeUnit.MILLISECONDS.toNanos(budgetMs);
    }

    /** Waits for the session of one node. */
    private static final class Arrival implements SessionListener {
        private final CountDownLatch up;

        Arrival(final CountDownLatch up) {
            this.up = up;
        }

        @Override
        public void sessionUp(final Session session) {
            up.countDown();
        }
    }

    /** Forms sessions, one after the other. */
    List<Samples> measure() throws InterruptedException {
        form("cold-");
        final long startNs = System.nanoTime();
        for (int i = 0; i < LEAST_FORMATIONS || System.nanoTime() - startNs < budgetNs; i++) {
            form("");
            if (formed != expected) {
                break;
            }
        }
        final List<Samples> samples = new ArrayList<>();
        final int lost = expected - formed;
        timesNs.forEach((operation, times) -> samples.add(new Samples(operation, 1, List.of(),
            times.size() + lost, times.size(), 0, times.stream().mapToLong(Long::longValue).toArray())));
        return samples;
    }

    private void form(final String prefix) throws InterruptedException {
        expected++;
        final CountDownLatch up = new CountDownLatch(2);
        final long startNs = System.nanoTime();
        try (ClusterConnectionManager b = node("B", 1, "A", 0, up);
             ClusterConnectionManager a = node("A", 0, "B", 1, up)) {
            a.bootPhase(BootPhase.ACTIVE);
            b.bootPhase(BootPhase.ACTIVE);
            if (!up.await(LIMIT_S, TimeUnit.SECONDS)) {
                return;
            }
            record(prefix + "session", System.nanoTime() - startNs);
            final HandshakeTimes times = a.partners().getFirst().handshake().orElseThrow();
            record(prefix + "handshake", times.totalNs());
            for (final HandshakeStep step : HandshakeStep.values()) {
                record(prefix + "handshake-" + step.name().toLowerCase(Locale.ROOT), times.ofStep(step));
            }
            formed++;
        }
    }

    private ClusterConnectionManager node(
        final String name, final int index, final String partner, final int partnerIndex, final CountDownLatch up) {
        return ClusterConnectionManager.builder(devices[index], name, addresses[index])
            .partner(new PartnerAddress(partner, addresses[partnerIndex])).listener(new Arrival(up)).start();
    }

    private void record(final String operation, final long ns) {
        timesNs.computeIfAbsent(operation, key -> new ArrayList<>()).add(ns);
    }
}
