// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.command.NodeLog.Kind;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.cm.ConnectionException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ccm node}: runs one node until a signal ends it, or for a time. */
@Command(name = "node", mixinStandardHelpOptions = true,
    description = "Runs one node, which finds its partners, keeps a session with each, and watches their heartbeats."
        + " The node leaves cleanly on SIGTERM, on SIGINT, and after --duration.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
        "0:the node has left and every partner has seen it; with --duration, each partner also had a session",
        "1:otherwise, or if the node could not start; standard error says why", "2:the command line is wrong"})
final class NodeCommand implements Callable<Integer> {

    private static final long WITHOUT_LIMIT_S = TimeUnit.DAYS.toSeconds(100 * 365L);

    private static final long REPORT_S = 5;
    private static final long TERMINAL_REPORT_S = 1;

    /** Format of the lines that the node prints. */
    enum Lines {
        TEXT, JSON
    }

    @Spec
    private CommandSpec command;

    @Mixin
    private NodeOptions options;

    @Mixin
    private OwnershipOptions ownershipOptions;

    @Option(names = "--duration", paramLabel = "SECONDS",
        description = "leave after this time; by default, the node runs until a signal ends it")
    private Long durationS;

    @Option(names = "--report-seconds", paramLabel = "SECONDS",
        description = "interval between heartbeat reports; default 5, or 1 on a terminal, where the latest report is"
            + " updated in place")
    private Long reportS;

    @Option(names = "--lines", paramLabel = "FORMAT", defaultValue = "TEXT",
        description = "format of the lines it prints: TEXT (default), or JSON with one object per line")
    private Lines lines;

    @Option(names = "--json", paramLabel = "FILE", description = "file for the results, written when the node has left")
    private Path json;

    @Option(names = "--flight-recording", paramLabel = "FILE",
        description = "file for a JDK Flight Recorder recording with every heartbeat, written when the node has left;"
            + " the latest 250 MB are kept; read it with JDK Mission Control or 'jfr print'")
    private Path flightRecording;

    @Option(names = "--mirror", paramLabel = "ENTRIES", hidden = true,
        description = "number of log entries to mirror to the partner")
    private Integer mirroredEntries;

    @Option(names = "--controlled", hidden = true,
        description = "take commands from standard input, and leave when it ends")
    private boolean controlled;

    private final StopSignal signal = new StopSignal();

    /** Created by picocli. */
    NodeCommand() {
        // All fields are options.
    }

    @Override
    public Integer call() throws Exception {
        requirePositive("--duration", durationS);
        requirePositive("--report-seconds", reportS);
        if (mirroredEntries != null && mirroredEntries < 0) {
            throw new ParameterException(command.commandLine(), "--mirror is " + mirroredEntries
                + "; it must be at least 0 entries");
        }
        final Map<String, Path> files = new LinkedHashMap<>();
        files.put(NodeReport.JSON_OPTION, json);
        files.put(NodeRecording.OPTION, flightRecording);
        OutputFile.require(files);
        final SharedSecret secret = readSecret();
        final NodeLog log = new NodeLog(options.name(), options.partners(), createOutput());
        final Device device = options.findDevice();
        final ClusterConnectionManager.Builder builder = createBuilder(device, secret).listener(log);
        final NodeRecording recording = NodeRecording.start(flightRecording);
        try {
            return run(device, builder, secret, log);
        } catch (final RuntimeException e) {
            // In a shutdown hook the process halts as soon as this method returns, before picocli reports anything.
            return CcmCommand.reportFailure(e, command.commandLine());
        } finally {
            recording.close();
            signal.finish();
        }
    }

