// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.report.Summary;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.rigs.soft.FormerBuild;
import dev.ffmverbs.benchmarks.rigs.soft.Load;
import dev.ffmverbs.benchmarks.rigs.soft.PacketProgram;
import dev.ffmverbs.benchmarks.rigs.soft.Requirement;
import dev.ffmverbs.benchmarks.rigs.soft.Side;
import dev.ffmverbs.benchmarks.rigs.soft.SoftRig;
import dev.ffmverbs.benchmarks.rigs.soft.Transfer;
import dev.ffmverbs.benchmarks.rigs.soft.WaitMode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench soft}: the software device next to C, next to an older build, or next to another device, in turns. */
@Command(name = "soft", sortOptions = false,
    description = {"READs and WRITEs between two processes over the software device, in turns with a C program that"
        + " moves the same packets over UDP, one per system call (c) and in trains (c-trains), and compares them:"
        + " latency, rate, processor time of both ends.",
        "Status 1 if a run fails, or a bound of --require is missed."})
final class SoftCommand implements Callable<Integer> {

    private static final int MOST_THREADS = 64;

    private final PrintStream output = System.out;

    @Spec
    private CommandSpec specification;

    @Option(names = {"-d", "--device"}, defaultValue = SoftSides.SOFT, paramLabel = "NAME",
        description = "Device to measure next to the software device: the beginning of the names of one or two RDMA"
            + " devices of this machine, such as rxe (${DEFAULT-VALUE}: none).")
    private String device;

    @Option(names = "--before", paramLabel = "PATH",
        description = "Measure an older build too: a jar of its library, or the folder of a checkout that is built.")
    private Path before;

    @Option(names = "--side", split = ",", paramLabel = "NAME",
        description = "Any of c, c-trains, before, jucx-tcp, jucx-shm, jucx-verbs, soft, or the device; all by"
            + " default.")
    private List<String> names = List.of();

    @Option(names = "--transfer", split = ",", defaultValue = "READ,WRITE_CHAIN,READ_STREAM,WRITE_STREAM",
        paramLabel = "NAME", description = "Any of ${DEFAULT-VALUE}; all by default: READs of 8 bytes one at a"
            + " time, WRITEs of 8 bytes 16 per call, READs and WRITEs of 64 KiB.")
    private List<Transfer> transfers;

    @Option(names = "--mode", split = ",", defaultValue = "POLL,BLOCK,MIXED", paramLabel = "MODE",
        description = "Any of ${COMPLETION-CANDIDATES}; all by default. MIXED, one end polls and its peer blocks, is"
            + " for READ alone.")
    private List<WaitMode> modes;

    @Mixin
    private TurnOptions turns;

    @Option(names = "--queue-pairs", split = ",", defaultValue = "1", paramLabel = "COUNT",
        description = "Numbers of queue pairs, each 1 to " + Load.MOST_QUEUE_PAIRS + " (${DEFAULT-VALUE}).")
    private List<Integer> queuePairs;

    @Option(names = "--threads", split = ",", defaultValue = "1", paramLabel = "COUNT",
        description = "Numbers of threads that share the queue pairs, each 1 to " + MOST_THREADS
            + " (${DEFAULT-VALUE}). Combinations that cannot be shared evenly are left out.")
    private List<Integer> threads;

    @Option(names = "--chains", defaultValue = "4", paramLabel = "COUNT",
        description = "Chains of 16 WRITEs in flight on a queue pair, 1 to 4 (${DEFAULT-VALUE}).")
    private int chains;

    @Option(names = "--depth", defaultValue = "4", paramLabel = "COUNT",
        description = "Requests of 64 KiB in flight on a queue pair, 1 to 16 (${DEFAULT-VALUE}).")
    private int depth;

    @Option(names = "--path-mtu", paramLabel = "BYTES",
        description = "256, 512, 1024, 2048 or 4096 (4096, or that of the device).")
    private Integer mtuBytes;

    @Option(names = "--require", paramLabel = Requirement.FORM,
        description = "Bound on a figure of one side, or on its ratio to another side; may be repeated. FIGURE is p50,"
            + " p99, rate, processor, quartiles, shares or allocation. Example: read-8-poll:p50:soft/c<=1.15")
    private List<String> requirements = List.of();

