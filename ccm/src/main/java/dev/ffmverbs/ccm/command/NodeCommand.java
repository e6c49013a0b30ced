// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.link.DeviceAddresses;
import dev.ffmverbs.ccm.link.MemoryAddresses;
import dev.ffmverbs.ccm.liveness.LivenessThresholds;
import dev.ffmverbs.ccm.memory.BootPhase;
import dev.ffmverbs.cm.ConnectionException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ccm node}: runs one node until it is told to stop, or for a time. */
@Command(name = "node", mixinStandardHelpOptions = true,
    description = "Runs one node: finds its partners, keeps sessions with them and watches them. It leaves in order on"
        + " SIGTERM and SIGINT, and after --duration.")
final class NodeCommand implements Callable<Integer> {

    private static final long FOR_EVER_S = TimeUnit.DAYS.toSeconds(100 * 365L);

    @Spec
    private CommandSpec command;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "name of this node")
    private String name;

    @Option(names = "--device", paramLabel = "DEVICE", description = "RDMA device; the first there is by default")
    private String deviceName;

    @Option(names = "--listen", required = true, paramLabel = "ADDRESS:PORT", converter = Converters.Address.class,
        description = "this node's address, one of the device's, and port")
    private InetSocketAddress listenAddress;

    @Option(names = "--partner", required = true, paramLabel = "NAME=ADDRESS:PORT",
        converter = Converters.Partner.class, description = "a partner; may be repeated")
    private List<PartnerAddress> partners = new ArrayList<>();

    @Option(names = "--interval-ms", paramLabel = "MS", description = "time between two heartbeats; 10 by default")
    private Long intervalMs;

    @Option(names = "--suspect-ms", paramLabel = "MS",
        description = "silence before a partner is suspect; 300 by default")
    private Long suspectMs;

    @Option(names = "--dead-ms", paramLabel = "MS",
        description = "time unreachable before a partner is dead; 3000 by default")
    private Long deadMs;

    @Option(names = "--stalled-dead-ms", paramLabel = "MS",
        description = "time its counter stands still before a partner is dead; 10000 by default")
    private Long stalledDeadMs;

    @Option(names = "--status-address", paramLabel = "ADDRESS", converter = Converters.MemoryAddress.class,
        description = "memory address of the boot-status variable on all nodes; 0xCC0000000000 by default")
    private Long statusAddress;

    @Option(names = "--mailbox-address", paramLabel = "ADDRESS", converter = Converters.MemoryAddress.class,
        description = "memory address of the mailbox on all nodes; 0xCC0000010000 by default")
    private Long mailboxAddress;

    @Option(names = "--generation", paramLabel = "N", defaultValue = "1",
        description = "which start of this node it is, if something remembers; 1 by default")
    private long generation;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "leave after so long; run on by default")
    private Long durationS;

    @Option(names = "--report-seconds", paramLabel = "SECONDS", defaultValue = "5",
        description = "time between two lines on heartbeats; 5 by default")
    private long reportS;

    @Option(names = "--json", paramLabel = "FILE", description = "write the results there when the node has left")
    private Path json;

    private final CountDownLatch stop = new CountDownLatch(1);

    /** Created by picocli. */
    NodeCommand() {
        // all fields are options
    }

    @Override
    public Integer call() throws InterruptedException {
        final NodeLog log = new NodeLog(command.commandLine().getOut());
        final Device device = deviceName == null ? Verbs.defaultDevice() : Verbs.device(deviceName);
        final CountDownLatch done = new CountDownLatch(1);
        final int[] status = {ExitCode.SOFTWARE};
        final ClusterConnectionManager node = start(device, log);
        stopOnSignal(done, status);
        try {
            log.say("node " + name + " on " + device.name() + " (" + device.provider() + ") listens on "
                + NodeLog.text(listenAddress) + ", boot id " + node.bootId());
            node.bootPhase(BootPhase.ACTIVE);
            reportUntilStopped(node, log);
            status[0] = leave(node, device, log);
            return status[0];
        } finally {
            node.close();
            done.countDown();
        }
    }

    private ClusterConnectionManager start(final Device device, final NodeLog log) {
        try {
            final ClusterConnectionManager.Builder builder = ClusterConnectionManager
                .builder(device, name, listenAddress)
                .memory(memory()).liveness(liveness()).generation(generation).listener(log);
            partners.forEach(builder::partner);
            return builder.start();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        } catch (final ConnectionException e) {
            if (e.reason() == ConnectionException.Reason.NO_SUCH_LOCAL_ADDRESS) {
                throw new CommandFailedException(e.getMessage() + "; " + device.name() + " has the addresses "
                    + DeviceAddresses.of(device), e);
            }
            throw e;
        }
    }

    private MemoryAddresses memory() {
        final MemoryAddresses defaults = MemoryAddresses.defaults();
        return new MemoryAddresses(statusAddress == null ? defaults.statusAddress() : statusAddress,
            mailboxAddress == null ? defaults.mailboxAddress() : mailboxAddress);
    }

    private LivenessThresholds liveness() {
        LivenessThresholds thresholds = LivenessThresholds.defaults();
        if (deadMs != null || stalledDeadMs != null) {
            thresholds = thresholds.withDeadAfter(
                deadMs == null ? thresholds.unreachableDeadAfter() : Duration.ofMillis(deadMs),
                stalledDeadMs == null ? thresholds.stalledDeadAfter() : Duration.ofMillis(stalledDeadMs));
        }
        if (intervalMs != null) {
            thresholds = thresholds.withInterval(Duration.ofMillis(intervalMs));
        }
        return suspectMs == null ? thresholds : thresholds.withSuspectAfter(Duration.ofMillis(suspectMs));
    }

    /** A signal lets the node leave, and the process then ends with the status of that instead of the signal's. */
    private void stopOnSignal(final CountDownLatch done, final int[] status) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (done.getCount() > 0) {
                stop.countDown();
                try {
                    done.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                Runtime.getRuntime().halt(status[0]);
            }
        }));
    }

    private void reportUntilStopped(final ClusterConnectionManager node, final NodeLog log)
        throws InterruptedException {
        final long endNs = System.nanoTime()
            + TimeUnit.SECONDS.toNanos(durationS == null ? FOR_EVER_S : durationS);
        final long periodNs = TimeUnit.SECONDS.toNanos(reportS);
        long leftNs = endNs - System.nanoTime();
        while (leftNs > 0 && !stop.await(Math.min(leftNs, periodNs), TimeUnit.NANOSECONDS)) {
            for (final Partner partner : node.partners()) {
                if (partner.session().isPresent()) {
                    log.heartbeats(partner);
                }
            }
            leftNs = endNs - System.nanoTime();
        }
    }

    private int leave(final ClusterConnectionManager node, final Device device, final NodeLog log) {
        final boolean seen = node.leave();
        log.say(seen ? "left in order" : "left, but not every partner has seen it");
        boolean established = true;
        for (final Partner partner : node.partners()) {
            established &= log.handshake(partner) != null && partner.heartbeats().count() > 0;
        }
        if (json != null) {
            NodeReport.write(json, results(node, device, log, seen));
        }
        if (durationS != null && !established) {
            command.commandLine().getErr().println("ccm: node " + name + " had no session with some partner in "
                + durationS + " s");
        }
        return seen && (durationS == null || established) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Map<String, Object> results(
        final ClusterConnectionManager node, final Device device, final NodeLog log, final boolean seen) {
        final List<Object> all = new ArrayList<>();
        for (final Partner partner : node.partners()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", partner.name());
            fields.put("handshake", NodeReport.handshake(log.handshake(partner)));
            fields.put("heartbeat", NodeReport.heartbeat(partner.heartbeats()));
            fields.put("end", log.end(partner));
            all.add(fields);
        }
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("bootId", node.bootId().toString());
        fields.put("device", device.name());
        fields.put("provider", device.provider());
        fields.put("leftInOrder", seen);
        fields.put("partners", all);
        return fields;
    }
}