    private SharedSecret readSecret() {
        try {
            return options.readSecret();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private ClusterConnectionManager.Builder createBuilder(final Device device, final SharedSecret secret) {
        try {
            final ClusterConnectionManager.Builder builder = options.createBuilder(device, secret);
            ownershipOptions.require(options, device);
            return builder;
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private int run(final Device device, final ClusterConnectionManager.Builder builder, final SharedSecret secret,
        final NodeLog log) throws InterruptedException {
        final MirrorLoad mirror = mirroredEntries == null ? null : new MirrorLoad(mirroredEntries, log);
        if (mirror != null) {
            builder.client(mirror.log());
        }
        final ClusterConnectionManager node;
        synchronized (log) {
            // Events that arrive at once are printed after this line.
            node = start(device, builder);
            signal.install(() -> { });
            log.print(Kind.STARTED, "listens at " + NodeLog.text(options.listenAddress()) + ", boot id "
                + node.bootId(), "device " + device.name() + " of " + device.provider() + ", "
                + node.configuration().secret(), Map.of());
        }
        NodeOwnership ownership = null;
        StatusServer server = null;
        try {
            ownership = startOwnership(node, device, secret, log);
            if (controlled) {
                NodeControl.start(device.name(), ownership == null ? () -> { } : ownership::handOver, signal::stop);
            }
            server = StatusServer.startIfPossible(options.name(),
                new NodeStatus(node, device, log, ownership, mirror, System.nanoTime())::toJson,
                reason -> log.print(Kind.STATUS_UNAVAILABLE,
                    "has no status socket: ccm status does not show this node; everything else works", reason,
                    Map.of()));
            node.bootPhase(BootPhase.ACTIVE);
            if (mirror != null) {
                mirror.start();
            }
            reportUntilStopped(node, log, ownership, mirror);
            close(ownership);
            final int status = leave(node, device, log);
            signal.status(status);
            return status;
        } finally {
            close(ownership);
            if (server != null) {
                server.close();
            }
            node.close();
        }
    }

    /** Ends an ownership before the node leaves, so that its end is printed. Closing again has no effect. */
    private static void close(final NodeOwnership ownership) {
        if (ownership != null) {
            ownership.close();
        }
    }

    private NodeOwnership startOwnership(
        final ClusterConnectionManager node, final Device device, final SharedSecret secret, final NodeLog log) {
        try {
            return NodeOwnership.start(
                node, ownershipOptions.arbiter(options, device).secret(secret), ownershipOptions, log);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private void requirePositive(final String option, final Long seconds) {
        if (seconds != null && seconds < 1) {
            throw new ParameterException(command.commandLine(),
                option + " is " + seconds + "; it must be at least 1 second");
        }
    }

    private Consumer<NodeLine> createOutput() {
        final PrintWriter out = command.commandLine().getOut();
        if (lines == Lines.TEXT) {
            final EventLines text = new EventLines(out, command.commandLine().getColorScheme().ansi());
            return isTerminal() ? new LiveView(out, text) : text;
        }
        return line -> {
            out.println(line.toJson());
            out.flush();
        };
    }

    /** Returns whether lines can be redrawn in place. */
    @SuppressWarnings("SystemConsoleNull") // null without a terminal from JDK 25 on, as before JDK 22
    private static boolean isTerminal() {
        return System.console() != null && System.console().isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    private ClusterConnectionManager start(
        final Device device, final ClusterConnectionManager.Builder builder) {
        try {
            return builder.start();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        } catch (final ConnectionException e) {
            throw CommandFailedException.ofListening(e, device);
        }
    }

    private void reportUntilStopped(
        final ClusterConnectionManager node, final NodeLog log, final NodeOwnership ownership,
        final MirrorLoad mirror) throws InterruptedException {
        final long endNs = System.nanoTime()
            + TimeUnit.SECONDS.toNanos(durationS == null ? WITHOUT_LIMIT_S : durationS);
        final long periodNs = TimeUnit.SECONDS.toNanos(
            reportS != null ? reportS : isTerminal() ? TERMINAL_REPORT_S : REPORT_S);
        long leftNs = endNs - System.nanoTime();
        while (leftNs > 0 && !signal.await(Math.min(leftNs, periodNs))) {
            for (final Partner partner : node.partners()) {
                if (partner.session().isPresent()) {
                    log.printHeartbeats(partner);
                }
            }
            if (ownership != null) {
                final Map<String, Object> facts = ownership.fields();
                log.print(Kind.OWNERSHIP, StatusText.describeOwnership(facts), "", facts);
            }
            if (mirror != null) {
                final Map<String, Object> facts = mirror.fields();
                log.print(Kind.LOG, StatusText.describeLog(facts), "", facts);
            }
            leftNs = endNs - System.nanoTime();
        }
    }

    private int leave(final ClusterConnectionManager node, final Device device, final NodeLog log) {
        final boolean seen = node.leave();
        log.print(Kind.STOPPED, seen ? "left cleanly" : "left, but not every partner has seen it", "", Map.of());
        final List<String> missing = node.partners().stream()
            .filter(partner -> log.history(partner).handshake() == null || partner.heartbeats().count() == 0)
            .map(Partner::name).toList();
        final Map<String, Object> results = collectResults(node, device, log, seen);
        log.print(Kind.RESULTS, "results", "", results);
        if (json != null) {
            NodeReport.write(json, results);
        }
        if (durationS != null && !missing.isEmpty()) {
            command.commandLine().getErr().println("ccm: node " + options.name() + " had no session with "
                + String.join(", ", missing) + " in " + durationS + " s");
        }
        return seen && (durationS == null || missing.isEmpty()) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Map<String, Object> collectResults(
        final ClusterConnectionManager node, final Device device, final NodeLog log, final boolean seen) {
        final List<Object> all = new ArrayList<>();
        for (final Partner partner : node.partners()) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", partner.name());
            fields.put("handshake", NodeReport.handshake(log.history(partner).handshake()));
            fields.put("heartbeat", NodeReport.heartbeat(partner.heartbeats()));
            fields.put("end", log.history(partner).end());
            fields.put("counters", log.history(partner).counters());
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
