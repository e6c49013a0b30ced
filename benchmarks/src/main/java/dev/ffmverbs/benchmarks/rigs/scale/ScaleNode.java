// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.scale;

import com.sun.management.OperatingSystemMXBean;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.process.JavaProgram;
import dev.ffmverbs.benchmarks.result.ScaleFigures;
import dev.ffmverbs.benchmarks.statistics.OrderStatistics;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.SessionListener;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.HeartbeatSummary;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The node that is measured, alone in its process. It prints one line of figures.
 *
 * <p>It does not leave its partners cleanly; they end when it does.
 */
final class ScaleNode {

    private static final long FORMATION_LIMIT_S = 240;
    private static final long NS_PER_US = 1000;
    private static final long BYTES_PER_KIB = 1024;

    private final long run;
    private final int partners;
    private final long intervalMs;
    private final long seconds;

    private ScaleNode(final long run, final int partners, final long intervalMs, final long seconds) {
        this.run = run;
        this.partners = partners;
        this.intervalMs = intervalMs;
        this.seconds = seconds;
    }

    /**
     * Measures the node.
     *
     * @param arguments number of the run, number of partners, heartbeat interval in milliseconds, and how long to
     *                  measure in seconds.
     * @throws IOException          if the kernel does not report the process's memory.
     * @throws InterruptedException if the main thread is interrupted.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        JavaProgram.exitOnFailure();
        System.out.println(new ScaleNode(Long.parseLong(arguments[0]), Integer.parseInt(arguments[1]),
            Long.parseLong(arguments[2]), Long.parseLong(arguments[3])).measure().line());
        System.exit(0);
    }

    private ScaleFigures measure() throws IOException, InterruptedException {
        final CountDownLatch up = new CountDownLatch(partners);
        Verbs.defaultDevice().open().close();
        final long heapBefore = readHeapBytes();
        final long residentBefore = readResidentBytes();
        final long startNs = System.nanoTime();
        final ClusterConnectionManager node = start(up);
        final boolean complete = up.await(FORMATION_LIMIT_S, TimeUnit.SECONDS);
        final long formationMs =
            complete ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs) : FORMATION_LIMIT_S * 1000;
        return measure(node, formationMs, heapBefore, residentBefore);
    }

    private ClusterConnectionManager start(final CountDownLatch up) {
        final ClusterConnectionManager.Builder builder = ClusterConnectionManager
            .builder(Verbs.defaultDevice(), NodePlaces.node(run).name(), NodePlaces.node(run).address())
            .liveness(NodePlaces.thresholds(intervalMs)).listener(new SessionListener() {
                @Override
                public void sessionUp(final Session session) {
                    up.countDown();
                }
            });
        for (int number = 0; number < partners; number++) {
            builder.partner(NodePlaces.partner(run, number));
        }
        final ClusterConnectionManager node = builder.start();
        node.bootPhase(BootPhase.ACTIVE);
        return node;
    }

    private ScaleFigures measure(
        final ClusterConnectionManager node, final long formationMs, final long heapBefore, final long residentBefore)
        throws IOException, InterruptedException {
        final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        final long beatsBefore = countBeats(node);
        final long processorBefore = system.getProcessCpuTime();
        final long startNs = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        final long processorNs = system.getProcessCpuTime() - processorBefore;
        final long elapsedNs = System.nanoTime() - startNs;
        final long beats = countBeats(node) - beatsBefore;
        final List<HeartbeatSummary> heartbeats = node.partners().stream().map(Partner::heartbeats).toList();
        final int sessions = (int) node.partners().stream().filter(partner -> partner.session().isPresent()).count();
        return new ScaleFigures(partners, sessions, formationMs,
            processorNs / NS_PER_US * TimeUnit.SECONDS.toNanos(1) / elapsedNs, readHeapBytes() - heapBefore,
            readResidentBytes() - residentBefore, beats,
            partners * (elapsedNs / TimeUnit.MILLISECONDS.toNanos(intervalMs)),
            (long) OrderStatistics.of(heartbeats.stream().mapToDouble(HeartbeatSummary::p50Ns).toArray()).upperMedian()
                / NS_PER_US,
            heartbeats.stream().mapToLong(HeartbeatSummary::maxNs).max().orElse(0) / NS_PER_US);
    }

    private static long countBeats(final ClusterConnectionManager node) {
        return node.partners().stream().mapToLong(partner -> partner.heartbeats().count()).sum();
    }

    /** Collects garbage, and returns what is in use afterwards. */
    private static long readHeapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long readResidentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0) * BYTES_PER_KIB;
    }
}
