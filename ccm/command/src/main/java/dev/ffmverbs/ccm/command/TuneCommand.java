// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ccm tune}: finds the shortest times at which two nodes on this machine do not take each other for dead. */
@Command(name = "tune", mixinStandardHelpOptions = true,
    description = "Runs two nodes and a witness with ever shorter times. Each step halves the time after which a"
        + " partner is dead; the lease is half of that time. Reports the shortest time at which no node was falsely"
        + " declared dead and none lost its ownership, and recommends twice that time. It says if nodes lost each other"
        + " because this machine was busy.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:at least the longest time has held", "1:it has not; standard error says why",
        "2:the command line is wrong"})
final class TuneCommand implements Callable<Integer> {

    private static final Duration SHORTEST_INTERVAL = Duration.ofNanos(100_000);
    private static final Duration LONGEST_INTERVAL = Duration.ofMillis(10);
    private static final int INTERVALS_UNTIL_DEAD = 10;
    private static final int INCIDENTS_SHOWN = 2;

    @Spec
    private CommandSpec command;

    @Mixin
    private PairOptions options;

    @Option(names = "--from-ms", paramLabel = "MS", converter = Converters.Milliseconds.class, defaultValue = "1024",
        description = "longest time after which a partner is dead; default 1024")
    private Duration longest;

    @Option(names = "--to-ms", paramLabel = "MS", converter = Converters.Milliseconds.class, defaultValue = "2",
        description = "shortest time after which a partner is dead, at least 1; default 2")
    private Duration shortest;

    @Option(names = "--interval-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "interval between heartbeats, at least 0.1; by default a tenth of the time after which a partner"
            + " is dead, and at most 10")
    private Duration interval;

    @Option(names = "--seconds", paramLabel = "SECONDS", defaultValue = "10",
        description = "how long the nodes run with each time; default 10")
    private int seconds;

    private final List<BoundTrial> trials = new ArrayList<>();

    /** Created by picocli. */
    TuneCommand() {
        // All fields are options.
    }

    @Override
    public Integer call() throws InterruptedException {
        requireValidOptions();
        final DemoPlacement placement = options.choosePlacement(command.commandLine());
        final PrintWriter out = command.commandLine().getOut();
        out.println("node A on " + placement.a() + ", node B on " + placement.b() + "; " + seconds
            + " s for each time");
        out.flush();
        try (SleepMeter meter = new SleepMeter()) {
            Duration dead = longest;
            boolean goesOn = true;
            while (goesOn && dead.compareTo(shortest) >= 0 && times(dead).flaw() == null) {
                goesOn = tryTimes(placement, times(dead), meter, out);
                dead = dead.dividedBy(2);
            }
        }
        return conclude(out);
    }

    private void requireValidOptions() {
        if (seconds < 1) {
            throw new ParameterException(command.commandLine(), "--seconds is " + seconds + "; it must be at least 1");
        }
        if (shortest.compareTo(Duration.ofMillis(1)) < 0 || longest.compareTo(shortest) < 0) {
            throw new ParameterException(command.commandLine(), "--from-ms is " + Milliseconds.option(longest)
                + " and --to-ms is " + Milliseconds.option(shortest)
                + "; the second must be at least 1, and the first at least the second");
        }
        if (interval != null && interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw new ParameterException(command.commandLine(), "--interval-ms is " + Milliseconds.option(interval)
                + "; it must be at least " + Milliseconds.option(SHORTEST_INTERVAL));
        }
        final String flaw = times(longest).flaw();
        if (flaw != null) {
            throw new ParameterException(command.commandLine(), flaw + " (asked for: " + times(longest) + ")");
        }
    }

    /** Returns the times that belong to a time after which a partner is dead. */
    private PairTimes times(final Duration dead) {
        final Duration tenth = dead.dividedBy(INTERVALS_UNTIL_DEAD);
        final Duration fitting = tenth.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : tenth;
        return new PairTimes(interval == null ? fitting : interval, dead, dead.dividedBy(2));
    }

    /** Runs a pair with these times; returns whether they have held. */
    private boolean tryTimes(
        final DemoPlacement placement, final PairTimes times, final SleepMeter meter, final PrintWriter out)
        throws InterruptedException {
        meter.restart();
        BoundTrial trial;
        try {
            trial = BoundTrial.run(placement, times, Duration.ofSeconds(seconds), meter);
        } catch (final CommandFailedException e) {
            trial = new BoundTrial(times, List.of(withoutOutput(e)), 0, 0, meter.lateness().maxNs());
        }
        trials.add(trial);
        out.println(times + (trial.hasHeld() ? ": held; " : ": did not hold; ") + trial.unanswered() + " unanswered, "
            + trial.late() + " late here; " + meter.describe());
        trial.incidents().stream().limit(INCIDENTS_SHOWN).forEach(incident -> out.println("  " + incident));
        if (trial.incidents().size() > INCIDENTS_SHOWN) {
            out.println("  and " + (trial.incidents().size() - INCIDENTS_SHOWN) + " more");
        }
        out.flush();
        return trial.hasHeld();
    }

    /** A node that never gets as far as it should has printed more than anyone reads here. */
    private static String withoutOutput(final CommandFailedException failure) {
        return failure.getMessage().split(MeasuredPair.PRINTED, 2)[0];
    }

    private int conclude(final PrintWriter out) {
        final BoundTrial last = trials.getLast();
        final BoundTrial lowest =
            trials.stream().filter(BoundTrial::hasHeld).reduce((one, other) -> other).orElse(null);
        if (!last.hasHeld()) {
            out.println(last.isMachineBusy()
                ? "this machine was busy when the nodes lost each other (late here): an idle one allows shorter times"
                : "this machine was not busy when the nodes lost each other: the partner or the path was slow");
        } else {
            out.println("shorter times than " + last.times() + " were not tried");
        }
        writeResults(lowest);
        if (lowest == null) {
            throw new CommandFailedException("not even " + last.times() + " has held on this machine, which has "
                + Runtime.getRuntime().availableProcessors() + " processors and woke a sleeping thread up to "
                + Milliseconds.text(last.latenessNs()) + " late; try a longer --from-ms", null);
        }
        out.println("lowest times without a false death: " + lowest.times());
        out.println("recommended, twice that: ccm node " + String.join(" ", recommendation(lowest).options()));
        return ExitCode.OK;
    }

    private PairTimes recommendation(final BoundTrial lowest) {
        return times(lowest.times().dead().multipliedBy(2));
    }

    private void writeResults(final BoundTrial lowest) {
        if (options.json() != null) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("trials", trials.stream().map(BoundTrial::fields).toList());
            fields.put("lowest", lowest == null ? null : lowest.times().options());
            fields.put("recommended", lowest == null ? null : recommendation(lowest).options());
            fields.put("machineBusy", trials.stream().anyMatch(trial -> !trial.hasHeld() && trial.isMachineBusy()));
            NodeReport.write(options.json(), fields);
        }
    }
}