    @Mixin
    private ReportOption out;

    @Override
    public Integer call() throws IOException {
        requireNumbersInRange();
        final List<Requirement> bounds = parseRequirements();
        final Report existing = out.open();
        final SoftSides.Place place = SoftSides.placeOf(device);
        final List<Load> loads = loads(mtuBytes == null ? place.mtuBytes() : mtuBytes);
        final Optional<Path> former = before == null ? Optional.empty() : Optional.of(FormerBuild.findLibrary(before));
        try (PacketProgram program = new PacketProgram(place.prefix())) {
            final SoftRig rig =
                new SoftRig(SoftSides.SUITE, choose(SoftSides.all(place, program, former)), turns.runs(), output);
            Report report = existing;
            for (final Load load : loads) {
                rig.compare(load);
                report = rig.results(device).addTo(existing);
                out.write(report); // after every load, so that nothing is lost if the command is stopped
            }
            new Summary(report).ofSides().forEach(output::println);
            out.printFolder(output);
            boolean areAllMet = rig.failures().isEmpty();
            for (final Requirement bound : bounds) {
                final Optional<Double> value = bound.value(rig.measurements());
                output.println(bound.describe(value));
                areAllMet &= bound.isMetBy(value);
            }
            return areAllMet ? 0 : 1;
        }
    }

    private void requireNumbersInRange() {
        turns.requireNumbersInRange();
        final NumberRange range = new NumberRange(specification);
        range.require("--chains", chains, 1, Load.MOST_REQUESTS / Transfer.WRITE_CHAIN.requestsPerPost());
        range.require("--depth", depth, 1, 16);
        queuePairs.forEach(count -> range.require("--queue-pairs", count, 1, Load.MOST_QUEUE_PAIRS));
        threads.forEach(count -> range.require("--threads", count, 1, MOST_THREADS));
        if (mtuBytes != null && !List.of(256, 512, 1024, 2048, 4096).contains(mtuBytes)) {
            throw new ParameterException(
                specification.commandLine(), "--path-mtu takes 256, 512, 1024, 2048 or 4096, not " + mtuBytes);
        }
    }

    private List<Requirement> parseRequirements() {
        try {
            return requirements.stream().map(Requirement::parse).toList();
        } catch (final IllegalArgumentException | NoSuchElementException e) {
            throw new ParameterException(specification.commandLine(), "--require: " + e.getMessage(), e);
        }
    }

    private List<Side> choose(final List<Side> all) {
        names.stream().filter(name -> all.stream().noneMatch(side -> side.name().equals(name))).findFirst()
            .ifPresent(unknown -> {
                throw new NoSuchElementException("no side named " + unknown + "; these can be measured: "
                    + String.join(", ", all.stream().map(Side::name).toList()));
            });
        return all.stream().filter(side -> names.isEmpty() || names.contains(side.name())).toList();
    }

    private List<Load> loads(final int mtu) {
        final List<Load> loads = new ArrayList<>();
        final Load.Duration duration = turns.duration();
        for (final Transfer transfer : transfers) {
            final int posts = switch (transfer) {
                case READ, MESSAGE -> 1;
                case WRITE_CHAIN -> chains;
                case READ_STREAM, WRITE_STREAM -> depth;
            };
            for (final WaitMode mode : modes) {
                for (final int pairs : queuePairs) {
                    threads.stream().filter(count -> pairs % count == 0
                        && (mode != WaitMode.MIXED || transfer == Transfer.READ)).forEach(count -> loads.add(
                            new Load(transfer, transfer.lengthBytes(), mode, posts, pairs, count, mtu, duration)));
                }
            }
        }
        if (transfers.contains(Transfer.MESSAGE)) {
            throw new ParameterException(specification.commandLine(), "bench messages measures MESSAGE");
        }
        if (loads.isEmpty()) {
            throw new ParameterException(specification.commandLine(), "nothing to measure: --mode MIXED is for READ"
                + " alone, and --queue-pairs must be a multiple of --threads");
        }
        return loads;
    }
}
