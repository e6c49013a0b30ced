// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.scale;

import com.sun.management.OperatingSystemMXBean;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.benchmarks.result.ScaleFigures;
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
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench scale-node}: the node that is measured, alone in its process; prints one line of figures.
 *
 * <p>It does not leave in order when it ends: its partners are ended with it.
 */
@Command(name = "scale-node", hidden = true, description = "The measured node of bench scale.")
public final class ScaleNodeCommand implements Callable<Integer> {

    private static final long FORMATION_LIMIT_S = 240;
    private static final long NS_PER_US = 1000;
    private static final long BYTES_PER_KIB = 1024;

    @Option(names = "--run", required = true, description = "number of the run, which addresses are made of")
    private long run;

    @Option(names = "--partners", required = true, description = "how many")
    private int partners;

    @Option(names = "--interval-ms", required = true, description = "heartbeat interval")
    private long intervalMs;

    @Option(names = "--seconds", required = true, description = "how long it is measured once all sessions are up")
    private long seconds;

    /** For the command line. */
    public ScaleNodeCommand() {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final CountDownLatch up = new CountDownLatch(partners);
        Verbs.defaultDevice().open().close();
        final long heapBefore = heapBytes();
        final long residentBefore = residentBytes();
        final long startNs = System.nanoTime();
        final ClusterConnectionManager node = start(up);
        final boolean complete = up.await(FORMATION_LIMIT_S, TimeUnit.SECONDS);
        final long formationMs =
            complete ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs) : FORMATION_LIMIT_S * 1000;
        System.out.println(figures(node, formationMs, heapBefore, residentBefore).line());
        return 0;
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

    private ScaleFigures figures(
        final ClusterConnectionManager node, final long formationMs, final long heapBefore, final long residentBefore)
        throws IOException, InterruptedException {
        final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        final long beatsBefore = beats(node);
        final long processorBefore = system.getProcessCpuTime();
        final long startNs = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        final long processorNs = system.getProcessCpuTime() - processorBefore;
        final long elapsedNs = System.nanoTime() - startNs;
        final long beats = beats(node) - beatsBefore;
        final List<HeartbeatSummary> heartbeats = node.partners().stream().map(Partner::heartbeats).toList();
        final int sessions = (int) node.partners().stream().filter(partner -> partner.session().isPresent()).count();
        return new ScaleFigures(partners, sessions, formationMs,
            processorNs / NS_PER_US * TimeUnit.SECONDS.toNanos(1) / elapsedNs, heapBytes() - heapBefore,
            residentBytes() - residentBefore, beats,
            partners * (elapsedNs / TimeUnit.MILLISECONDS.toNanos(intervalMs)),
            heartbeats.stream().mapToLong(HeartbeatSummary::p50Ns).sorted().skip(partners / 2).findFirst().orElse(0)
                / NS_PER_US,
            heartbeats.stream().mapToLong(HeartbeatSummary::maxNs).max().orElse(0) / NS_PER_US);
    }

    private static long beats(final ClusterConnectionManager node) {
        return node.partners().stream().mapToLong(partner -> partner.heartbeats().count()).sum();
    }

    /** What is in use after a collection. */
    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElse(0) * BYTES_PER_KIB;
    }
}
