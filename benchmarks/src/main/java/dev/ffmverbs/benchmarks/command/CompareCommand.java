// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.command;

import dev.ffmverbs.benchmarks.result.OperationResult;
import dev.ffmverbs.benchmarks.result.Report;
import dev.ffmverbs.benchmarks.result.ResultFolder;
import dev.ffmverbs.benchmarks.result.Status;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code bench compare}: compares two result folders, figure by figure. */
@Command(name = "compare", description = {"Compares two result folders: every figure that both have, and their ratio.",
    "Warns if the environments differ: ratios then depend on more than the code."})
final class CompareCommand implements Callable<Integer> {

    /** Facts that differ between runs on one machine. */
    private static final Set<String> PASSING_FACTS = Set.of("date", "load before");

    private final PrintStream output = System.out;

    @Parameters(index = "0", paramLabel = "A", description = "Folder of the earlier run.")
    private Path former;

    @Parameters(index = "1", paramLabel = "B", description = "Folder of the later run.")
    private Path later;

    @Override
    public Integer call() throws IOException {
        final Report a = new ResultFolder(former).read();
        final Report b = new ResultFolder(later).read();
        warnOfDifferences(a, b);
        output.printf("%-13s %-8s %-18s %-13s %12s %12s %7s%n",
            "suite", "device", "operation", "binding", "A[nsec]", "B[nsec]", "B/A");
        int compared = 0;
        for (final OperationResult before : a.results()) {
            final OperationResult after =
                b.find(before.suite(), before.device(), before.operation(), before.binding()).orElse(null);
            if (after != null) {
                output.println(line(before, after));
                compared++;
            }
        }
        if (compared == 0) {
            throw new IOException(former + " and " + later + " have no figure in common");
        }
        return 0;
    }

    private void warnOfDifferences(final Report a, final Report b) {
        final Set<String> facts = new TreeSet<>(a.environment().keySet());
        facts.addAll(b.environment().keySet());
        facts.removeAll(PASSING_FACTS);
        for (final String fact : facts) {
            final String before = a.environment().getOrDefault(fact, "nothing");
            final String after = b.environment().getOrDefault(fact, "nothing");
            if (!before.equals(after)) {
                output.println("WARNING: the environments differ: " + fact + " was " + before + ", then " + after);
            }
        }
        if (a.interrupted() || b.interrupted()) {
            output.println("WARNING: " + (a.interrupted() ? former : later)
                + " is incomplete because it was interrupted");
        }
    }

    private static String line(final OperationResult before, final OperationResult after) {
        final String key = String.format(Locale.ROOT, "%-13s %-8s %-18s %-13s ",
            before.suite(), before.device(), before.operation(), before.binding());
        if (before.status() == Status.FAILED || after.status() == Status.FAILED) {
            return key + "FAILED in " + (before.status() == Status.FAILED ? "A" : "B") + ", not compared";
        }
        final boolean apart = after.lowNs() > before.highNs() || after.highNs() < before.lowNs();
        return key + String.format(Locale.ROOT, "%12.2f %12.2f %7.3f%s", before.medianNs(), after.medianNs(),
            after.medianNs() / before.medianNs(), apart ? "  intervals apart" : "");
    }
}
