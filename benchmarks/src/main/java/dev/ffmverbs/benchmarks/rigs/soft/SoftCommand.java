// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.rigs.soft;

import dev.ffmverbs.benchmarks.command.BenchCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench soft}: the software device against a plain C program that moves the same packets, in turns. */
@Command(name = "soft", sortOptions = false,
    description = "READs between two processes over the software device, in turns with a C program that moves the same"
        + " packets over UDP, in the same mode, and compares medians. Status 1 when a ratio misses its bound.")
public final class SoftCommand implements Callable<Integer> {

    private static final double LATENCY_LIMIT = 1.5;
    private static final double THROUGHPUT_LIMIT = 0.5;
    private static final long END_LIMIT_S = 10;

    private final PrintStream output = System.out;

    @Option(names = "--mode", split = ",", defaultValue = "POLL,BLOCK", paramLabel = "MODE",
        description = "Which of ${COMPLETION-CANDIDATES}; both when not given.")
    private List<WaitMode> modes;

    @Option(names = "--runs", defaultValue = "5", paramLabel = "COUNT",
        description = "Runs of each side (${DEFAULT-VALUE}).")
    private int runs;

    @Option(names = "--latency-iters", defaultValue = "20000", paramLabel = "COUNT",
        description = "READs of 8 bytes timed per run (${DEFAULT-VALUE}).")
    private int latencyOperations;

    @Option(names = "--throughput-iters", defaultValue = "40000", paramLabel = "COUNT",
        description = "READs of 64 KiB timed per run (${DEFAULT-VALUE}).")
    private int throughputOperations;

    @Option(names = "--depth", defaultValue = "4", paramLabel = "COUNT",
        description = "READs of 64 KiB under way at a time, at most 16 (${DEFAULT-VALUE}).")
    private int depth;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help and exit.")
    private boolean helpRequested;

    /** For the command line. */
    public SoftCommand() {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        System.setProperty("softroce.addresses", address(1));
        final ReadLoad small = new ReadLoad(8, 1, latencyOperations, latencyOperations);
        final ReadLoad large = new ReadLoad(1 << 16, Math.min(depth, SoftEnd.MAXIMUM_DEPTH), throughputOperations,
            throughputOperations);
        boolean well = true;
        try (ReferenceProgram reference = new ReferenceProgram(address(3), address(4))) {
            for (final WaitMode mode : modes) {
                final double latency = compare(reference, mode, small, RunFigures::p50Ns);
                well &= report("p50, software device to C: ", latency, latency <= LATENCY_LIMIT,
                    "wanted at most " + LATENCY_LIMIT);
                final double throughput = compare(reference, mode, large, sample -> sample.bytesPerSecond(large));
                well &= report("throughput, software device to C: ", throughput, throughput >= THROUGHPUT_LIMIT,
                    "wanted at least " + THROUGHPUT_LIMIT);
            }
        }
        return well ? 0 : 1;
    }

    private boolean report(final String what, final double ratio, final boolean well, final String wanted) {
        output.printf(Locale.ROOT, "%s%.2f, %s%s%n", what, ratio, wanted, well ? "" : ": MISSED");
        return well;
    }

    /** Loopback addresses that only this process and its children use. */
    static String address(final int number) {
        final long process = ProcessHandle.current().pid();
        final long last = (process & 31) * 8 + number;
        return "127." + (100 + (process >> 13 & 63)) + "." + (process >> 5 & 0xFF) + "." + last;
    }

    /** Which side goes first alternates, so that a load that comes or goes is not always the same side's. */
    private double compare(
        final ReferenceProgram reference, final WaitMode mode, final ReadLoad load,
        final ToDoubleFunction<RunFigures> figure)
        throws IOException, InterruptedException {
        output.println(load + ", both ends " + mode.word());
        output.println(RunFigures.header());
        final List<RunFigures> device = new ArrayList<>();
        final List<RunFigures> plain = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            if (run % 2 == 0) {
                plain.add(print(reference.run(mode, load), load, "C"));
            }
            device.add(print(runDevice(mode, load), load, "software device"));
            if (run % 2 == 1) {
                plain.add(print(reference.run(mode, load), load, "C"));
            }
        }
        return median(device, figure) / median(plain, figure);
    }

    private RunFigures print(final RunFigures sample, final ReadLoad load, final String who) {
        output.println(sample.row(load, who));
        return sample;
    }

    private static double median(final List<RunFigures> samples, final ToDoubleFunction<RunFigures> figure) {
        return samples.stream().mapToDouble(figure).sorted().skip(samples.size() / 2).findFirst().orElseThrow();
    }

    private static RunFigures runDevice(final WaitMode mode, final ReadLoad load)
        throws IOException, InterruptedException {
        final Process peer = new ProcessBuilder(peerCommand(mode, load))
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader said = peer.inputReader()) {
            if (said.readLine() == null) {
                throw new IOException("the peer ended before it listened");
            }
            final InetSocketAddress there =
                new InetSocketAddress(InetAddress.ofLiteral(address(2)), SoftEnd.LISTEN_PORT);
            final RunFigures sample;
            try (SoftReader reader = new SoftReader(there, mode, load)) {
                sample = reader.warmUpAndMeasure();
            }
            peer.waitFor(END_LIMIT_S, TimeUnit.SECONDS);
            return sample;
        } finally {
            peer.destroyForcibly();
        }
    }

    /** This program once more, with the same JVM and its options. */
    private static List<String> peerCommand(final WaitMode mode, final ReadLoad load) {
        final List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-Dsoftroce.addresses=" + address(2), "-cp", System.getProperty("java.class.path"),
            BenchCommand.class.getName(), "soft-peer", "--address", address(2), "--mode", mode.name(),
            "--bytes", Integer.toString(load.lengthBytes())));
        return command;
    }
}
