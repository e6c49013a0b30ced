// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import dev.ffmverbs.ccm.link.DeviceAddresses;
import dev.ffmverbs.ccm.memory.BootPhase;
import dev.ffmverbs.cm.ConnectionException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ccm node}: runs one node until it is told to stop, or for a time. */
@Command(name = "node", mixinStandardHelpOptions = true,
    description = "Runs one node: finds its partners, keeps sessions with them and watches them. It leaves in order on"
        + " SIGTERM and SIGINT, and after --duration.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:the node has left, every partner has seen it, and with --duration each had a session",
        "1:something of that is not so, or the node could not start", "2:the command line is wrong"})
final class NodeCommand implements Callable<Integer> {

    private static final long FOR_EVER_S = TimeUnit.DAYS.toSeconds(100 * 365L);

    private static final long REPORT_S = 5;
    private static final long TERMINAL_REPORT_S = 1;

    /** How what happens is told. */
    enum Lines {
        TEXT, JSON
    }

    @Spec
    private CommandSpec command;

    @Mixin
    private NodeOptions options;

    @Option(names = "--duration", paramLabel = "SECONDS", description = "leave after so long; run on by default")
    private Long durationS;

    @Option(names = "--report-seconds", paramLabel = "SECONDS",
        description = "time between two looks at heartbeats; 5 by default, and 1 on a terminal, where they stand still")
    private Long reportS;

    @Option(names = "--lines", paramLabel = "FORMAT", defaultValue = "TEXT",
        description = "what to print of what happens: TEXT for people, by default, or JSON, one object a line")
    private Lines lines;

    @Option(names = "--json", paramLabel = "FILE", description = "write the results there when the node has left")
    private Path json;

    @Option(names = "--flight-recording", paramLabel = "FILE",
        description = "record with JDK Flight Recorder, heartbeats one by one, and write the latest 250 MB of it there"
            + " when the node has left; read it with JDK Mission Control or 'jfr print'")
    private Path flightRecording;

    @Option(names = "--mirror", paramLabel = "ENTRIES", hidden = true,
        description = "mirror so many entries of a log to the partner, and hold its log")
    private Integer mirroredEntries;

    @Option(names = "--controlled", hidden = true,
        description = "take commands from standard input, and leave when it ends")
    private boolean controlled;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int status = ExitCode.SOFTWARE;

    /** Created by picocli. */
    NodeCommand() {
        // all fields are options
    }

    @Override
    public Integer call() throws InterruptedException {
        requirePositive("--duration", durationS);
        requirePositive("--report-seconds", reportS);
        final NodeRecording recording = NodeRecording.start(flightRecording);
        try {
            return run(new NodeLog(output()));
        } finally {
            recording.close();
            done.countDown();
        }
    }

    private int run(final NodeLog log) throws InterruptedException {
        final Device device = options.device();
        final MirrorLoad mirror = mirroredEntries == null ? null : new MirrorLoad(mirroredEntries, log);
        final ClusterConnectionManager node = start(device, log, mirror);
        stopOnSignal();
        if (controlled) {
            NodeControl.start(device.name(), stop::countDown);
        }
        final StatusServer server = statusServer(new NodeStatus(node, device, log, System.nanoTime()));
        try {
            log.say(NodeEvent.now(Kind.STARTED, "", options.name() + " listens at "
                + NodeLog.text(options.listenAddress()) + ", boot id " + node.bootId(),
                "device " + device.name() + " of " + device.provider() + ", " + node.configuration().secret(),
                Map.of()));
            node.bootPhase(BootPhase.ACTIVE);
            if (mirror != null) {
                mirror.start();
            }
            reportUntilStopped(node, log);
            status = leave(node, device, log);
            return status;
        } catch (final RuntimeException e) {
            // A process that a signal ends halts as soon as this method does: nobody else would say it.
            e.printStackTrace(command.commandLine().getErr());
            throw e;
        } finally {
            server.close();
            node.close();
        }
    }

    private void requirePositive(final String option, final Long seconds) {
        if (seconds != null && seconds < 1) {
            throw new ParameterException(command.commandLine(),
                option + " is " + seconds + "; it must be at least 1 second");
        }
    }

    private Consumer<NodeEvent> output() {
        final PrintWriter out = command.commandLine().getOut();
        if (lines == Lines.TEXT) {
            final EventLines text = new EventLines(out, command.commandLine().getColorScheme().ansi());
            return isTerminal() ? new LiveView(out, text) : text;
        }
        return event -> {
            out.println(event.toJson());
            out.flush();
        };
    }

    /** Whether lines can be drawn anew. */
    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    private StatusServer statusServer(final NodeStatus report) {
        try {
            return StatusServer.start(options.name(), RuntimeFolder.candidates(), report::toJson);
        } catch (final IOException e) {
            return StatusServer.none(options.name(), e);
        }
    }

    private ClusterConnectionManager start(final Device device, final NodeLog log, final MirrorLoad mirror) {
        try {
            final ClusterConnectionManager.Builder builder = options.builder(device).listener(log);
            if (mirror != null) {
                builder.client(mirror.log());
            }
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

    /** A signal lets the node leave, and the process then ends with the status of that instead of the signal's. */
    private void stopOnSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (done.getCount() > 0) {
                stop.countDown();
                try {
                    done.await();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                Runtime.getRuntime().halt(status);
            }
        }));
    }

    private void reportUntilStopped(final ClusterConnectionManager node, final NodeLog log)
        throws InterruptedException {
        final long endNs = System.nanoTime()
            + TimeUnit.SECONDS.toNanos(durationS == null ? FOR_EVER_S : durationS);
        final long periodNs = TimeUnit.SECONDS.toNanos(
            reportS != null ? reportS : isTerminal() ? TERMINAL_REPORT_S : REPORT_S);
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
        log.say(NodeEvent.now(Kind.STOPPED, "",
            seen ? "left in order" : "left, but not every partner has seen it"));
        boolean established = true;
        for (final Partner partner : node.partners()) {
            established &= log.history(partner).handshake() != null && partner.heartbeats().count() > 0;
        }
        final Map<String, Object> results = results(node, device, log, seen);
        log.say(NodeEvent.now(Kind.RESULTS, "", "results", "", results));
        if (json != null) {
            NodeReport.write(json, results);
        }
        if (durationS != null && !established) {
            command.commandLine().getErr().println("ccm: node " + options.name()
                + " had no session with some partner in " + durationS + " s");
        }
        return seen && (durationS == null || established) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Map<String, Object> results(
        final ClusterConnectionManager node, final Device device, final NodeLog log, final boolean seen) {
        final List<Object> all = new ArrayList<>();
        for (final Partner partner : node.partners()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", partner.name());
            fields.put("handshake", NodeReport.handshake(log.history(partner).handshake()));
            fields.put("heartbeat", NodeReport.heartbeat(partner.heartbeats()));
            fields.put("end", log.history(partner).end());
            all.add(fields);
        }
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", options.name());
        fields.put("bootId", node.bootId().toString());
        fields.put("device", device.name());
        fields.put("provider", device.provider());
        fields.put("leftInOrder", seen);
        fields.put("rejections", NodeReport.rejections(node.rejections()));
        fields.put("partners", all);
        return fields;
    }
}
