// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeEvent.Kind;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ccm demo}: two nodes in two processes, and what befalls them. */
@Command(name = "demo", mixinStandardHelpOptions = true,
    description = "Starts two nodes in two processes and tells a story with them: what happens to them, and what they"
        + " make of it.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:the story ended as it should", "1:it did not; standard error says where it went wrong",
        "2:the command line is wrong", "3:the story cannot be told on this device; standard error says why"})
final class DemoCommand implements Callable<Integer> {

    static final int UNSUPPORTED = 3;

    private static final int MAXIMUM_PORT = 65_534;
    private static final int MAXIMUM_DEVICES = 2;
    private static final double NS_PER_SECOND = 1e9;
    private static final Set<Kind> CLEAN_HIDES =
        EnumSet.of(Kind.RESULTS, Kind.CLIENT_READY, Kind.CLIENT_ENDED);
    private static final Set<Kind> STORY_HIDES =
        EnumSet.of(Kind.RESULTS, Kind.STEP, Kind.HEARTBEATS, Kind.CLIENT_READY, Kind.CLIENT_ENDED);

    @Spec
    private CommandSpec command;

    @Option(names = "--scenario", paramLabel = "STORY", defaultValue = "clean",
        converter = Converters.Story.class, completionCandidates = Converters.Stories.class,
        description = "which story: ${COMPLETION-CANDIDATES}; clean by default")
    private DemoScenario scenario;

    @Option(names = "--device", paramLabel = "DEVICE", split = ",",
        description = "RDMA device, or two of them for one node each; the first there is by default")
    private List<String> devices = new ArrayList<>();

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "7471",
        description = "port of node A, 7471 by default; node B gets the next one")
    private int port;

    @Option(names = "--duration", paramLabel = "SECONDS", defaultValue = "5",
        description = "how long to watch the sessions of the clean run, 5 by default")
    private long durationS;

    @Option(names = "--json", paramLabel = "FILE", description = "write the results there")
    private Path json;

    /** Created by picocli. */
    DemoCommand() {
        // all fields are options
    }

    @Override
    public Integer call() throws InterruptedException {
        requireSense();
        final DemoPlacement placement = DemoPlacement.choose(devices, port);
        if (scenario == DemoScenario.PARTITION && !placement.b().isSoftware()) {
            command.commandLine().getErr().println("ccm: unsupported: only a software device lets its link be cut, and "
                + placement.b() + " is none");
            return UNSUPPORTED;
        }
        final PrintWriter out = command.commandLine().getOut();
        out.println("ccm demo " + scenario + ": " + scenario.summary());
        out.println("A on " + placement.a() + ", B on " + placement.b());
        out.println();
        final EventLines lines = new EventLines(out, command.commandLine().getColorScheme().ansi());
        final boolean clean = scenario == DemoScenario.CLEAN;
        try (DemoStage stage = new DemoStage(placement, lines, clean ? CLEAN_HIDES : STORY_HIDES)) {
            return clean ? clean(stage, out) : story(stage, out);
        } catch (final CommandFailedException e) {
            out.flush();
            throw new CommandFailedException(
                "the story \"" + scenario + "\" did not end as it should: " + e.getMessage(), e);
        }
    }

    private void requireSense() {
        if (durationS < 1) {
            throw new ParameterException(command.commandLine(), "--duration is " + durationS + "; it must be at least 1"
                + " second");
        }
        if (port < 1 || port > MAXIMUM_PORT) {
            throw new ParameterException(command.commandLine(), "--port is " + port + "; it must be 1 to "
                + MAXIMUM_PORT + ", since node B gets the next one");
        }
        if (devices.size() > MAXIMUM_DEVICES) {
            throw new ParameterException(command.commandLine(), "--device names " + devices.size()
                + " devices; there are two nodes");
        }
    }

    private int clean(final DemoStage stage, final PrintWriter out) throws InterruptedException {
        stage.start("A", "--report-seconds", "1");
        stage.start("B", "--report-seconds", "1");
        stage.awaitSessions();
        final long metNs = System.nanoTime();
        stage.awaitMirror();
        stage.watch(durationS - (System.nanoTime() - metNs) / NS_PER_SECOND);
        stage.leave("A");
        stage.leave("B");
        final DemoReport report = new DemoReport(stage.results("A"), stage.results("B"));
        report.print(out);
        if (json != null) {
            NodeReport.write(json, report.json());
        }
        final List<String> failures = report.failures();
        failures.forEach(failure -> command.commandLine().getErr().println("ccm: " + failure));
        if (!failures.isEmpty()) {
            return ExitCode.SOFTWARE;
        }
        out.println("OK: both sessions were established, beat, and closed cleanly");
        return ExitCode.OK;
    }

    private int story(final DemoStage stage, final PrintWriter out) throws InterruptedException {
        final String shown = new DemoStories(stage).play(scenario);
        out.println();
        out.println("OK: " + shown);
        if (json != null) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("scenario", scenario.toString());
            fields.put("shown", shown);
            fields.put("figures", stage.figures());
            NodeReport.write(json, fields);
        }
        return ExitCode.OK;
    }
}
