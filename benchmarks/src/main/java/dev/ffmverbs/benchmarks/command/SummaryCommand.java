// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.harness.Harness;
import dev.ffmverbs.benchmarks.report.HtmlReport;
import dev.ffmverbs.benchmarks.report.SummaryPlot;
import dev.ffmverbs.benchmarks.report.SummaryTable;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import dev.ffmverbs.benchmarks.rigs.soft.Load;
import dev.ffmverbs.benchmarks.rigs.soft.PacketProgram;
import dev.ffmverbs.benchmarks.rigs.soft.SoftRig;
import dev.ffmverbs.benchmarks.rigs.soft.Transfer;
import dev.ffmverbs.benchmarks.rigs.soft.WaitMode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench summary}: writes the plot and the tables of the project's front page. */
@Command(name = "summary", sortOptions = false,
    description = {"Measures the figures of the project's front page, and writes " + SummaryPlot.FILE + " and "
        + SummaryTable.FILE + ": calls on the stub, transfers and two nodes on the software device, the software"
        + " device next to C and jucx, and messages next to Aeron. Takes about half an hour.",
        "Status 1 if a result is invalid; its figure is left out."})
final class SummaryCommand implements Callable<Integer> {

    private static final int ROUNDS = 5;
    private static final long BUDGET_MS = 30;
    private static final Load.Duration OF_SIDES = new Load.Duration(4000, 2000);
    private static final int IN_FLIGHT = 4;

    private final PrintStream output = System.out;

    @Option(names = "--from", paramLabel = "DIR", description = "Measure nothing; take the figures of this folder.")
    private Path from;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "benchmarks",
        description = "Existing folder for the two files (${DEFAULT-VALUE}).")
    private Path folder;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(
                folder + " is not a folder: choose another with --out, or start in the project's folder");
        }
        final Report report = from == null ? measure() : new ResultFolder(from).read();
        final Path plot = folder.resolve(SummaryPlot.FILE);
        final Path table = folder.resolve(SummaryTable.FILE);
        Files.writeString(plot, new SummaryPlot(report).svg());
        Files.writeString(table, new SummaryTable(report).markdown());
        output.println("wrote " + plot + " and " + table);
        return report.isValid() ? 0 : 1;
    }

    private Report measure() throws IOException, InterruptedException {
        final Path results = Files.createTempDirectory("bench-summary-");
        final Report report = compareMessages(compareSides(new Harness(new Harness.Settings(
            List.of("calls", "registration", "data-path", "handshake", "heartbeat", "mirrored-log"),
            List.of("stub", "soft"), List.of("c", "ffm-critical", "ffm", "ffm-shared", "jni", "jucx"), true,
            ROUNDS,
            Harness.Settings.NO_LIMIT, BUDGET_MS, results,
            "benchmarks/bin/bench summary"), output).run()));
        new ResultFolder(results).write(report);
        new HtmlReport(report).write(results);
        output.println("all results in " + results);
        return report;
    }

    /** Measures the software device in turns with C programs that send the same packets. */
    private Report compareSides(final Report former) throws IOException {
        final SoftSides.Place place = SoftSides.placeOf(SoftSides.SOFT);
        try (PacketProgram program = new PacketProgram(place.prefix())) {
            final SoftRig rig = new SoftRig(
                SoftSides.SUITE, SoftSides.all(place, program, Optional.empty()), ROUNDS, output);
            for (final WaitMode mode : WaitMode.values()) {
                rig.compare(load(Transfer.READ, mode, 1, place));
            }
            for (final Transfer transfer : List.of(Transfer.WRITE_CHAIN, Transfer.READ_STREAM, Transfer.WRITE_STREAM)) {
                rig.compare(load(transfer, WaitMode.BLOCK, IN_FLIGHT, place));
            }
            return rig.results(SoftSides.SOFT).addTo(former);
        }
    }

    /** Measures a ring of messages in turns with Aeron. */
    private Report compareMessages(final Report former) {
        final SoftSides.Place place = SoftSides.placeOf(SoftSides.SOFT);
        final SoftRig rig = new SoftRig(MessagesCommand.SUITE, MessagesCommand.sides(place), ROUNDS, output);
        MessagesCommand.LENGTHS_BYTES.forEach(length -> rig.compare(MessagesCommand.load(length, place, OF_SIDES)));
        return rig.results(SoftSides.SOFT).addTo(former);
    }

    private static Load load(
        final Transfer transfer, final WaitMode mode, final int posts, final SoftSides.Place place) {
        return new Load(transfer, transfer.lengthBytes(), mode, posts, 1, 1, place.mtuBytes(), OF_SIDES);
    }
}
