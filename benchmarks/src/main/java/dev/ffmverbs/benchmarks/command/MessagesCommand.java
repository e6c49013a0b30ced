// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.report.PeerTable;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.rigs.soft.AeronSide;
import dev.ffmverbs.benchmarks.rigs.soft.DeviceSide;
import dev.ffmverbs.benchmarks.rigs.soft.Load;
import dev.ffmverbs.benchmarks.rigs.soft.RingSide;
import dev.ffmverbs.benchmarks.rigs.soft.Side;
import dev.ffmverbs.benchmarks.rigs.soft.SoftRig;
import dev.ffmverbs.benchmarks.rigs.soft.Transfer;
import dev.ffmverbs.benchmarks.rigs.soft.WaitMode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench messages}: a ring of messages by RDMA WRITE next to Aeron, in turns. */
@Command(name = "messages", sortOptions = false,
    description = {"Messages there and back between two processes that poll: a ring of messages by RDMA WRITE over the"
        + " software device, and Aeron through shared memory and over UDP, in turns.",
        "Status 1 if a run fails."})
final class MessagesCommand implements Callable<Integer> {

    /** Name of the suite in results. */
    static final String SUITE = "messages";

    /** Lengths of messages, in bytes, that are measured by default. */
    static final List<Integer> LENGTHS_BYTES = List.of(32, 1024);

    private static final int SHORTEST_BYTES = 8;
    private static final int LONGEST_BYTES = 1024;
    private static final int UNIT_BYTES = 4;

    private final PrintStream output = System.out;

    @Spec
    private CommandSpec specification;

    @Option(names = {"-d", "--device"}, defaultValue = SoftSides.SOFT, paramLabel = "NAME",
        description = "Device to measure next to the software device, as with bench soft (${DEFAULT-VALUE}: none).")
    private String device;

    @Option(names = "--length", split = ",", defaultValue = "32,1024", paramLabel = "BYTES",
        description = "Lengths of messages, multiples of 4 from " + SHORTEST_BYTES + " to " + LONGEST_BYTES
            + " (${DEFAULT-VALUE}).")
    private List<Integer> lengthsBytes;

    @Mixin
    private TurnOptions turns;

    @Mixin
    private ReportOption out;

    @Override
    public Integer call() throws IOException {
        turns.requireNumbersInRange();
        final NumberRange range = new NumberRange(specification);
        for (final int length : lengthsBytes) {
            range.require("--length", length, SHORTEST_BYTES, LONGEST_BYTES);
            if (length % UNIT_BYTES != 0) {
                throw new ParameterException(
                    specification.commandLine(), "--length takes multiples of " + UNIT_BYTES + ", not " + length);
            }
        }
        final Report existing = out.open();
        final SoftSides.Place place = SoftSides.placeOf(device);
        final SoftRig rig = new SoftRig(SUITE, sides(place), turns.runs(), output);
        final Load.Duration duration = turns.duration();
        Report report = existing;
        for (final int lengthBytes : lengthsBytes) {
            rig.compare(load(lengthBytes, place, duration));
            report = rig.results(device).addTo(existing);
            out.write(report); // after every load, so that nothing is lost if the command is stopped
        }
        new PeerTable(report).lines().forEach(output::println);
        out.printFolder(output);
        return rig.failures().isEmpty() ? 0 : 1;
    }

    static Load load(final int lengthBytes, final SoftSides.Place place, final Load.Duration duration) {
        return new Load(Transfer.MESSAGE, lengthBytes, WaitMode.POLL, 1, 1, 1, place.mtuBytes(), duration);
    }

    /** Returns the sides in the order in which reports show them. */
    static List<Side> sides(final SoftSides.Place place) {
        final List<Side> sides = new ArrayList<>();
        sides.add(new RingSide(SoftSides.SOFT, DeviceSide.software(place.prefix(), place.jvmOptions())));
        SoftSides.deviceOf(place).ifPresent(side -> sides.add(new RingSide(side.name(), side)));
        sides.add(new AeronSide(false, List.of(), place.jvmOptions()));
        sides.add(new AeronSide(true, List.of(), place.jvmOptions()));
        return sides;
    }
}
