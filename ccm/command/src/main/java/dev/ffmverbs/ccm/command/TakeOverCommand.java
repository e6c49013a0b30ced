// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.command.NodeLog.Kind;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ccm takeover}: kills the owner of a pair again and again, and measures how long its partner needs. */
@Command(name = "takeover", mixinStandardHelpOptions = true,
    description = "Starts two nodes and a witness, kills the node that owns (kill -9) again and again, and prints how"
        + " long its partner needs until it owns: detection, from the last sign of the partner to the end of the"
        + " session; decision, until the witness is asked; swap, until it has answered; wait, for the lease of the"
        + " former owner.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:the partner has taken over each time", "1:it has not; standard error says what went wrong",
        "2:the command line is wrong"})
final class TakeOverCommand implements Callable<Integer> {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final String KILLED = "A";
    private static final String SURVIVOR = "B";
    private static final int TRIES_FOR_A_RUN = 3;
    private static final long CALM_MS = 300;
    private static final String ROW = "%-10s %12s %12s %12s%n";

    @Spec
    private CommandSpec command;

    @Mixin
    private PairOptions options;

    @Option(names = "--interval-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "interval between heartbeats, at least 0.1; default 10", defaultValue = "10")
    private Duration interval;

    @Option(names = "--dead-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "time after which an unreachable partner is dead; default 1000", defaultValue = "1000")
    private Duration dead;

    @Option(names = "--lease-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "how long a node owns without being able to renew; default 500", defaultValue = "500")
    private Duration lease;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "20",
        description = "how often the owner is killed; default 20")
    private int runs;

    private final Map<TakeOverPart, Samples> parts = new EnumMap<>(TakeOverPart.class);
    private final Samples afterKill = new Samples();
    private int unfit;

    /** Created by picocli. */
    TakeOverCommand() {
        for (final TakeOverPart part : TakeOverPart.values()) {
            parts.put(part, new Samples());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (runs < 1) {
            throw new ParameterException(command.commandLine(), "--runs is " + runs + "; it must be at least 1");
        }
        final PairTimes times = new PairTimes(interval, dead, lease);
        if (times.flaw() != null) {
            throw new ParameterException(command.commandLine(), times.flaw() + " (asked for: " + times + ")");
        }
        final DemoPlacement placement = options.choosePlacement(command.commandLine());
        final PrintWriter out = command.commandLine().getOut();
        out.println("node A on " + placement.a() + ", node B on " + placement.b() + "; " + times);
        out.flush();
        try (SleepMeter meter = new SleepMeter(); MeasuredPair pair = new MeasuredPair(placement, times, START_LIMIT)) {
            pair.startAll();
            while (afterKill.count() < runs) {
                playRun(pair, out);
            }
            print(out, meter);
            writeResults(times, meter);
        }
        return ExitCode.OK;
    }

    /** Kills the owner once it is calm. A run in which the nodes had lost each other before does not count. */
    private void playRun(final MeasuredPair pair, final PrintWriter out) throws InterruptedException {
        awaitOwnerToKill(pair);
        Thread.sleep(CALM_MS);
        final int from = pair.position(SURVIVOR);
        if (pair.owner().filter(KILLED::equals).isEmpty()) {
            noteUnfit("they were not calm for " + CALM_MS + " ms");
            return;
        }
        final long killedNs = pair.kill(KILLED);
        final NodeLine owned = pair.await(SURVIVOR, from, "owns", line -> line.kind() == Kind.OWNERSHIP_ACQUIRED);
        final boolean wasCalm = owned.atNs() > killedNs && TakeOverPart.DETECTION.ofNs(owned) > 0
            && pair.lines(SURVIVOR, from).stream().noneMatch(
                line -> MeasuredPair.isEnd(line) && line.atNs() < killedNs);
        pair.start(KILLED);
        if (!wasCalm) {
            noteUnfit("they had lost each other when A was killed");
            return;
        }
        parts.forEach((part, samples) -> samples.add(part.ofNs(owned)));
        afterKill.add(owned.atNs() - killedNs);
        out.printf(Locale.ROOT, "%3d  B owned %s after kill -9 of A%n", afterKill.count(),
            Milliseconds.text(owned.atNs() - killedNs));
        out.flush();
    }

    private void noteUnfit(final String why) {
        unfit++;
        if (unfit > TRIES_FOR_A_RUN * runs) {
            throw new CommandFailedException("the nodes lose each other too often with these times: in " + unfit
                + " of " + (unfit + afterKill.count()) + " runs, the last time " + why
                + "; ccm tune finds times that hold on this machine", null);
        }
    }

    /**
     * Waits until A owns. If B owns, it is asked to hand over until it has. It then does not take over as long as it
     * leaves the term to A.
     */
    private static void awaitOwnerToKill(final MeasuredPair pair) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!pair.awaitOwner().equals(KILLED)) {
            if (System.nanoTime() - startNs > pair.limit().toNanos()) {
                throw new CommandFailedException(
                    "B did not hand over to A within " + pair.limit().toSeconds() + " s", null);
            }
            pair.handOver(SURVIVOR);
            Thread.sleep(NodeOwnership.HAND_OVER_LIMIT);
        }
    }

    private void print(final PrintWriter out, final SleepMeter meter) {
        out.println();
        out.printf(Locale.ROOT, ROW, "", "p50", "p99", "max");
        parts.forEach((part, samples) -> printRow(out, part.words(), samples));
        printRow(out, "kill -9", afterKill);
        out.println();
        out.println(afterKill.count()
            + " take-overs; \"total\" is as B sees it, \"kill -9\" from that to the line of B");
        if (unfit > 0) {
            out.println(unfit + " more runs do not count: the nodes had lost each other before A was killed");
        }
        out.println("this machine: " + meter.describe());
        out.flush();
    }

    private static void printRow(final PrintWriter out, final String name, final Samples samples) {
        out.printf(Locale.ROOT, ROW, name, Milliseconds.text(samples.p50Ns()), Milliseconds.text(samples.p99Ns()),
            Milliseconds.text(samples.maxNs()));
    }

    private void writeResults(final PairTimes times, final SleepMeter meter) {
        if (options.json() == null) {
            return;
        }
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("options", List.copyOf(times.options()));
        parts.forEach((part, samples) -> fields.put(part.words(), samples.fields()));
        fields.put("afterKill", afterKill.fields());
        fields.put("unfitRuns", unfit);
        fields.put("sleptTooLong", meter.lateness().fields());
        NodeReport.write(options.json(), fields);
    }
}
