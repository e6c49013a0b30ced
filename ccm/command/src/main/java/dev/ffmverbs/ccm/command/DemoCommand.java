// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
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

/** {@code ccm demo}: plays a scenario with two nodes in two processes. */
@Command(name = "demo", mixinStandardHelpOptions = true,
    description = "Starts two nodes, each in a separate process, and shows what happens: how they find each other, for"
        + " example, or how one notices that the other was killed.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:the scenario ended as expected", "1:it did not; standard error says what went wrong",
        "2:the command line is wrong", "3:the scenario is not possible on this device; standard error says why"})
final class DemoCommand implements Callable<Integer> {

    static final int UNSUPPORTED = 3;

    private static final int MAXIMUM_PORT = 65_533;
    private static final int MAXIMUM_DEVICES = 2;
    private static final double NS_PER_SECOND = 1e9;
    private static final Set<Kind> CLEAN_HIDES =
        EnumSet.of(Kind.RESULTS, Kind.CLIENT_READY, Kind.CLIENT_ENDED, Kind.OWNERSHIP, Kind.LOG);
    private static final Set<Kind> STORY_HIDES =
        EnumSet.of(Kind.RESULTS, Kind.STEP, Kind.HEARTBEATS, Kind.CLIENT_READY, Kind.CLIENT_ENDED,
            Kind.CLIENT_REFUSED, Kind.OWNERSHIP, Kind.LOG);

    @Spec
    private CommandSpec command;

    @Option(names = "--scenario", paramLabel = "SCENARIO", defaultValue = "clean",
        converter = Converters.Story.class, completionCandidates = Converters.Stories.class,
        description = "what happens: ${COMPLETION-CANDIDATES}; default clean")
    private DemoScenario scenario;

    @Option(names = "--device", paramLabel = "DEVICE", split = ",",
        description = "RDMA device, or two devices, one for each node; by default, the first one found")
    private List<String> devices = new ArrayList<>();

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "7471",
        description = "port of node A; node B and the witness get the next ones; default 7471")
    private int port;

    @Option(names = "--duration", paramLabel = "SECONDS", defaultValue = "5",
        description = "how long the sessions of the clean scenario last; default 5")
    private long durationS;

    @Option(names = "--json", paramLabel = "FILE", description = "file for the results")
    private Path json;

    /** Created by picocli. */
    DemoCommand() {
        // All fields are options.
    }

    @Override
    public Integer call() throws InterruptedException {
        requireValidOptions();
        if (json != null) {
            OutputFile.require(NodeReport.JSON_OPTION, json);
        }
        final PrintWriter out = command.commandLine().getOut();
        out.println("ccm demo " + scenario + ": " + scenario.summary());
        out.flush();
        final DemoPlacement placement = DemoPlacement.choose(devices, port);
        if (scenario.cutsLinks() && !placement.b().isSoftware()) {
            command.commandLine().getErr().println("ccm: unsupported: only the link of a software device can be cut,"
                + " and " + placement.b() + " is not one");
            return UNSUPPORTED;
        }
        out.println("node A on " + placement.a() + ", node B on " + placement.b());
        out.println();
        final EventLines lines = new EventLines(out, command.commandLine().getColorScheme().ansi());
        return scenario == DemoScenario.CLEAN ? runClean(placement, lines, out) : runStory(placement, lines, out);
    }

    private CommandFailedException storyFailure(final CommandFailedException failure) {
        return new CommandFailedException(
            "the scenario \"" + scenario + "\" did not end as expected: " + failure.getMessage(), failure);
    }

    private void requireValidOptions() {
        if (durationS < 1) {
            throw new ParameterException(command.commandLine(), "--duration is " + durationS + "; it must be at least 1"
                + " second");
        }
        if (port < 1 || port > MAXIMUM_PORT) {
            throw new ParameterException(command.commandLine(), "--port is " + port + "; it must be 1 to "
                + MAXIMUM_PORT + ", since node B and the witness get the next ones");
        }
        if (devices.size() > MAXIMUM_DEVICES) {
            throw new ParameterException(command.commandLine(), "--device names " + devices.size()
                + " devices; there are two nodes");
        }
    }

    private int runClean(final DemoPlacement placement, final EventLines lines, final PrintWriter out)
        throws InterruptedException {
        final DemoReport report = playClean(placement, lines);
        report.print(out);
        if (json != null) {
            NodeReport.write(json, report.toFields());
        }
        final List<String> failures = report.failures();
        if (!failures.isEmpty()) {
            failures.forEach(failure -> command.commandLine().getErr().println("ccm: " + failure));
            return ExitCode.SOFTWARE;
        }
        out.println("OK: both sessions came up, had heartbeats, and closed cleanly");
        report.remarks().forEach(remark -> out.println("  - " + remark));
        return ExitCode.OK;
    }

    private DemoReport playClean(final DemoPlacement placement, final EventLines lines) throws InterruptedException {
        try (DemoStage stage = new DemoStage(placement, lines, CLEAN_HIDES)) {
            stage.startBoth("--report-seconds", "1");
            stage.awaitSessions();
            final long metNs = System.nanoTime();
            stage.awaitMirror();
            stage.watch(durationS - (System.nanoTime() - metNs) / NS_PER_SECOND);
            stage.leave("A");
            stage.leave("B");
            return new DemoReport(stage.awaitResults("A"), stage.awaitResults("B"));
        } catch (final CommandFailedException e) {
            throw storyFailure(e);
        }
    }

    private int runStory(final DemoPlacement placement, final EventLines lines, final PrintWriter out)
        throws InterruptedException {
        final Map<String, Object> fields = new LinkedHashMap<>();
        try (DemoStage stage = new DemoStage(placement, lines, STORY_HIDES)) {
            fields.put("scenario", scenario.toString());
            fields.put("shown", scenario.hasWitness()
                ? new OwnershipStories(stage).play(scenario) : new DemoStories(stage).play(scenario));
            fields.put("figures", stage.figures());
        } catch (final CommandFailedException e) {
            throw storyFailure(e);
        }
        if (json != null) {
            NodeReport.write(json, fields);
        }
        out.println();
        out.println("OK: " + fields.get("shown"));
        return ExitCode.OK;
    }
}
